/** What a diagnosis says of a test point, where its keys are those that producers use. */
export interface Diagnosis {
  message?: string
  type?: string
  stack?: string
  seconds?: number
}

/**
 * The keys at the top of a YAML block, and one level below `error:`. Diagnoses are for people: of YAML only scalars and
 * blocks of text are read, the rest stays what it is.
 */
export function readDiagnosis(lines: readonly string[]): Diagnosis {
  const values = topKeys(lines)
  const nested = values.get('error')
  if (nested?.text === undefined && nested) for (const [key, value] of topKeys(nested.below)) values.set(key, value)
  const text = (...keys: string[]) => keys.map((key) => values.get(key)?.text).find((value) => value !== undefined)
  const milliseconds = Number(text('duration_ms'))
  const [message, type, stack] = [text('message', 'error'), text('name', 'type'), text('stack')]
  return {
    ...(message === undefined ? {} : { message }),
    ...(type === undefined || !TYPE.test(type) ? {} : { type }),
    ...(stack === undefined ? {} : { stack }),
    ...(milliseconds > 0 ? { seconds: Math.round(milliseconds * 1000) / 1e6 } : {}),
  }
}

const TYPE = /^[\w$.]{0,100}(?:Error|Exception|Failure)$/
const KEY = /^(?:"[\w .-]{1,100}"|'[\w .-]{1,100}'|[\w.-]{1,100})$/
const BLOCK = /^[|>][-+\d]{0,2}$/

interface Value {
  /** Undefined for a map or a list. */
  text: string | undefined
  below: string[]
}

function topKeys(lines: readonly string[]): Map<string, Value> {
  const values = new Map<string, Value>()
  const depth = leastIndent(lines)
  let key: string | undefined
  let first = ''
  let below: string[] = []
  const finish = () => {
    if (key !== undefined) values.set(key, readValue(first, below))
  }
  for (const line of lines) {
    const colon = indentOf(line) === depth ? line.indexOf(':') : -1
    const name = colon === -1 ? '' : line.slice(depth, colon)
    if (KEY.test(name) && (line[colon + 1] ?? ' ') === ' ') {
      finish()
      key = unquoted(name)
      first = line.slice(colon + 1).trim()
      below = []
    } else below.push(line)
  }
  finish()
  return values
}

/** How far all lines are set in that hold something. */
function leastIndent(lines: readonly string[]): number {
  return lines.reduce(
    (least, line) => (line.trim() === '' ? least : Math.min(least, indentOf(line))),
    Number.MAX_SAFE_INTEGER,
  )
}

function indentOf(line: string): number {
  let at = 0
  while (line[at] === ' ') at++
  return at
}

function readValue(first: string, below: string[]): Value {
  if (BLOCK.test(first)) {
    const text = dedented(below).join(first.startsWith('>') ? ' ' : '\n')
    return { text: text.trimEnd(), below: [] }
  }
  if (first === '') return { text: undefined, below }
  // A quoted text may go on in the next lines.
  return { text: unquoted([first, ...below.map((line) => line.trim())].join('\n').trimEnd()), below: [] }
}

function dedented(lines: readonly string[]): string[] {
  const depth = leastIndent(lines)
  return lines.map((line) => line.slice(depth))
}

function unquoted(text: string): string {
  const quote = text[0]
  if (text.length < 2 || quote !== text.at(-1)) return text
  if (quote === "'") return text.slice(1, -1).replaceAll("''", "'")
  if (quote !== '"') return text
  try {
    return String(JSON.parse(text.replaceAll('\n', '\\n')))
  } catch {
    return text.slice(1, -1)
  }
}
