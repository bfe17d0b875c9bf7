import { isUtf8 } from 'node:buffer'
import { apiError } from '../errors.ts'

/** Limits of contract §1.19 on a JSON body, checked before anything is built from it. */
export const JSON_LIMITS = { values: 2_000_000, depth: 100 }

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Bytes as text: UTF-8, or ISO-8859-1 where they are not valid UTF-8 (older Java clients); no byte-order mark. */
export function decodeBytes(bytes: Buffer): string {
  const text = isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

const BLANKS = [0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]

/** Whether bytes can only be a JSON object, whole or broken: the first of them that is no white space is a brace. */
export function startsObject(bytes: Buffer): boolean {
  let at = 0
  while (at < bytes.length && BLANKS.includes(bytes[at] as number)) at++
  return bytes[at] === 0x7b
}

/** Index of the quote that ends the string literal whose first inner byte is at `from`, or -1. */
function endOfString(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(QUOTE, from); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) {
    let backslashes = 0
    while (bytes[at - 1 - backslashes] === BACKSLASH && at - backslashes > from) backslashes++
    if (backslashes % 2 === 0) return at
  }
  return -1
}

/** Throws 413 for a body of more values or deeper nesting than §1.19 allows; looks at bytes only. */
export function checkJsonLimits(bytes: Buffer): void {
  let depth = 0
  let values = 1
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) {
      i = endOfString(bytes, i + 1)
      if (i === -1) return
    } else if (byte === 0x7b || byte === 0x5b) {
      values++
      if (++depth > JSON_LIMITS.depth) {
        throw apiError('too_large', { title: `The request body is nested deeper than ${JSON_LIMITS.depth} levels` })
      }
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--
    } else if (byte === 0x2c && ++values > JSON_LIMITS.values) {
      throw apiError('too_large', { title: `The request body holds more than ${JSON_LIMITS.values} JSON values` })
    }
  }
}

/** Escapes raw control characters inside string literals; offsets of the original are returned for error messages. */
function escapeControls(text: string): { text: string; originalOffset(position: number): number } | null {
  const edits: number[] = []
  let out = ''
  let copied = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (!inString) {
      if (code === QUOTE) inString = true
    } else if (code === BACKSLASH && text.charCodeAt(i + 1) >= 0x20) {
      i++
    } else if (code === QUOTE) {
      inString = false
    } else if (code < 0x20) {
      out += `${text.slice(copied, i)}\\u${code.toString(16).padStart(4, '0')}`
      copied = i + 1
      edits.push(i)
    }
  }
  if (edits.length === 0) return null
  return {
    text: out + text.slice(copied),
    // Every edit made the text five characters longer.
    originalOffset: (position) => {
      let shift = 0
      for (const edit of edits) {
        if (edit + shift >= position) break
        shift += 5
      }
      return Math.max(0, position - shift)
    },
  }
}

/** One token of JSON at a place, white space before it included; strings may be any that do not break a line. */
const TOKEN =
  /\s*(?:[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y

/** What may follow, by what stands open: decides where the first wrong token is. */
function follows(token: string, state: string, open: string | undefined): string | undefined {
  const isValue = /^["\-\dtfn]/.test(token)
  if (state === 'value' || state === 'value]') {
    if (token === '{') return 'key}'
    if (token === '[') return 'value]'
    if (isValue || (token === ']' && state === 'value]')) return 'after'
  }
  if ((state === 'key' || state === 'key}') && token.startsWith('"')) return ':'
  if (state === 'key}' && token === '}') return 'after'
  if (state === ':' && token === ':') return 'value'
  if (state === 'after' && token === ',' && open !== undefined) return open === '{' ? 'key' : 'value'
  if (state === 'after' && ((token === '}' && open === '{') || (token === ']' && open === '['))) return 'after'
  return undefined
}

/** Offset of the first thing in a text that is not JSON; V8 names it only in some of its messages. */
function errorOffset(text: string): number {
  const open: string[] = []
  let state = 'value'
  TOKEN.lastIndex = 0
  for (let at = 0; ; at = TOKEN.lastIndex) {
    const found = TOKEN.exec(text)
    const blank = /\s*/y
    blank.lastIndex = at
    const start = at + (blank.exec(text)?.[0].length ?? 0)
    const token = found?.[0].trim()
    const next = token === undefined ? undefined : follows(token, state, open.at(-1))
    if (next === undefined) return start
    if (token === '{' || token === '[') open.push(token)
    if (token === '}' || token === ']') open.pop()
    state = next
  }
}

function malformed(text: string, position: number, error: unknown): Error {
  const before = text.slice(0, position)
  const line = before.split('\n').length
  const column = position - (before.lastIndexOf('\n') + 1) + 1
  const reason = String(error instanceof Error ? error.message : error)
    .replace(/ at position .*$/s, '')
    .replace(/ ?(in JSON|, \.{3}?".*)$/s, '')
  return apiError('malformed_body', {
    title: `The request body is not valid JSON: line ${line}, column ${column}`,
    detail: `${reason} (line ${line}, column ${column}).`,
    meta: { line, column },
  })
}

/** U+0000 and lone surrogates can only come from escapes (or raw, once escaped), so most bodies need no walk. */
const NEEDS_CLEANING = /\\u(0000|d[89a-f])/i

function cleanValue(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\uFFFD')
  if (Array.isArray(value)) return value.map(cleanValue)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [cleanValue(key), cleanValue(v)]))
  }
  return value
}

export interface ParsedJson {
  value: unknown
  /** The same value with every number replaced by its source text; parsed on first use (contract §1.5). */
  literals(): unknown
}

function parsed(text: string): ParsedJson {
  const clean = NEEDS_CLEANING.test(text) ? cleanValue : (value: unknown) => value
  let literals: { value: unknown } | undefined
  return {
    value: clean(JSON.parse(text)),
    literals() {
      literals ??= {
        value: clean(
          JSON.parse(text, ((_key: string, value: unknown, context: { source?: string }) =>
            typeof value === 'number' ? context.source : value) as (key: string, value: unknown) => unknown),
        ),
      }
      return literals.value
    },
  }
}

/**
 * Parses a JSON body: strictly, then once more with raw control characters inside strings escaped, because the
 * documented `curl … "$(base64 file)"` produces them (contract §1.5). Throws 400 naming line and column, 413 over limits.
 */
export function parseJson(bytes: Buffer): ParsedJson {
  checkJsonLimits(bytes)
  const text = decodeBytes(bytes)
  try {
    return parsed(text)
  } catch (strict) {
    const escaped = escapeControls(text)
    if (escaped === null) throw malformed(text, errorOffset(text), strict)
    try {
      return parsed(escaped.text)
    } catch (error) {
      throw malformed(text, escaped.originalOffset(errorOffset(escaped.text)), error)
    }
  }
}
