import { parseTimestamp } from './time.ts'

/** A point in time as milliseconds since the epoch: a number of seconds or milliseconds, or what `parseTimestamp` reads. */
export function timeOf(value: unknown, zone: string): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) {
    // Seconds, milliseconds, microseconds, nanoseconds: the year 1973 in one is long past in the next.
    if (value < 1e11) return Math.round(value * 1000)
    if (value < 1e14) return Math.round(value)
    return Math.round(value < 1e17 ? value / 1000 : value / 1e6)
  }
  return typeof value === 'string' ? parseTimestamp(value, zone) : undefined
}
