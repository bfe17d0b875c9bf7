import { MAX_COUNTED } from './limits.ts'
/** Text as it may be stored: U+0000 and lone surrogates become U+FFFD, everything else stays byte-exact (contract §1.5). */
export function cleanText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed()
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed
}

/** The case folding of contract §1.11, the same on both databases because JavaScript does it. */
export function fold(text: string): string {
  return text.toLowerCase()
}

/** Length in Unicode code points, the unit of every limit of the contract; in UTF-16 units beyond all limits. */
export function lengthOf(text: string): number {
  let length = text.length
  if (length > MAX_COUNTED) return length
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit < 0xdc00) {
      length--
      i++
    }
  }
  return length
}

/** Whether a text has more than `max` code points; one far beyond is not counted. */
export function isLongerThan(text: string, max: number): boolean {
  return text.length > max && (text.length > 2 * max || lengthOf(text) > max)
}

/** The first `max` code points of a text; never splits one. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  let units = 0
  for (let points = 0; points < max && units < text.length; points++) {
    units += (text.codePointAt(units) as number) > 0xffff ? 2 : 1
  }
  return text.slice(0, units)
}

/** A text without the characters `char` at its end; an expression would try anew from each of them. */
export function withoutTrailing(text: string, char: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === char) end--
  return text.slice(0, end)
}

export function isBlank(text: string): boolean {
  return text.trim() === ''
}

/** A value in which blank text is null: so an optional id, or list of ids or values, may be left out (contract §1.4). */
export const blankAsNull = (value: unknown): unknown => (typeof value === 'string' && isBlank(value) ? null : value)
