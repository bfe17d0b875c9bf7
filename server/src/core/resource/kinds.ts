import { canonicalKey } from '../jsonapi/key-spelling.ts'
import { MAX_NAME, MAX_SCALAR, MAX_TAGS } from '../limits.ts'
import { invalidAt, type Pointer, type Problems } from '../problems.ts'
import {
  formatDuration,
  formatTimestamp,
  isWritableMoment,
  numberText,
  parseDate,
  parseDuration,
  parseTimestamp,
  quoteTimestamp,
  toId,
  toInteger,
} from '../scalars.ts'
import { fold, isBlank, isLongerThan, lengthOf } from '../text.ts'
import type { JsonSchema } from './json-schema.ts'

/** What a kind may use while it reads a value. */
export interface Reading {
  problems: Problems
  place: Pointer
  /** Name for messages: `Set id`. */
  label: string
  /** Source text of the number at this place, or deeper inside the value, for texts that receive one (contract §1.5). */
  literal(...path: (string | number)[]): string
}

/** A stored cell. */
export type Cell = string | number | null

/** How values of one kind are read from a body, stored, and written to an answer. */
export interface Kind {
  name: string
  /** Returns the cell to store, or undefined after reporting a problem. `null` never reaches it. */
  read(value: unknown, reading: Reading): Cell | undefined
  /** The cell that `null` on PUT stores; undefined = null is refused (422); 'keep' = null leaves it unchanged. */
  cleared: Cell | 'keep' | undefined
  write(cell: Cell): unknown
  /** What `write` says as JSON text, where that is to be had for less than by way of a value. */
  text?(cell: Cell): string
  /** What answers show, null apart. */
  schema: JsonSchema
  /** What bodies may send, where that is more or less than what answers show. */
  input?: JsonSchema
  /** The row kind the value names, checked against the database by the action. */
  reference?: 'user' | 'folder' | 'milestone'
}

const asIs = (cell: Cell): unknown => cell

/** Texts up to this length are looked through here, which takes half the time of JSON.stringify; longer ones twice. */
const SHORT_TEXT = 40

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x20 || unit === 0x22 || unit === 0x5c || (unit >= 0xd800 && unit < 0xe000)) return false
  }
  return true
}

/** What JSON.stringify makes of a value, quicker for what lists are full of. */
export function jsonText(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value === 'string' && value.length <= SHORT_TEXT && isPlain(value)) return `"${value}"`
  return JSON.stringify(value)
}

/** JSON that the database holds as text goes out as it is. */
const asJson = (cell: Cell): string => (cell === null ? 'null' : String(cell))

/** Reads a scalar as text, keeping the literal of numbers; undefined (and a problem) for objects and arrays. */
export function readText(value: unknown, reading: Reading): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberText(value, reading.literal())
  if (typeof value === 'boolean') return String(value)
  reading.problems.at(reading.place, `${reading.label} must be a text`, value)
  return undefined
}

function limited(text: string, max: number, reading: Reading): string | undefined {
  if (!isLongerThan(text, max)) return text
  reading.problems.at(
    reading.place,
    `${reading.label} is too long: ${lengthOf(text)} characters, at most ${max} are allowed`,
    text,
  )
  return undefined
}

/** Whether a value is a text of nothing but white space; a long one has more in it, or is refused as it is. */
const isBlankText = (value: unknown) => typeof value === 'string' && value.length <= MAX_SCALAR && isBlank(value)

/** Free text of up to `max` characters; null clears. */
export function textKind(max: number, cleared: Cell | undefined = null): Kind {
  return {
    name: 'text',
    cleared,
    write: asIs,
    schema: { type: 'string' },
    input: { type: 'string', maxLength: max },
    read(value, reading) {
      const text = readText(value, reading)
      return text === undefined ? undefined : limited(text, max, reading)
    },
  }
}

/** A name or title: not blank. */
export function nameKind(max: number): Kind {
  return {
    name: 'name',
    cleared: undefined,
    write: asIs,
    schema: { type: 'string' },
    input: { type: 'string', minLength: 1, maxLength: max },
    read(value, reading) {
      const text = readText(value, reading)
      if (text === undefined) return undefined
      // Its length first: a text of nothing but spaces may be a hundred megabytes of them.
      if (text.length <= 2 * max && isBlank(text)) {
        reading.problems.at(reading.place, `${reading.label} can't be blank`)
        return undefined
      }
      return limited(text, max, reading)
    },
  }
}

export const integerKind: Kind = {
  name: 'integer',
  cleared: null,
  write: asIs,
  schema: { type: 'integer' },
  read(value, reading) {
    const number = toInteger(value)
    if (number === undefined || !Number.isSafeInteger(number)) {
      reading.problems.at(reading.place, `${reading.label} must be a whole number`, value)
      return undefined
    }
    return number
  },
}

/** An id, as number or numeric string. What it names is checked by the action, in the same 422. */
export function idKind(reference?: Kind['reference']): Kind {
  return {
    name: 'id',
    cleared: null,
    reference,
    write: asIs,
    schema: { type: 'integer' },
    input: { type: ['integer', 'string'] },
    read(value, reading) {
      if (isBlankText(value)) return null
      return readId(value, reading)
    },
  }
}

/** Reads an id in a body: a number, 0 for one that cannot exist, undefined (and a problem) for what is no number. */
export function readId(value: unknown, { problems, place, label }: Pick<Reading, 'problems' | 'place' | 'label'>) {
  const id = toId(value)
  if (id === undefined) problems.at(place, `${label} must be an id: a number or a numeric string`, value)
  return id
}

export const timestampKind: Kind = {
  name: 'timestamp',
  cleared: null,
  schema: { type: 'string', format: 'date-time' },
  // A date alone is taken too.
  input: { type: 'string' },
  write: (cell) => (cell === null ? null : formatTimestamp(cell as number)),
  text: (cell) => (cell === null ? 'null' : quoteTimestamp(cell as number)),
  read(value, reading) {
    if (isBlankText(value)) return null
    const ms = parseTimestamp(value)
    if (ms === undefined || !isWritableMoment(ms)) {
      reading.problems.at(
        reading.place,
        `${reading.label} must be an ISO 8601 date or time such as 2025-03-01T12:43:31Z`,
        value,
      )
      return undefined
    }
    return Math.floor(ms / 1000) * 1000
  },
}

/** A calendar day, `YYYY-MM-DD` in and out; a timestamp is cut to the day as written. */
export const dateKind: Kind = {
  name: 'date',
  cleared: null,
  write: asIs,
  schema: { type: 'string', format: 'date' },
  read(value, reading) {
    if (isBlankText(value)) return null
    const day = parseDate(value)
    if (day === undefined)
      reading.problems.at(reading.place, `${reading.label} must be a date such as 2025-03-01`, value)
    return day
  },
}

/** Seconds in the database, `HH:MM:SS` on the wire, never null. */
export const durationKind: Kind = {
  name: 'duration',
  cleared: 0,
  schema: { type: 'string', pattern: '^\\d{2,}:[0-5]\\d:[0-5]\\d$' },
  input: { type: ['string', 'number'] },
  write: (cell) => formatDuration((cell as number) ?? 0),
  read(value, reading) {
    const seconds = parseDuration(value)
    if (seconds === undefined) {
      reading.problems.at(
        reading.place,
        `${reading.label} must be HH:MM:SS or a number of seconds between 0 and 2147483647`,
        value,
      )
    }
    return seconds
  },
}

export const booleanKind: Kind = {
  name: 'boolean',
  cleared: 'keep',
  schema: { type: 'boolean' },
  write: (cell) => cell === 1,
  read(value, reading) {
    if (value === true || value === 'true' || value === 1 || value === '1') return 1
    if (value === false || value === 'false' || value === 0 || value === '0') return 0
    reading.problems.at(reading.place, `${reading.label} must be true or false`, value)
    return undefined
  },
}

/** One of a fixed vocabulary, matched without case, stored in its canonical spelling. */
export function enumKind(values: readonly string[]): Kind {
  return {
    name: 'enum',
    cleared: 'keep',
    write: asIs,
    schema: { type: 'string', enum: values },
    read(value, reading) {
      // None of the words is long; a text of megabytes is not folded.
      const found =
        typeof value === 'string' && value.length <= MAX_SCALAR
          ? values.find((v) => fold(v) === fold(value.trim()))
          : undefined
      if (found === undefined)
        reading.problems.at(reading.place, `${reading.label} must be one of: ${values.join(', ')}`, value)
      return found
    },
  }
}

/** What cannot be so many tags, even with every one of them sent ten times, is not looked at. */
const MAX_TAGS_SENT = { text: MAX_TAGS * (MAX_NAME + 2), array: MAX_TAGS * 10 }

/** Tags from an array of strings or one comma-separated string (contract §1.11); stored as JSON text. */
export const tagsKind: Kind = {
  name: 'tags',
  cleared: '[]',
  schema: { type: 'array', items: { type: 'string' } },
  input: { type: ['array', 'string'], items: { type: 'string' } },
  write: (cell) => JSON.parse(cell as string),
  text: asJson,
  read(value, reading) {
    if (
      (typeof value === 'string' || Array.isArray(value)) &&
      value.length > MAX_TAGS_SENT[typeof value === 'string' ? 'text' : 'array']
    ) {
      reading.problems.at(reading.place, `Too many tags: at most ${MAX_TAGS} are allowed`)
      return undefined
    }
    const members = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : undefined
    if (members === undefined || members.some((member) => typeof member === 'object' && member !== null)) {
      reading.problems.at(
        reading.place,
        `${reading.label} must be an array of texts or one comma-separated text`,
        value,
      )
      return undefined
    }
    const tags = new Map<string, string>()
    for (const [index, member] of members.entries()) {
      const text = typeof member === 'number' ? numberText(member, reading.literal(index)) : String(member ?? '')
      const tag = text.trim()
      if (lengthOf(tag) > MAX_NAME) {
        reading.problems.at(
          reading.place,
          `A tag is too long: ${lengthOf(tag)} characters, at most ${MAX_NAME} are allowed`,
          tag,
        )
        return undefined
      }
      if (tag !== '' && !tags.has(fold(tag))) tags.set(fold(tag), tag)
    }
    if (tags.size > MAX_TAGS) {
      reading.problems.at(reading.place, `Too many tags: at most ${MAX_TAGS} are allowed`)
      return undefined
    }
    return JSON.stringify([...tags.values()])
  },
}

/** JSON text in the database, a JSON value on the wire; only rendered by the declaration, read by the action. */
export const jsonKind: Kind = {
  name: 'json',
  cleared: null,
  // Says nothing: a declaration of a JSON value brings its own schema.
  schema: {},
  write: (cell) => (cell === null ? null : JSON.parse(cell as string)),
  text: asJson,
  read(_value, reading) {
    throw invalidAt(reading.place, `${reading.label} cannot be set here`)
  },
}

/** `set-id` → `Set id`: how messages name an attribute, or any key of a body. */
export function labelOf(wireName: string): string {
  const words = canonicalKey(wireName).replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
