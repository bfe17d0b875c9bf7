import { joinTexts } from './json-values.ts'
import type { Attempt } from './model.ts'

const TYPE =
  /^(?:Uncaught )?((?:[A-Za-z_$][\w$.]{0,120})?(?:Error|Exception|Failure|Timeout|Interrupt|Warning))(?: \[[\w-]{1,60}\])?: ?/

/** What is known of an error: the message may begin with its type, and the stack with both. */
export interface ReportedError {
  type?: string | undefined
  message?: string | undefined
  stack?: string | undefined
}

/** Type, message and details of an attempt that had these errors: the first one's message on top, every text below. */
export function explain(errors: readonly ReportedError[]): Pick<Attempt, 'type' | 'message' | 'details'> {
  const [first, ...others] = errors
  if (!first) return {}
  const head = first.message ?? (first.stack === undefined ? undefined : beforeFrames(first.stack))
  const typed = head === undefined ? null : TYPE.exec(head)
  const type = first.type ?? typed?.[1]
  const message = typed ? head?.slice(typed[0].length) : head
  const details = joinTexts([
    withoutRepetition(first.stack, message),
    ...others.map((other) =>
      joinTexts([other.stack?.includes(other.message ?? '') ? undefined : other.message, other.stack]),
    ),
  ])
  return {
    ...(type === undefined ? {} : { type }),
    ...(message === undefined || message.trim() === '' ? {} : { message: message.trimEnd() }),
    ...(details === undefined ? {} : { details }),
  }
}

function withoutRepetition(stack: string | undefined, message: string | undefined): string | undefined {
  return stack?.trim() === message?.trim() ? undefined : stack
}

/** The lines of a JavaScript or Java stack before its first frame. */
function beforeFrames(stack: string): string {
  for (let end = stack.indexOf('\n'); end !== -1; end = stack.indexOf('\n', end + 1)) {
    let at = end + 1
    while (stack[at] === ' ' || stack[at] === '\t') at++
    if (at > end + 1 && stack.startsWith('at ', at)) return stack.slice(0, end)
  }
  return stack
}
