import { isUtf8 } from 'node:buffer'
import { StringDecoder } from 'node:string_decoder'
import { MAX_JSON } from '../limits.ts'
import { memoize } from '../memoize.ts'
import { createJsonReader, type NumberSources } from './json-reader.ts'
import { canonicalKey, isObject } from './key-spelling.ts'

/** Bodies up to this size are parsed at once, by JavaScript's own parser where it can; it takes a millisecond or two. */
export const SMALL_JSON = 256 * 1024

/** So much of a large body is read between two looks at the clock, in bytes. */
const PIECE = 64 * 1024

/** Bytes as text: UTF-8, or ISO-8859-1 where they are not valid UTF-8 (older Java clients); no byte-order mark. */
export function decodeBytes(bytes: Buffer): string {
  return withoutMark(isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1'))
}

const BLANKS = [0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]

/**
 * Whether bytes can only be a JSON object, whole or broken: the first of them that is no white space is a brace.
 * Undefined while there is nothing but white space.
 */
export function startsObject(bytes: Buffer): boolean | undefined {
  let at = 0
  while (at < bytes.length && BLANKS.includes(bytes[at] as number)) at++
  return at === bytes.length ? undefined : bytes[at] === 0x7b
}

const withoutMark = (text: string) => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)

/** A path into a body: keys in any spelling, and indices of arrays. */
export type Path = readonly (string | number)[]

export interface ParsedJson {
  value: unknown
  /** The source text of the number at a path (contract §1.5); blank where none stands. */
  literalAt(path: Path): string
}

/** The members of objects under canonical keys, each object gone through once. */
function createMembers() {
  // Of two spellings of one key the last in document order wins (contract §1.4).
  const keysOf = memoize((object: object) => new Map(Object.keys(object).map((each) => [canonicalKey(each), each])))
  return (object: object, key: string): string | undefined => keysOf(object).get(canonicalKey(key))
}

/** Answers for the literals of a value; `sources` knows those that JavaScript writes otherwise, made on first use. */
function withLiterals(value: unknown, sources: () => NumberSources): ParsedJson {
  let memberOf: ReturnType<typeof createMembers> | undefined
  return {
    value,
    literalAt(path) {
      memberOf ??= createMembers()
      let holder: object | undefined
      let last: string | number | undefined
      let found = value
      for (const key of path) {
        if (Array.isArray(found)) last = Number(key)
        else if (isObject(found)) last = memberOf(found, String(key))
        else return ''
        if (last === undefined) return ''
        holder = found
        found = (found as Record<string | number, unknown>)[last]
      }
      if (typeof found !== 'number') return ''
      return (
        (holder &&
          sources()
            .get(holder)
            ?.get(last as string | number)) ??
        String(found)
      )
    },
  }
}

/** U+0000 and lone surrogates can only come from escapes, so most bodies need no walk. */
const NEEDS_CLEANING = /\\u(0000|d[89a-f])/i

const [QUOTE, BACKSLASH] = [0x22, 0x5c]

/** Whether a small body is nested deeper than §1.19 allows; looks at bytes only. */
function isTooDeep(bytes: Buffer): boolean {
  let depth = 0
  let isString = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (isString) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) isString = false
    } else if (byte === QUOTE) isString = true
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > MAX_JSON.depth) return true
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return false
}

/** JavaScript's own parser, where it reads a text as createJsonReader would; undefined where it may not. */
function parseStrictly(bytes: Buffer, text: string): ParsedJson | undefined {
  if (bytes.length > SMALL_JSON || NEEDS_CLEANING.test(text) || isTooDeep(bytes)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    let sources: NumberSources | undefined
    return withLiterals(value, () => {
      sources ??= sourcesIn(text, value)
      return sources
    })
  } catch {
    return undefined
  }
}

/** Sources of the numbers of a text, by the holders in the value that was made of it before. */
function sourcesIn(text: string, value: unknown): NumberSources {
  const again = readWhole(text)
  const sources: NumberSources = new WeakMap()
  const walk = (now: unknown, before: unknown) => {
    if (typeof now !== 'object' || now === null) return
    const kept = again.sources.get(now)
    if (kept) sources.set(before as object, kept)
    for (const [key, each] of Object.entries(now)) walk(each, (before as Record<string, unknown>)[key])
  }
  walk(again.value, value)
  return sources
}

function readWhole(text: string) {
  const reader = createJsonReader()
  reader.write(text)
  return reader.end()
}

/**
 * Parses a JSON body, with raw control characters accepted inside strings, because the documented
 * `curl … "$(base64 file)"` produces them (contract §1.5). Throws 400 naming line and column, 413 over limits.
 */
export function parseJson(bytes: Buffer): ParsedJson {
  const text = decodeBytes(bytes)
  const strict = parseStrictly(bytes, text)
  if (strict) return strict
  const { value, sources } = readWhole(text)
  return withLiterals(value, () => sources)
}

/** How bytes that come in pieces are encoded: as `decodeBytes` decides. */
function isUtf8Throughout(pieces: readonly Buffer[]): boolean {
  let rest: Buffer = Buffer.alloc(0)
  for (const piece of pieces) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece
    const whole = bytes.length - cutCharacter(bytes)
    if (!isUtf8(bytes.subarray(0, whole))) return false
    rest = bytes.subarray(whole)
  }
  return rest.length === 0
}

/** How many bytes at the end begin a character whose rest is still to come. */
function cutCharacter(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
  }
  return 0
}

/**
 * As parseJson, of a large body that came in pieces, which are taken out of the list as they are read: so it stands in
 * memory once. `pause` is waited for between pieces, so that other requests have their turn.
 */
export async function parseLargeJson(pieces: Buffer[], pause: () => Promise<void> | undefined): Promise<ParsedJson> {
  const decoder = new StringDecoder(isUtf8Throughout(pieces) ? 'utf8' : 'latin1')
  const reader = createJsonReader()
  let isFirst = true
  pieces.reverse()
  for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) {
    for (let from = 0; from < piece.length; from += PIECE) {
      const text = decoder.write(piece.subarray(from, from + PIECE))
      reader.write(isFirst ? withoutMark(text) : text)
      isFirst &&= text === ''
      await pause()
    }
  }
  const { value, sources } = reader.end()
  return withLiterals(value, () => sources)
}
