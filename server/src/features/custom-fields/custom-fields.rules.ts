import { type FieldEntity, KINDS, wordsWith } from '../../core/kinds.ts'
import { MAX_DIGITS, MAX_LONG_TEXT, MAX_NAME } from '../../core/limits.ts'
import { canonicalDecimal, numberText, parseCheckbox, parseDate, toId } from '../../core/scalars.ts'
import { isBlank, lengthOf } from '../../core/text.ts'

export const FORMATS = [
  'text',
  'memo',
  'number',
  'checkbox',
  'date',
  'user',
  'url',
  'list',
  'multilist',
  'linkedlist',
] as const
export type Format = (typeof FORMATS)[number]

export const ENTITIES: readonly FieldEntity[] = wordsWith('fields').map((word) => KINDS[word].title)

export const isListFormat = (format: string) => format === 'list' || format === 'multilist' || format === 'linkedlist'

export type FieldValue = string | string[]

/** A value read by its field's format, an instruction to clear the field, or what is wrong with it. */
export type ReadValue = { value: FieldValue } | { clear: true } | { problem: string }

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)

/** Source text of the number that a value is, or that stands in it at a path of indices. */
type Literal = (...path: number[]) => string

const textOf = (value: unknown, literal: Literal, ...path: number[]): string =>
  typeof value === 'number' ? numberText(value, literal(...path)) : String(value)

function readOption(value: unknown, literal: Literal, ...path: number[]): string | undefined {
  if (!isScalar(value)) return undefined
  const text = textOf(value, literal, ...path)
  return lengthOf(text) <= MAX_NAME ? text : undefined
}

/** The members of arrays within arrays, without nulls, and how they are reached; of a scalar itself. */
function leavesOf(value: unknown, ...path: number[]): { member: unknown; path: number[] }[] {
  if (Array.isArray(value)) return value.flatMap((member, index) => leavesOf(member, ...path, index))
  return value === null ? [] : [{ member: value, path }]
}

/**
 * Reads a value as contract §1.13 says for its format. Vocabulary, users and parents are checked by the caller, who
 * can look them up.
 */
export function readFieldValue(format: Format, sent: unknown, literal: Literal): ReadValue {
  if (sent === null || sent === '' || (Array.isArray(sent) && sent.length === 0)) return { clear: true }
  switch (format) {
    case 'text':
    case 'memo':
    case 'url': {
      if (!isScalar(sent)) return { problem: 'must be a text' }
      const text = textOf(sent, literal)
      return lengthOf(text) <= MAX_LONG_TEXT
        ? { value: text }
        : { problem: `is too long: at most ${MAX_LONG_TEXT} characters` }
    }
    case 'number': {
      const text = typeof sent === 'number' ? numberText(sent, literal()) : sent
      const decimal = typeof text === 'string' ? canonicalDecimal(text) : undefined
      return decimal === undefined
        ? { problem: `must be a number of at most ${MAX_DIGITS} digits` }
        : { value: decimal }
    }
    case 'checkbox': {
      const checked = parseCheckbox(sent)
      return checked === undefined ? { problem: 'must be "yes" or "no"' } : { value: checked ? 'yes' : 'no' }
    }
    case 'date': {
      const american = typeof sent === 'string' ? /^\s*(\d{2})\/(\d{2})\/(\d{4})\s*$/.exec(sent) : null
      const date = parseDate(american ? `${american[3]}-${american[1]}-${american[2]}` : sent)
      return date === undefined ? { problem: 'must be a date such as 2025-03-01' } : { value: date }
    }
    case 'user': {
      const id = toId(sent)
      return id === undefined ? { problem: 'must be the id of a user' } : { value: String(id) }
    }
    case 'list':
    case 'linkedlist': {
      const option = readOption(sent, literal)
      return option === undefined ? { problem: `must be a text of at most ${MAX_NAME} characters` } : { value: option }
    }
    case 'multilist': {
      const options = leavesOf(sent).map(({ member, path }) => readOption(member, literal, ...path))
      if (options.includes(undefined)) return { problem: `must be texts of at most ${MAX_NAME} characters` }
      const value = [...new Set(options as string[])]
      return value.length === 0 ? { clear: true } : { value }
    }
  }
}

/**
 * Possible values as sent on a field: texts without blanks and duplicates; undefined when it is no array of scalars.
 * `literal` gives the source text of the number at an index.
 */
export function readOptions(sent: unknown, literal: Literal): string[] | undefined {
  if (!Array.isArray(sent)) return undefined
  const members = sent.filter((member) => member !== null)
  if (!members.every(isScalar)) return undefined
  const texts = sent.flatMap((member, index) => (member === null ? [] : textOf(member, literal, index)))
  return [...new Set(texts.filter((text) => !isBlank(text)))]
}
