import { fieldIdOf, fieldKey } from '../core/field-key.ts'
import { MAX_FILTER_VALUES, MAX_FILTERED_ATTRIBUTES } from '../core/limits.ts'
import { invalidParameter } from '../core/problems.ts'
import type { ComparedAs } from '../core/resource/comparable.ts'
import { canonicalDecimal, parseCheckbox, parseDate, parseDuration, parseTimestamp, toNumber } from '../core/scalars.ts'
import { shownValue } from '../core/shown-value.ts'
import { fold } from '../core/text.ts'
import { type ComparedAttribute, fieldHasOneOf, isOneOf } from '../db/comparisons.ts'
import type { Listing } from '../db/list.ts'
import { type Parameter, parameter } from './parameter.ts'
import type { ResourceList } from './resource-list.ts'
import type { Context } from './route.ts'
import { createFieldFinder, hasFields, projectOf, type Sortable, sortablesOf } from './sorting.ts'

const known = new WeakMap<object, ReadonlyMap<string, Sortable>>()

/** The attributes that narrow a list by a parameter of their name, less those whose name means something else there. */
export function filterablesOf(list: ResourceList): ReadonlyMap<string, Sortable> {
  const { sortable, filters, resource } = list
  if (sortable === undefined) return new Map()
  const made = known.get(sortable)
  if (made !== undefined) return made
  const taken = new Set([
    ...filters.flatMap(({ reads = [] }) => reads),
    ...Object.values(resource.attributes).flatMap(({ onRequest = [] }) => onRequest),
    ...(sortable.taken ?? []),
  ])
  const filterables = new Map([...sortablesOf(list)].filter(([name]) => !taken.has(name)))
  known.set(sortable, filterables)
  return filterables
}

interface Wanted {
  values: string[]
  orEmpty: boolean
}

/** What a query wants of attributes and custom fields, by name: each pair is looked at once, however many there are. */
function wantedIn(list: ResourceList, { query }: Context): Map<string, Wanted> {
  const filterables = filterablesOf(list)
  const takesFields = hasFields(list)
  const wanted = new Map<string, Wanted>()
  let count = 0
  for (const { name, value } of query.pairs) {
    if (!filterables.has(name) && (!takesFields || Number.isNaN(fieldIdOf(name)))) continue
    for (const member of value.split(',')) {
      const text = member.trim()
      if (text === '') continue
      count++
      const each = wanted.get(name) ?? { values: [], orEmpty: false }
      if (text.toLowerCase() === 'null') each.orEmpty = true
      else each.values.push(text)
      wanted.set(name, each)
    }
    if (count > MAX_FILTER_VALUES) {
      throw invalidParameter(name, `Too many values: the attributes of a list take ${MAX_FILTER_VALUES} together`)
    }
    if (wanted.size > MAX_FILTERED_ATTRIBUTES) {
      throw invalidParameter(name, `Too many attributes: a list is narrowed by ${MAX_FILTERED_ATTRIBUTES} at most`)
    }
  }
  return wanted
}

const MUST_BE: Readonly<Partial<Record<ComparedAs, string>>> = {
  timestamp: 'times such as 2026-03-01T12:43:31Z',
  date: 'dates such as 2026-03-01',
  duration: 'HH:MM:SS or seconds',
  flag: 'true or false',
}

/** Words are the same in any case, with `_`, `-` or a space between their parts. */
const spelling = (word: string) => fold(word).replaceAll(/[\s_-]/g, ' ')

/** The cells that a value stands for: none for what no row can have, undefined for what is no value at all. */
function cellsOf({ as, words = [] }: ComparedAttribute, text: string): (string | number)[] | undefined {
  const one = <T extends string | number>(cell: T | undefined) => (cell === undefined ? undefined : [cell])
  switch (as) {
    case 'text':
      return [text]
    case 'word':
      return words.filter((word) => spelling(word) === spelling(text))
    case 'timestamp': {
      const ms = parseTimestamp(text)
      return one(ms === undefined ? undefined : Math.floor(ms / 1000) * 1000)
    }
    case 'date':
      return one(parseDate(text))
    case 'duration':
      return one(parseDuration(text))
    case 'flag': {
      const flag = parseCheckbox(text)
      return flag === undefined ? undefined : [flag ? 1 : 0]
    }
    default: {
      const number = toNumber(text)
      if (number === undefined) return undefined
      // No row has what no column holds.
      return (as === 'decimal' ? Number.isFinite(number) : Number.isSafeInteger(number)) ? [number] : []
    }
  }
}

function readCells(name: string, attribute: ComparedAttribute, { values }: Wanted): (string | number)[] {
  return values.flatMap((text) => {
    const cells = cellsOf(attribute, text)
    if (cells !== undefined) return cells
    const expected = MUST_BE[attribute.as] ?? 'numbers'
    throw invalidParameter(
      name,
      `${name} must be ${expected}, separated by commas, or null; ${shownValue(text)} is not`,
    )
  })
}

/** Texts as custom fields of a format hold them. */
function fieldTexts(format: string, { values }: Wanted): string[] {
  return values.flatMap((text) => {
    if (format === 'number') return canonicalDecimal(text) ?? []
    if (format === 'date') return parseDate(text) ?? []
    if (format !== 'checkbox') return text
    const checked = parseCheckbox(text)
    return checked === undefined ? [] : checked ? 'yes' : 'no'
  })
}

/**
 * Narrows a list by the attributes that a query names (contract §13.9): one of some values, `null` for none; undefined
 * when it names none. Throws 422 for what can be no value of an attribute, and for custom fields that there are not.
 */
export async function readAttributeFilters(
  list: ResourceList,
  context: Context,
): Promise<((listing: Listing) => Listing) | undefined> {
  if (list.sortable === undefined || context.query.pairs.length === 0) return undefined
  const wanted = wantedIn(list, context)
  if (wanted.size === 0) return undefined
  const filterables = filterablesOf(list)
  const findField = createFieldFinder(list, context)
  const projectId = projectOf(list, context)
  const { dialect } = context.reader
  const conditions: Parameters<Listing['where']>[0][] = []
  for (const [name, each] of wanted) {
    const { orEmpty } = each
    const attribute = filterables.get(name)?.attribute
    if (attribute !== undefined) {
      conditions.push(isOneOf(attribute, projectId, { cells: readCells(name, attribute, each), orEmpty }) as never)
      continue
    }
    const field = await findField(name)
    if (field === undefined) {
      throw invalidParameter(name, `${name} names no custom field of ${list.resource.noun}s in this project`)
    }
    conditions.push(
      fieldHasOneOf(dialect, fieldKey(field.id), { texts: fieldTexts(field.field_format, each), orEmpty }) as never,
    )
  }
  return (listing) => conditions.reduce((narrowed, condition) => narrowed.where(condition as never), listing)
}

/** The filters for those who read about them. */
export const attributeParameters = (list: ResourceList): Parameter[] =>
  [...filterablesOf(list).values()].map(({ name, attribute }) => parameter(name, aboutFilter(name, attribute)))

function aboutFilter(name: string, { words, mayBeEmpty }: ComparedAttribute): string {
  const values = words === undefined ? 'one of these values' : `one of these: ${words.join(', ')}`
  const none = mayBeEmpty ? '; null = those without' : ''
  return `Only those whose ${name} is ${values}; several are separated by commas${none}`
}
