import type { Attempt, AttemptStatus } from '../model.ts'

const TIME = /^time=(\d{1,9}(?:\.\d{1,9})?)(ms|s)$/

/** `todo` says that the test is not written yet, whatever its point says: Node and Vitest call it `ok`. */
export function statusOf(not: string | undefined, directive: Parts['directive']): AttemptStatus {
  if (directive !== undefined) return 'skipped'
  return not === undefined ? 'passed' : 'failed'
}

export function pointAttempt(
  status: AttemptStatus,
  seconds: number,
  directive: Parts['directive'],
  reason: string,
): Attempt {
  return {
    status,
    seconds,
    ...(directive === 'todo' ? { word: directive } : {}),
    ...(reason === '' || reason === '-' ? {} : { message: reason }),
    steps: [],
    attachments: [],
  }
}

export interface Parts {
  description: string
  directive: 'skip' | 'todo' | undefined
  reason: string
  seconds: number
}

/** `- adds an item # SKIP no shop`; `\#` is no directive, and `# time=3ms` none that changes anything. */
export function partsOf(text: string): Parts {
  let [description, directive, reason, seconds] = [text, undefined as Parts['directive'], '', 0]
  for (let at = hashBefore(text, text.length); at !== -1; at = hashBefore(text, at)) {
    const told = text.slice(at + 1).trim()
    const time = TIME.exec(told)
    const found = /^(skip|todo)\S*(?:\s+|$)/i.exec(told)
    if (time) seconds = Number(time[1]) / (time[2] === 'ms' ? 1000 : 1)
    else if (found) {
      directive = found[1]?.toLowerCase() as Parts['directive']
      reason = told.slice(found[0].length).replace(/ # time=\S{1,30}$/, '')
    } else break
    description = text.slice(0, at)
  }
  return {
    description: unescaped(description.trim().replace(/^- ?/, '').trim()),
    directive,
    reason: unescaped(reason),
    seconds,
  }
}

/** The last `#` before a position with a blank before it and none of its own escape. */
function hashBefore(text: string, end: number): number {
  for (let at = text.lastIndexOf('#', end - 1); at !== -1; at = at === 0 ? -1 : text.lastIndexOf('#', at - 1))
    if (at === 0 || text[at - 1] === ' ') return at
  return -1
}

export function unescaped(text: string): string {
  return text.replace(/\\([\\#])/g, '$1')
}
