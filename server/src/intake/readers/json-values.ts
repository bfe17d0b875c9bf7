export type JsonRecord = Readonly<Record<string, unknown>>

const NOTHING: JsonRecord = Object.freeze({})

/** The value as an object; an empty one for anything else. */
export function recordOf(value: unknown): JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : NOTHING
}

/** The value as a list; an empty one for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The objects of a list. */
export function recordsOf(value: unknown): JsonRecord[] {
  return listOf(value).filter((item): item is JsonRecord => typeof item === 'object' && item !== null)
}

/** The value as text, where it is a string with something in it, a number or a truth value. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/** The value as a text whatever it is: objects and lists as JSON. */
export function anyText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return textOf(value)
  return JSON.stringify(value)
}

/** The value as a number, also where it is written as a string. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** Seconds of a duration in milliseconds; 0 for anything but a positive number. */
export function secondsOf(milliseconds: unknown): number {
  const number = numberOf(milliseconds) ?? 0
  // Whole microseconds: 0.1 ms stays, what division adds behind them does not.
  return number > 0 ? Math.round(number * 1000) / 1_000_000 : 0
}

/** Texts below one another; nothing for nothing. */
export function joinTexts(texts: readonly (string | undefined)[]): string | undefined {
  const filled = texts.filter((text): text is string => text !== undefined && text.trim() !== '')
  return filled.length === 0 ? undefined : filled.join('\n')
}
