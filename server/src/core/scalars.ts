import { MAX_DIGITS, MAX_DURATION, MAX_SCALAR } from './limits.ts'
import { lengthOf, withoutTrailing } from './text.ts'

/** A number as text: as it was written, where `written` is its source text, else in its shortest form. */
export function numberText(number: number, written: string): string {
  return written !== '' && Number(written) === number ? written : String(number)
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

/** A finite number from a JSON number or numeric string (exponents allowed), else undefined. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || value.length > MAX_SCALAR) return undefined
  const text = value.trim()
  if (!NUMBER.test(text)) return undefined
  const number = Number(text)
  return Number.isFinite(number) ? number : undefined
}

/** A whole number from a JSON number or numeric string, else undefined. */
export function toInteger(value: unknown): number | undefined {
  const number = toNumber(value)
  return number !== undefined && Number.isInteger(number) ? number : undefined
}

/** An id from a JSON number or numeric string: 0 for one that can name nothing, undefined for what is no integer. */
export function toId(value: unknown): number | undefined {
  const number = toInteger(value)
  if (number === undefined) return undefined
  return Number.isSafeInteger(number) && number > 0 ? number : 0
}

/** `HH:MM:SS`, zero-padded; hours may exceed two digits (contract §1.11). */
export function formatDuration(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

/**
 * Whole seconds from `H+:MM:SS` or a non-negative number of seconds, rounded half up; null and "" are zero.
 * Returns undefined for anything else, and above 2^31−1.
 */
export function parseDuration(value: unknown): number | undefined {
  if (value === null || value === undefined) return 0
  if (typeof value === 'string' && value.length > MAX_SCALAR) return undefined
  if (typeof value === 'string' && value.trim() === '') return 0
  const clock = typeof value === 'string' ? /^\s*(\d+):([0-5]?\d):([0-5]?\d)\s*$/.exec(value) : null
  const seconds = clock ? Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) : toNumber(value)
  if (seconds === undefined || seconds < 0) return undefined
  const rounded = Math.floor(seconds + 0.5)
  return rounded <= MAX_DURATION ? rounded : undefined
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:\s*([Zz]|UTC|[+-]\d{2}(?::?\d{2})?))?)?$/

function isCalendarDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || year < 1) return false
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1
}

/** Milliseconds since the epoch from ISO 8601 with or without time and offset (no offset = UTC), else undefined. */
export function parseTimestamp(value: unknown): number | undefined {
  const match = typeof value === 'string' && value.length <= MAX_SCALAR ? TIMESTAMP.exec(value.trim()) : null
  if (!match) return undefined
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)]
  if (!isCalendarDay(year, month, day) || hour > 24 || minute > 59 || second > 60) return undefined
  if (hour === 24 && (minute > 0 || second > 0)) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second, Math.floor(Number(`0.${match[7] ?? 0}`) * 1000))
  const offset = offsetMinutes(match[8])
  return offset === undefined ? undefined : date.getTime() - offset * 60_000
}

function offsetMinutes(offset: string | undefined): number | undefined {
  if (offset === undefined || !/^[+-]/.test(offset)) return 0
  const digits = offset.slice(1).replace(':', '')
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2) || 0)]
  if (hours > 23 || minutes > 59) return undefined
  return (hours * 60 + minutes) * (offset.startsWith('-') ? -1 : 1)
}

/** Whether a moment (milliseconds) has a year of four digits in UTC, as every timestamp on the wire must. */
export const isWritableMoment = (ms: number) => /^(?!0000)\d{4}-/.test(new Date(ms).toISOString())

const DAY = 86_400_000
const twoDigits = (n: number) => String(n).padStart(2, '0')
const MINUTES = Array.from({ length: 1440 }, (_, n) => `${twoDigits(Math.floor(n / 60))}:${twoDigits(n % 60)}:`)
const SECONDS = Array.from({ length: 60 }, (_, n) => `${twoDigits(n)}Z"`)

// The day that was written last: neighbouring rows were mostly made on one day.
let lastDay = Number.NaN
let lastDayText = ''

/** As `formatTimestamp`, as JSON text: with the quotes. Lists write hundreds, so it is put together from three parts. */
export function quoteTimestamp(ms: number): string {
  const day = Math.floor(ms / DAY)
  if (day !== lastDay) {
    lastDayText = `"${new Date(ms).toISOString().slice(0, -13)}`
    lastDay = day
  }
  const second = Math.floor((ms - day * DAY) / 1000)
  return lastDayText + MINUTES[Math.floor(second / 60)] + SECONDS[second % 60]
}

/** UTC, whole seconds: `2025-03-01T12:43:31Z` (contract §1.11). */
export function formatTimestamp(ms: number): string {
  return quoteTimestamp(ms).slice(1, -1)
}

/** `YYYY-MM-DD` as written from a date or timestamp (the offset is ignored), else undefined. */
export function parseDate(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_SCALAR) return undefined
  const text = value.trim()
  const match = DATE.exec(text.slice(0, 10))
  if (!match || !isCalendarDay(Number(match[1]), Number(match[2]), Number(match[3]))) return undefined
  if (text.length > 10 && parseTimestamp(text) === undefined) return undefined
  return match[0]
}

/**
 * Canonical decimal text of a number literal: digits kept (never through a float), no leading or trailing zeros,
 * exponent written out, `-0` → `0`. Undefined for no number or more than MAX_DIGITS digits (contract §1.13).
 */
export function canonicalDecimal(literal: string): string | undefined {
  if (literal.length > MAX_SCALAR) return undefined
  const text = literal.trim()
  if (!NUMBER.test(text)) return undefined
  const [mantissa = '', exponentText = '0'] = text.toLowerCase().replace(/^[+-]/, '').split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = whole + fraction
  const point = whole.length + Number(exponentText)
  if (/^0*$/.test(digits)) return '0'
  if (Math.abs(point) > 200) return undefined
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0')
  const at = point <= 0 ? 1 : point
  const left = padded.slice(0, at).replace(/^0+(?=\d)/, '')
  const right = withoutTrailing(padded.slice(at), '0')
  if (lengthOf(left + right) > MAX_DIGITS) return undefined
  return `${text.startsWith('-') ? '-' : ''}${left}${right === '' ? '' : `.${right}`}`
}

const CHECKBOX = new Map<string, boolean>(
  ['true', '1', 'yes', 'on']
    .map((word): [string, boolean] => [word, true])
    .concat(['false', '0', 'no', 'off'].map((word): [string, boolean] => [word, false])),
)

/** A boolean from the spellings of contract §1.13, else undefined. */
export function parseCheckbox(value: unknown): boolean | undefined {
  if (typeof value !== 'boolean' && typeof value !== 'number' && typeof value !== 'string') return undefined
  if (typeof value === 'string' && value.length > MAX_SCALAR) return undefined
  return CHECKBOX.get(String(value).trim().toLowerCase())
}

/**
 * Bytes of uploaded base64: white space ignored, padding optional, URL-safe alphabet and `data:` prefix accepted
 * (contract §1.16). Undefined when anything else is in it.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bare = text.replace(/^\s*data:[^,]*;base64,/i, '').replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(bare)) return undefined
  const body = withoutTrailing(bare, '=')
  return body.length % 4 === 1 ? undefined : Buffer.from(body, 'base64')
}
