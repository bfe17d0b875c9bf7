import type { FieldEntity } from '../../core/resource/define-resource.ts'
import { canonicalDecimal, parseCheckbox, parseDate, toInteger } from '../../core/scalars.ts'
import { lengthOf } from '../../core/text.ts'

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

export const ENTITIES: readonly FieldEntity[] = [
  'Requirement',
  'Test',
  'TestSet',
  'Instance',
  'Run',
  'Issue',
  'Milestone',
]

export const isListFormat = (format: string) => format === 'list' || format === 'multilist' || format === 'linkedlist'

const MAX_TEXT = 1_048_576
const MAX_OPTION = 1000

export type FieldValue = string | boolean | string[]

/** A value read by its field's format, an instruction to clear the field, or what is wrong with it. */
export type ReadValue = { value: FieldValue } | { clear: true } | { problem: string }

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)

function readOption(value: unknown, literal: () => string): string | undefined {
  if (!isScalar(value)) return undefined
  const text = typeof value === 'number' ? literal() : String(value)
  return lengthOf(text) <= MAX_OPTION ? text : undefined
}

/**
 * Reads a value as contract §1.13 says for its format. Vocabulary, users and parents are checked by the caller, who
 * can look them up. `literal` gives the source text of a JSON number.
 */
export function readFieldValue(format: Format, sent: unknown, literal: () => string): ReadValue {
  if (sent === null || sent === '' || (Array.isArray(sent) && sent.length === 0)) return { clear: true }
  switch (format) {
    case 'text':
    case 'memo':
    case 'url': {
      if (!isScalar(sent)) return { problem: 'must be a text' }
      const text = typeof sent === 'number' ? literal() : String(sent)
      return lengthOf(text) <= MAX_TEXT ? { value: text } : { problem: `is too long: at most ${MAX_TEXT} characters` }
    }
    case 'number': {
      const text = typeof sent === 'number' ? literal() : sent
      const decimal = typeof text === 'string' ? canonicalDecimal(text) : undefined
      return decimal === undefined ? { problem: 'must be a number of at most 100 digits' } : { value: decimal }
    }
    case 'checkbox': {
      const checked = parseCheckbox(sent)
      return checked === undefined ? { problem: 'must be true or false' } : { value: checked }
    }
    case 'date': {
      const american = typeof sent === 'string' ? /^\s*(\d{2})\/(\d{2})\/(\d{4})\s*$/.exec(sent) : null
      const date = parseDate(american ? `${american[3]}-${american[1]}-${american[2]}` : sent)
      return date === undefined ? { problem: 'must be a date such as 2025-03-01' } : { value: date }
    }
    case 'user': {
      const id = toInteger(sent)
      return id === undefined ? { problem: 'must be the id of a user' } : { value: String(id) }
    }
    case 'list':
    case 'linkedlist': {
      const option = readOption(sent, literal)
      return option === undefined
        ? { problem: `must be a text of at most ${MAX_OPTION} characters` }
        : { value: option }
    }
    case 'multilist': {
      const members = (Array.isArray(sent) ? sent.flat(Number.POSITIVE_INFINITY) : [sent]).filter((m) => m !== null)
      const options = members.map((member) => readOption(member, () => String(member)))
      if (options.includes(undefined)) return { problem: `must be texts of at most ${MAX_OPTION} characters` }
      const value = [...new Set(options as string[])]
      return value.length === 0 ? { clear: true } : { value }
    }
  }
}

/**
 * Possible values as sent on a field: texts without blanks and duplicates; undefined when it is no array of scalars.
 * `literal` gives the source text of the number at an index.
 */
export function readOptions(sent: unknown, literal: (index: number) => string): string[] | undefined {
  if (!Array.isArray(sent)) return undefined
  const texts = sent.map((member, index) => (typeof member === 'number' ? literal(index) : member))
  const values = texts.filter((member) => member !== null && String(member).trim() !== '')
  return values.every(isScalar) ? [...new Set(values.map(String))] : undefined
}
