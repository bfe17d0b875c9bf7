/** No time, duration or date is longer; what is longer is none, and not looked at. */
const LONGEST = 100

const THOUSANDS = /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?$/
const DECIMAL_COMMA = /^\d{1,3}(?:\.\d{3})*,\d+$|^\d+,\d+$/
const CLOCK = /^(?:(\d{1,6})\.)?(\d{1,6}):(\d{1,2}):(\d{1,2}(?:[.,]\d{1,12})?)$/
const ISO_DURATION = /^PT?(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?$/i

/**
 * A duration as seconds. Thousands separators, exponents, decimal commas (`0,012`, `1.234,5`), `HH:MM:SS.fff`, .NET's
 * `d.hh:mm:ss`, ISO 8601 (`PT1.5S`) and the units `s` and `ms` are read; what is empty, negative or unreadable is 0.
 */
export function parseSeconds(text: string | undefined): number {
  if (text === undefined || text.length > LONGEST) return 0
  const trimmed = text.trim()
  const clock = CLOCK.exec(trimmed)
  if (clock) {
    const [, days = '0', hours, minutes, seconds] = clock
    return sumOf(days, hours, minutes, seconds)
  }
  const iso = ISO_DURATION.exec(trimmed)
  if (iso) return sumOf(iso[1], iso[2], iso[3], iso[4])
  const unit = /(m(?:illi)?)?s(?:ec(?:ond)?s?)?$/i.exec(trimmed)
  const plain = unit === null ? trimmed : trimmed.slice(0, unit.index).trim()
  const seconds = numberOf(plain) * (unit?.[1] === undefined ? 1 : 0.001)
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0
}

function sumOf(days = '0', hours = '0', minutes = '0', seconds = '0'): number {
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds.replace(',', '.'))
}

function numberOf(text: string): number {
  if (text === '') return 0
  if (THOUSANDS.test(text)) return Number(text.replaceAll(',', ''))
  if (DECIMAL_COMMA.test(text)) return Number(text.replaceAll('.', '').replace(',', '.'))
  return Number(text)
}

const MONTHS = new Map(
  ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map((name, i) => [name, i]),
)

// Abbreviations of zones that mean one offset wherever software writes them. Others are read in the zone of the import.
const ZONES = new Map(
  Object.entries({
    z: 0,
    gmt: 0,
    utc: 0,
    ut: 0,
    wet: 0,
    cet: 60,
    west: 60,
    cest: 120,
    eet: 120,
    eest: 180,
    msk: 180,
    jst: 540,
    edt: -240,
    est: -300,
    cdt: -300,
    cst: -360,
    mdt: -360,
    mst: -420,
    pdt: -420,
    pst: -480,
  }),
)

const CLOCK_TIME = String.raw`(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,:](\d{1,12}))?)?`
const ZONE = String.raw`(?: ?([+-]\d{2}(?::?\d{2})?|[a-z]{1,5})([+-]\d{2}:?\d{2})?(?: [a-z]{1,5})?(?: ?\([^()]{1,40}\)|\[[^\]]{1,40}\])?)?`
// linear: they are anchored, no two neighbouring parts match the same character, and texts are short.
const shapes = (source: string) => new RegExp(`^${source}$`, 'i')

/** 2026-03-01T12:00:00.123Z, 20260301 12:00:00.123, 2026/03/01 12:00. */
const YEAR_FIRST = shapes(String.raw`(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:[t ]${CLOCK_TIME}${ZONE})?`)
/** 23 Mar 2012 10:12:13 GMT, Fri, 23 Mar 2012 10:12:13 +0200. */
const DAY_FIRST = shapes(String.raw`(?:[a-z]{2,9},? )?(\d{1,2})[ -]([a-z]{3,9})[ -](\d{4}),? ${CLOCK_TIME}${ZONE}`)
/** Mar 23, 2012 10:12:13 AM. */
const MONTH_FIRST = shapes(
  String.raw`(?:[a-z]{2,9},? )?([a-z]{3,9}) (\d{1,2}),? (\d{4}),? (?:at )?${CLOCK_TIME}(?: ([ap]m))?${ZONE}`,
)
/** Fri Mar 23 10:12:13 CET 2012, as Java and C write it. */
const YEAR_LAST = shapes(
  String.raw`[a-z]{2,9} ([a-z]{3,9}) {1,2}(\d{1,2}) ${CLOCK_TIME}(?: ([a-z]{1,5}|[+-]\d{4}))? (\d{4})`,
)
/** 3/23/2012 10:12:13 AM, 23.03.2012 10:12:13. */
const LOCAL = shapes(String.raw`(\d{1,2})([/.])(\d{1,2})\2(\d{4}),? ${CLOCK_TIME}(?: ([ap]m))?`)

interface Parts {
  year: number
  /** From 0. */
  month: number
  day: number
  hour: number
  minute: number
  second: number
  milliseconds: number
  zone: string
}

/**
 * A point in time as milliseconds since the epoch: ISO 8601 in its variants, RFC 2822, epoch seconds and milliseconds,
 * and what programs write in the language of their machine. One without a zone is read in `zone`; an unreadable one is
 * undefined.
 */
export function parseTimestamp(text: string | undefined, zone: string): number | undefined {
  if (text === undefined || text.length > LONGEST) return undefined
  // Newer Java puts narrow spaces before AM.
  const trimmed = text.replace(/\s+/g, ' ').trim()
  if (/^\d{9,17}(?:\.\d{1,12})?$/.test(trimmed)) return epochOf(trimmed)
  const parts = partsOf(trimmed)
  if (parts === undefined || parts.month > 11 || parts.day > 31 || parts.hour > 24) return undefined
  const { year, month, day, hour, minute, second, milliseconds } = parts
  const local = Date.UTC(year, month, day, hour, minute, second, milliseconds)
  if (!Number.isFinite(local)) return undefined
  const fixed = fixedOffset(parts.zone)
  if (fixed !== undefined) return local - fixed * 60_000
  // The offset belongs to the instant we are looking for; asking twice is right except inside the skipped hour.
  const guess = local - zoneOffset(zone, local) * 60_000
  return local - zoneOffset(zone, guess) * 60_000
}

function epochOf(text: string): number {
  const number = Number(text)
  const digits = text.split('.', 1)[0]?.length ?? 0
  if (digits <= 11) return Math.round(number * 1000)
  return Math.round(digits <= 14 ? number : number / 1000)
}

function partsOf(text: string): Parts | undefined {
  let found = YEAR_FIRST.exec(text)
  if (found) return parts(found[1], Number(found[3]) - 1, found[4], found.slice(5, 9), undefined, found[10] ?? found[9])
  found = DAY_FIRST.exec(text)
  if (found) return parts(found[3], monthOf(found[2]), found[1], found.slice(4, 8), undefined, found[9] ?? found[8])
  found = MONTH_FIRST.exec(text)
  if (found) return parts(found[3], monthOf(found[1]), found[2], found.slice(4, 8), found[8], found[10] ?? found[9])
  found = YEAR_LAST.exec(text)
  if (found) return parts(found[8], monthOf(found[1]), found[2], found.slice(3, 7), undefined, found[7])
  found = LOCAL.exec(text)
  if (!found) return undefined
  // With dots the day stands first wherever that is written; with slashes it does when it can be no month.
  const dayFirst = found[2] === '.' || Number(found[1]) > 12
  const [day, month] = dayFirst ? [found[1], found[3]] : [found[3], found[1]]
  return parts(found[4], Number(month) - 1, day, found.slice(5, 9), found[9], undefined)
}

function parts(
  year: string | undefined,
  month: number | undefined,
  day: string | undefined,
  [hour = '0', minute = '0', second = '0', fraction = '0']: (string | undefined)[],
  half: string | undefined,
  zone: string | undefined,
): Parts | undefined {
  if (month === undefined) return undefined
  const shift = half === undefined ? 0 : (half.toLowerCase() === 'pm' ? 12 : 0) - (hour === '12' ? 12 : 0)
  return {
    year: Number(year),
    month,
    day: Number(day),
    hour: Number(hour) + shift,
    minute: Number(minute),
    second: Number(second),
    milliseconds: Math.floor(Number(`0.${fraction}`) * 1000),
    zone: zone ?? '',
  }
}

function monthOf(name: string | undefined): number | undefined {
  return MONTHS.get((name ?? '').slice(0, 3).toLowerCase())
}

/** Minutes ahead of UTC that a zone written as a number or abbreviation stands for. */
function fixedOffset(zone: string): number | undefined {
  const found = /^([+-])(\d\d):?(\d\d)?$/.exec(zone)
  if (!found) return ZONES.get(zone.toLowerCase())
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3] ?? 0))
}

const formatters = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, number>()
/** Offsets change at quarters of an hour only; a report names the same ones again and again. */
const QUARTER = 900_000
const MOST_OFFSETS = 1000

/** Minutes that `zone` (`UTC`, `Europe/Berlin`, `+02:00`) is ahead of UTC at an instant. Throws on an unknown zone. */
export function zoneOffset(zone: string, instant: number): number {
  const fixed = fixedOffset(zone)
  if (fixed !== undefined) return fixed
  const key = `${zone} ${Math.floor(instant / QUARTER)}`
  let offset = offsets.get(key)
  if (offset === undefined) {
    offset = askOffset(zone, instant)
    if (offsets.size >= MOST_OFFSETS) offsets.clear()
    offsets.set(key, offset)
  }
  return offset
}

function askOffset(zone: string, instant: number): number {
  let formatter = formatters.get(zone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    formatters.set(zone, formatter)
  }
  const name = formatter.formatToParts(instant).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  const found = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name)
  return found?.[1] === undefined ? 0 : (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3]))
}
