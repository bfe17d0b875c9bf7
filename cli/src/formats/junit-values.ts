/**
 * A JUnit `time`: seconds with a fraction. Thousands separators and exponents occur; empty, negative and unreadable
 * values are 0. `0,012` and `1.234,5` are decimal commas.
 */
export function parseSeconds(text: string | undefined): number {
  const trimmed = (text ?? '').trim().replace(/s$/, '')
  let plain = trimmed
  if (/^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(trimmed)) plain = trimmed.replaceAll(',', '')
  else if (/^\d{1,3}(\.\d{3})*,\d+$/.test(trimmed)) plain = trimmed.replaceAll('.', '').replace(',', '.')
  const seconds = plain === '' ? 0 : Number(plain)
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0
}

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|[+-]\d\d:?\d\d)?$/i

/** Minutes that `zone` (`UTC`, `Europe/Berlin`, `+02:00`) is ahead of UTC at an instant. Throws on an unknown zone. */
export function zoneOffset(zone: string, instant: number): number {
  const fixed = /^([+-])(\d\d):?(\d\d)$/.exec(zone)
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3]))
  const format = formatFor(zone)
  const name = format.formatToParts(instant).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  const match = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name)
  return match?.[1] === undefined ? 0 : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatFor(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    formats.set(zone, format)
  }
  return format
}

/** A JUnit `timestamp`; one without an offset is read in `zone`. Unreadable ones are `undefined`. */
export function parseTimestamp(text: string | undefined, zone: string): Date | undefined {
  const match = TIMESTAMP.exec((text ?? '').trim())
  if (!match) return undefined
  const [, year, month, day, hour, minute, second = '0', fraction = '0', offset] = match
  const millis = Math.floor(Number(`0.${fraction}`) * 1000)
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    millis,
  )
  if (offset !== undefined) return new Date(local - (/^z$/i.test(offset) ? 0 : zoneOffset(offset, local)) * 60_000)
  // The offset belongs to the instant we are looking for; asking twice is right except inside the skipped hour.
  const guess = local - zoneOffset(zone, local) * 60_000
  return new Date(local - zoneOffset(zone, guess) * 60_000)
}
