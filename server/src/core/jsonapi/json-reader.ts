import { apiError } from '../errors.ts'
import { MAX_JSON, MAX_JSON_NUMBER } from '../limits.ts'
import { cleanText } from '../text.ts'

/** Source texts of numbers that JavaScript would write otherwise, by the object or array that holds them. */
export type NumberSources = WeakMap<object, Map<string | number, string>>

/** What is expected next. */
type State = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | 'after' | 'string' | 'word'

const EXPECTED: Record<Exclude<State, 'string' | 'word'>, string> = {
  value: 'a value',
  'value or ]': 'a value or "]"',
  key: 'a key in double quotes',
  'key or }': 'a key in double quotes, or "}"',
  ':': '":" after a key',
  after: '"," or the end of what is open',
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const CONSTANTS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
])

const [QUOTE, NEWLINE] = [0x22, 0x0a]

const isBlank = (code: number) => code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b && code !== 0x0c)

/** Whether a character belongs to a number, true, false or null. */
const isWordly = (code: number) =>
  (code >= 0x30 && code <= 0x39) ||
  (code >= 0x61 && code <= 0x7a) ||
  code === 0x2b ||
  code === 0x2d ||
  code === 0x2e ||
  code === 0x45

/** The offset of the first escape in a text that is none of JSON's. */
function badEscape(text: string): number {
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', at + 2)) {
    if (!/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(text.slice(at, at + 6))) return at
  }
  return -1
}

/** Raw control characters as escapes: inside strings they are accepted (contract §1.5). */
const escapeControls = (text: string) =>
  text.replace(/[\u0000-\u001f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

interface Open {
  container: Record<string, unknown> | unknown[]
  key: string
  /** Members of an object so far. */
  members: number
}

/**
 * Reads JSON that comes in pieces of text of any length, in time linear in their lengths, so that a large body need
 * neither stand in memory as one text nor hold up other requests. Raw control characters inside strings are accepted.
 * Throws 400 naming line and column, and 413 over the limits.
 */
export function createJsonReader() {
  const open: Open[] = []
  const sources: NumberSources = new WeakMap()
  let root: unknown
  let state: State = 'value'
  /** Where a string stands: what is expected once it has ended. */
  let isKey = false
  /** The parts of a string or a word so far. */
  let parts: string[] = []
  /** The beginning of an escape whose rest is in the next piece. */
  let carried = ''
  let wordLength = 0
  let values = 0
  let lines = 1
  /** Characters of the current line before the current piece. */
  let column = 0
  let text = ''

  function malformed(at: number, reason: string): Error {
    let line = lines
    let start = -column
    for (let i = 0; i < at; i++) {
      if (text.charCodeAt(i) === NEWLINE) {
        line++
        start = i + 1
      }
    }
    const place = `line ${line}, column ${at - start + 1}`
    return apiError('malformed_body', {
      title: `The request body is not valid JSON: ${place}`,
      detail: `${reason} (${place}).`,
      meta: { line, column: at - start + 1 },
    })
  }

  const unexpected = (at: number) => {
    const found = at < text.length ? JSON.stringify(String.fromCodePoint(text.codePointAt(at) as number)) : 'the end'
    return malformed(at, `Expected ${EXPECTED[state as keyof typeof EXPECTED]}, found ${found}`)
  }

  function countValue(): void {
    if (++values > MAX_JSON.values) {
      throw apiError('too_large', { title: `The request body holds more than ${MAX_JSON.values} JSON values` })
    }
  }

  /** Puts a value where it belongs. */
  function place(value: unknown): void {
    const top = open.at(-1)
    state = 'after'
    if (top === undefined) root = value
    else if (Array.isArray(top.container)) top.container.push(value)
    else if (top.key === '__proto__') {
      Object.defineProperty(top.container, top.key, { value, enumerable: true, configurable: true, writable: true })
    } else top.container[top.key] = value
  }

  function enter(container: Open['container'], next: State): void {
    countValue()
    if (open.length >= MAX_JSON.depth) {
      throw apiError('too_large', { title: `The request body is nested deeper than ${MAX_JSON.depth} levels` })
    }
    place(container)
    open.push({ container, key: '', members: 0 })
    state = next
  }

  function leave(at: number, isArray: boolean): void {
    const top = open.at(-1)
    if (top === undefined || Array.isArray(top.container) !== isArray) throw unexpected(at)
    open.pop()
    state = 'after'
  }

  function endString(): void {
    const value = cleanText(parts.length === 1 ? (parts[0] as string) : parts.join(''))
    parts = []
    if (!isKey) {
      place(value)
      return
    }
    const top = open.at(-1) as Open
    if (++top.members > MAX_JSON.members) {
      throw apiError('too_large', {
        title: `An object in the request body has more than ${MAX_JSON.members} members`,
      })
    }
    top.key = value
    state = ':'
  }

  function endWord(at: number): void {
    const word = parts.join('')
    parts = []
    wordLength = 0
    if (CONSTANTS.has(word)) {
      place(CONSTANTS.get(word))
      return
    }
    if (!NUMBER.test(word)) {
      state = 'value'
      const shown = word.length > 20 ? `${word.slice(0, 20)}…` : word
      throw malformed(at - word.length, `Expected a value, found ${shown}`)
    }
    const number = Number(word)
    if (String(number) !== word) keepSource(word)
    place(number)
  }

  function keepSource(word: string): void {
    const top = open.at(-1)
    if (top === undefined) return
    const key = Array.isArray(top.container) ? top.container.length : top.key
    const kept = sources.get(top.container)
    if (kept) kept.set(key, word)
    else sources.set(top.container, new Map([[key, word]]))
  }

  /** A stretch of a string without its quotes, which may begin or end in the middle of it. */
  function unescaped(raw: string, at: number): string {
    if (!raw.includes('\\')) return raw
    try {
      return JSON.parse(`"${escapeControls(raw)}"`)
    } catch {
      throw malformed(at + Math.max(0, badEscape(raw)), 'A string holds a backslash that escapes nothing')
    }
  }

  /** Offset of the next backslash of the piece, found again only once it was passed. */
  let backslash = -1
  function nextBackslash(from: number): number {
    if (backslash < from) backslash = text.indexOf('\\', from)
    if (backslash === -1) backslash = text.length
    return backslash
  }

  /** Reads on in a string from `from`; answers the offset behind it. */
  function readString(from: number): number {
    let end = text.indexOf('"', from)
    if (end === -1) end = text.length
    for (let mark = nextBackslash(from); mark < end; mark = nextBackslash(mark)) {
      const isUnicode = text.charCodeAt(mark + 1) === 0x75
      const after = mark + (isUnicode ? 6 : 2)
      if (after > text.length) {
        // Its rest is in the next piece.
        parts.push(unescaped(text.slice(from, mark), from))
        carried = text.slice(mark)
        return text.length
      }
      mark += 2
      if (end < mark) {
        end = text.indexOf('"', mark)
        if (end === -1) end = text.length
      }
    }
    parts.push(unescaped(text.slice(from, end), from))
    if (end === text.length) return end
    endString()
    return end + 1
  }

  /** Reads on in a number or constant; answers the offset behind it. */
  function readWord(from: number): number {
    let end = from
    while (end < text.length && isWordly(text.charCodeAt(end))) end++
    parts.push(text.slice(from, end))
    wordLength += end - from
    if (wordLength > MAX_JSON_NUMBER) {
      throw apiError('too_large', { title: `A number in the request body has more than ${MAX_JSON_NUMBER} characters` })
    }
    if (end < text.length) endWord(end)
    return end
  }

  /** One character between strings and words; answers the offset to go on at. */
  function step(at: number): number {
    const code = text.charCodeAt(at)
    if (isBlank(code)) return at + 1
    const wantsValue = state === 'value' || state === 'value or ]'
    const wantsKey = state === 'key' || state === 'key or }'
    if (code === QUOTE && (wantsValue || wantsKey)) {
      isKey = wantsKey
      if (!isKey) countValue()
      state = 'string'
      return readString(at + 1)
    }
    if (code === 0x7b && wantsValue) enter({}, 'key or }')
    else if (code === 0x5b && wantsValue) enter([], 'value or ]')
    else if (code === 0x7d && (state === 'after' || state === 'key or }')) leave(at, false)
    else if (code === 0x5d && (state === 'after' || state === 'value or ]')) leave(at, true)
    else if (code === 0x3a && state === ':') state = 'value'
    else if (code === 0x2c && state === 'after' && open.length > 0) {
      state = Array.isArray((open.at(-1) as Open).container) ? 'value' : 'key'
    } else if (wantsValue && isWordly(code)) {
      countValue()
      state = 'word'
      return readWord(at)
    } else throw unexpected(at)
    return at + 1
  }

  return {
    /** Takes the next piece of the text. */
    write(piece: string): void {
      text = carried + piece
      column -= carried.length
      carried = ''
      backslash = -1
      let at = 0
      if (state === 'string') at = readString(0)
      else if (state === 'word') at = readWord(0)
      while (at < text.length) at = step(at)
      for (let i = 0, start = -column; i <= text.length; i++) {
        if (i === text.length) column = i - start
        else if (text.charCodeAt(i) === NEWLINE) {
          lines++
          start = i + 1
        }
      }
    },
    /** The value, once all of the text was written. */
    end(): { value: unknown; sources: NumberSources } {
      // The places of the last piece are counted already.
      text = ''
      if (state === 'string') throw malformed(0, 'The body ends inside a string')
      if (state === 'word') endWord(0)
      if (state !== 'after' || open.length > 0) throw unexpected(0)
      return { value: root, sources }
    },
  }
}
