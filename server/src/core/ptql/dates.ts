import { parseDate, parseTimestamp } from '../scalars.ts'
import type { Unit } from './syntax.ts'

const DAY = 86_400_000
const SECOND = 1000
/** The years 1 to 9999; what lies beyond counts as the nearest bound (contract §2). */
const FIRST = Date.parse('0001-01-01T00:00:00Z')
const LAST = Date.parse('9999-12-31T23:59:59.999Z')

/** A stretch of time in milliseconds, both ends included. */
export interface Stretch {
  start: number
  end: number
}

const clamp = (ms: number) => (Number.isNaN(ms) ? LAST : Math.min(LAST, Math.max(FIRST, ms)))

const dayOf = (ms: number): Stretch => {
  const start = Math.floor(clamp(ms) / DAY) * DAY
  return { start, end: start + DAY - 1 }
}

export const today = (now: number): Stretch => dayOf(now)

/** `YYYY-MM-DD` of a moment, UTC. */
export const dayText = (ms: number) => new Date(clamp(ms)).toISOString().slice(0, 10)

/** Year 0 is a leap year before the first that counts. */
const inRange = (text: string) => (/^0000-/.test(text) ? text.replace('0000', '0004') : text)

/** What a date literal covers on a timestamp: its whole UTC day, or its second. Undefined when it is no date. */
export function stretchOf(literal: string): Stretch | undefined {
  const text = literal.trim()
  const ms = parseTimestamp(inRange(text))
  if (ms === undefined) return undefined
  if (text.startsWith('0000-')) return dayOf(FIRST)
  if (text.length === 10) return dayOf(ms)
  const start = Math.floor(clamp(ms) / SECOND) * SECOND
  return { start, end: start + SECOND - 1 }
}

/** The day that a literal means on a date field, as written. */
export function dayOfLiteral(literal: string): string | undefined {
  const day = parseDate(inRange(literal.trim()))
  return literal.trim().startsWith('0000-') && day !== undefined ? '0001-01-01' : day
}

/** A moment moved by calendar units; a day that the month lacks becomes its last. */
export function shift(now: number, count: number, unit: Unit): number {
  const fixed = { minute: 60_000, hour: 3_600_000, day: DAY, week: 7 * DAY }[unit as 'day']
  if (fixed !== undefined) return clamp(now + count * fixed)
  const months = count * (unit === 'year' ? 12 : 1)
  if (Math.abs(months) > 12 * 20_000) return clamp(months < 0 ? FIRST : LAST)
  const from = new Date(now)
  const target = new Date(now)
  target.setUTCDate(1)
  target.setUTCMonth(from.getUTCMonth() + months)
  const lastDay = new Date(target)
  lastDay.setUTCMonth(target.getUTCMonth() + 1, 0)
  target.setUTCDate(Math.min(from.getUTCDate(), lastDay.getUTCDate()))
  return clamp(target.getTime())
}
