import { cut } from './text.ts'

/** So many characters of a value are enough to know it by. */
const BEGINNING = 40

/**
 * Whether a character does something to a terminal or a log instead of being seen there: controls, separators of lines,
 * and marks that turn the direction of writing.
 */
const isUnseen = (code: number): boolean =>
  code < 0x20 ||
  (code >= 0x7f && code < 0xa0) ||
  (code >= 0x200e && code <= 0x200f) ||
  (code >= 0x2028 && code <= 0x202e) ||
  (code >= 0x2066 && code <= 0x2069)

/** A text with what cannot be seen written as escapes: it may be printed anywhere. */
export function harmless(text: string): string {
  let out = ''
  let copied = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (!isUnseen(code)) continue
    out += `${text.slice(copied, i)}\\u${code.toString(16).padStart(4, '0')}`
    copied = i + 1
  }
  return copied === 0 ? text : out + text.slice(copied)
}

/** At most so many characters of a text, with a mark where it was longer. */
export function beginning(text: string, max: number): string {
  const first = cut(text, max)
  return first.length < text.length ? `${first}…` : first
}

/** A value of a body or query as a message names it: short, on one line, texts in quotes. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return `"${harmless(beginning(value, BEGINNING))}"`
  if (Array.isArray(value)) return '[…]'
  return typeof value === 'object' && value !== null ? '{…}' : String(value)
}
