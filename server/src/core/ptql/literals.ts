import { RUN_STATUSES } from '../run-statuses.ts'
import { parseCheckbox, parseDuration, toNumber } from '../scalars.ts'
import { fold } from '../text.ts'
import type { FieldTest, FieldType, PtqlField, Range, TextTest } from './condition.ts'
import { dayOfLiteral, dayText, type Stretch, shift, stretchOf, today } from './dates.ts'
import { passes } from './match-text.ts'
import { errorIn } from './ptql-error.ts'
import type { Literal, Operation } from './syntax.ts'

type Op = Operation['op']

const TEXT_OPS: Op[] = ['=', 'IN', 'CONTAINS', 'LIKE', 'EMPTY']
const NUMBER_OPS: Op[] = ['=', '<', '<=', '>', '>=', 'BETWEEN', 'IN', 'EMPTY']
const DATE_OPS: Op[] = [...NUMBER_OPS, 'LAST', 'NEXT']
const ID_OPS: Op[] = ['=', 'IN', 'EMPTY']

/** The operators that suit a field, by its type (contract §2). */
const OPERATORS: Record<FieldType, Op[]> = {
  text: TEXT_OPS,
  word: TEXT_OPS,
  status: TEXT_OPS,
  folder: TEXT_OPS,
  milestone: TEXT_OPS,
  multi: TEXT_OPS,
  version: [...TEXT_OPS, '<', '<=', '>', '>=', 'BETWEEN'],
  integer: NUMBER_OPS,
  number: NUMBER_OPS,
  duration: NUMBER_OPS,
  parent: NUMBER_OPS,
  timestamp: DATE_OPS,
  date: DATE_OPS,
  checkbox: ['=', 'EMPTY'],
  user: ID_OPS,
  assignee: ID_OPS,
}

const SYMBOLS: Partial<Record<Op, string>> = { LAST: 'IN LAST', NEXT: 'IN NEXT', EMPTY: 'IS EMPTY' }

/** Whether an operator suits a field; the message names those that do. */
export function unsuitable(field: PtqlField, op: Op): string | undefined {
  const suitable = OPERATORS[field.type]
  if (suitable.includes(op)) return undefined
  const named = (each: Op) => SYMBOLS[each] ?? each
  return `${named(op)} does not suit the field "${field.names[0]}"; use ${suitable.map(named).join(', ')}`
}

/** What reading a literal needs besides the literal. */
export interface Reading {
  query: string
  /** Milliseconds: what TODAY, NOW and IN LAST are relative to. */
  now: number
}

const isTextual = ({ kind }: Literal) => ['string', 'word', 'number', 'date'].includes(kind)

function wrong(reading: Reading, literal: Literal, field: PtqlField, what: string): Error {
  return errorIn(
    reading.query,
    literal,
    `the field "${field.names[0]}" is compared with ${what}; ${literal.text} is none`,
  )
}

/** The text of a literal, folded: a number counts as it is written. */
export function textOf(reading: Reading, field: PtqlField, literal: Literal): string {
  if (!isTextual(literal)) throw wrong(reading, literal, field, 'text')
  return fold(literal.value)
}

function numberOf(reading: Reading, field: PtqlField, literal: Literal): number {
  const isDuration = field.type === 'duration' && literal.kind === 'string' && literal.value.includes(':')
  const number = isDuration
    ? parseDuration(literal.value)
    : literal.kind === 'number'
      ? Number(literal.value)
      : literal.kind === 'string'
        ? toNumber(literal.value)
        : undefined
  if (number !== undefined) return number
  throw wrong(reading, literal, field, field.type === 'duration' ? 'HH:MM:SS or a number of seconds' : 'a number')
}

function stretchOfLiteral(reading: Reading, field: PtqlField, literal: Literal): Stretch {
  if (literal.kind === 'TODAY') return today(reading.now)
  if (literal.kind === 'NOW') return { start: reading.now, end: reading.now }
  const stretch = literal.kind === 'string' || literal.kind === 'date' ? stretchOf(literal.value) : undefined
  if (stretch === undefined) throw wrong(reading, literal, field, 'a date such as 2025-03-01, TODAY or NOW')
  return stretch
}

function dayOf(reading: Reading, field: PtqlField, literal: Literal): string {
  if (literal.kind === 'TODAY' || literal.kind === 'NOW') return dayText(reading.now)
  const day = literal.kind === 'string' || literal.kind === 'date' ? dayOfLiteral(literal.value) : undefined
  if (day === undefined) throw wrong(reading, literal, field, 'a date such as 2025-03-01 or TODAY')
  return day
}

const NOTHING: Range = { from: 1, to: 0 }

/** The same range over whole numbers, closed: databases refuse a fraction where a column is an integer. */
function integral({ from, to, above, below }: Range): Range {
  const least = from === undefined ? undefined : above ? Math.floor(Number(from)) + 1 : Math.ceil(Number(from))
  const most = to === undefined ? undefined : below ? Math.ceil(Number(to)) - 1 : Math.floor(Number(to))
  if (least !== undefined && least > Number.MAX_SAFE_INTEGER) return NOTHING
  if (most !== undefined && most < -Number.MAX_SAFE_INTEGER) return NOTHING
  return {
    ...(least === undefined || least < -Number.MAX_SAFE_INTEGER ? {} : { from: least }),
    ...(most === undefined || most > Number.MAX_SAFE_INTEGER ? {} : { to: most }),
  }
}

/** The ends of what a literal covers, as its field stores values. */
function endsOf(reading: Reading, field: PtqlField, literal: Literal): [start: number | string, end: number | string] {
  if (field.type === 'timestamp') {
    const { start, end } = stretchOfLiteral(reading, field, literal)
    return [start, end]
  }
  const value =
    field.type === 'date'
      ? dayOf(reading, field, literal)
      : field.type === 'version'
        ? textOf(reading, field, literal)
        : numberOf(reading, field, literal)
  return [value, value]
}

/** The range of values that a comparison with one literal admits. */
function comparedWith(op: '=' | '<' | '<=' | '>' | '>=', [start, end]: [number | string, number | string]): Range {
  if (op === '=') return { from: start, to: end }
  if (op === '<') return { to: start, below: true }
  if (op === '<=') return { to: end }
  return op === '>' ? { from: end, above: true } : { from: start }
}

function relative(reading: Reading, field: PtqlField, operation: Operation & { op: 'LAST' | 'NEXT' }): Range {
  const { now } = reading
  const other = shift(now, operation.op === 'LAST' ? -operation.count : operation.count, operation.unit)
  const [from, to] = operation.op === 'LAST' ? [other, now] : [now, other]
  return field.type === 'date' ? { from: dayText(from), to: dayText(to) } : { from, to }
}

function rangesOf(reading: Reading, field: PtqlField, operation: Operation): Range[] {
  const ends = (literal: Literal) => endsOf(reading, field, literal)
  switch (operation.op) {
    case 'IN':
      return operation.values.map((literal) => comparedWith('=', ends(literal)))
    case 'BETWEEN':
      return [{ from: ends(operation.from)[0], to: ends(operation.to)[1] }]
    case 'LAST':
    case 'NEXT':
      return [relative(reading, field, operation)]
    case '=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return [comparedWith(operation.op, ends(operation.value))]
    default:
      return []
  }
}

const RANGED = new Set<FieldType>(['integer', 'number', 'duration', 'timestamp', 'date', 'parent'])
const WHOLE = new Set<FieldType>(['integer', 'duration', 'timestamp', 'parent'])

/** Literals of `=` and IN. */
export const literalsOf = (operation: Operation): Literal[] =>
  operation.op === '=' ? [operation.value] : operation.op === 'IN' ? operation.values : []

function textTest(reading: Reading, field: PtqlField, operation: Operation): TextTest {
  if (operation.op === 'CONTAINS') return { op: 'contains', value: textOf(reading, field, operation.value) }
  if (operation.op === 'LIKE') return { op: 'like', pattern: textOf(reading, field, operation.value) }
  if (operation.op === '=' || operation.op === 'IN') {
    return { op: 'equals', values: literalsOf(operation).map((literal) => textOf(reading, field, literal)) }
  }
  return { op: 'order', range: rangesOf(reading, field, operation)[0] as Range }
}

/**
 * What an operation on a field tests, where that needs no look-up: everything but users. Throws a PtqlError for a
 * literal that does not suit the field.
 */
export function testOf(reading: Reading, field: PtqlField, operation: Operation): FieldTest {
  if (operation.op === 'EMPTY') {
    if (field.words === undefined) return { test: 'empty' }
    return { test: 'words', cells: field.words.filter(({ text }) => !text).map(({ cell }) => cell) }
  }
  if (RANGED.has(field.type)) {
    const ranges = rangesOf(reading, field, operation)
    return { test: 'ranges', ranges: WHOLE.has(field.type) ? ranges.map(integral) : ranges }
  }
  const text = textTest(reading, field, operation)
  if (field.words !== undefined) {
    return {
      test: 'words',
      cells: field.words.filter((word) => passes(fold(word.text ?? ''), text)).map(({ cell }) => cell),
    }
  }
  if (field.type === 'folder' || field.type === 'milestone') {
    const ids = literalsOf(operation).flatMap(({ value }) => (/^\d{1,15}$/.test(value) ? [Number(value)] : []))
    return { test: 'named', text, ids }
  }
  if (field.type === 'status') {
    const equal = text.op === 'equals' ? text.values : []
    return { test: 'status', text, runStatuses: RUN_STATUSES.filter((status) => equal.includes(fold(status))) }
  }
  return { test: 'text', text }
}

/** Whether a checkbox shall be checked. */
export function checkedOf(reading: Reading, field: PtqlField, literal: Literal): boolean {
  const sent = literal.kind === 'TRUE' || literal.kind === 'FALSE' || isTextual(literal) ? literal.value : undefined
  const checked = parseCheckbox(sent)
  if (checked === undefined) throw wrong(reading, literal, field, 'TRUE or FALSE')
  return checked
}
