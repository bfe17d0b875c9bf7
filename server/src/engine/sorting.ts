import { fieldIdOf, fieldKey } from '../core/field-key.ts'
import { canonicalKey } from '../core/jsonapi/key-spelling.ts'
import { MAX_SORT_ATTRIBUTES } from '../core/limits.ts'
import { invalidParameter } from '../core/problems.ts'
import { comparablesOf } from '../core/resource/comparable.ts'
import { shownValue } from '../core/shown-value.ts'
import {
  attributeColumn,
  type ComparedAttribute,
  type FieldFormat,
  fieldAttribute,
  fieldFormats,
  sortKeys,
  sortStretches,
} from '../db/comparisons.ts'
import type { Order } from '../db/list.ts'
import { type Parameter, parameter } from './parameter.ts'
import type { ResourceList } from './resource-list.ts'
import type { Context } from './route.ts'

/** Columns that an index has in order wherever a list is sorted by them (contract §13.1). */
const INDEXED: ReadonlySet<string> = new Set([
  'name',
  'display_id',
  'created_at',
  'updated_at',
  'run_status',
  'last_run_at',
])

/** An attribute that a list can be sorted by. */
export interface Sortable {
  name: string
  attribute: ComparedAttribute
  /** Whether an index has all rows in its order. */
  quick: boolean
  select?: ResourceList['select']
}

const known = new WeakMap<object, ReadonlyMap<string, Sortable>>()

/** The attributes that a list is sorted by, by wire name; none where it takes no `sort`. Custom fields are apart. */
export function sortablesOf({ resource, sortable }: ResourceList): ReadonlyMap<string, Sortable> {
  if (sortable === undefined) return new Map()
  const made = known.get(sortable)
  if (made !== undefined) return made
  const own = new Map(Object.entries(sortable.attributes ?? {}))
  const declared = comparablesOf(resource)
  // In the order of the declaration, which is that of answers.
  const all = Object.keys(resource.attributes).flatMap((name): [string, Sortable][] => {
    const elsewhere = own.get(name)
    if (elsewhere)
      return [[name, { name, attribute: elsewhere, quick: elsewhere.quick === true, select: elsewhere.select }]]
    const comparable = declared.get(name)
    if (comparable === undefined || resource.joined?.includes(comparable.column)) return []
    return [[name, { name, attribute: attributeColumn(comparable), quick: INDEXED.has(comparable.column) }]]
  })
  const sortables = new Map(all)
  known.set(sortable, sortables)
  return sortables
}

/** Whether the rows of a list have custom fields. */
export const hasFields = ({ resource }: ResourceList) => 'custom-fields' in resource.attributes

/** What a list can be sorted by, for people. */
const namesOf = (list: ResourceList): string =>
  [...sortablesOf(list).keys(), ...(hasFields(list) ? ['---f-<id of a custom field>'] : [])].join(', ')

/** The custom fields that rows of a list have, each looked up once. */
export function createFieldFinder(
  list: ResourceList,
  context: Context,
): (key: string) => Promise<FieldFormat | undefined> {
  let fields: Promise<Map<number, FieldFormat>> | undefined
  const entity = JSON.stringify(list.resource.fieldEntity)
  const read = async () => {
    const rows = await fieldFormats(context.reader, { projectId: context.project.id })
    return new Map(rows.filter(({ entities }) => entities.includes(entity)).map((field) => [field.id, field]))
  }
  return async (key) => {
    if (!hasFields(list)) return undefined
    fields ??= read()
    return (await fields).get(fieldIdOf(key))
  }
}

/** The project of a request, 0 where the list is of the account. */
export const projectOf = (list: ResourceList, context: Context): number =>
  list.resource.scope === 'project' ? context.project.id : 0

/** `-updated-at` → the other way round, and the name; a custom field has dashes of its own. */
function readMember(member: string): { name: string; descending: boolean } {
  const [, sign = '', name = ''] = /^([-+]?)((?:---f-)?.*)$/s.exec(canonicalKey(member)) ?? []
  const isField = canonicalKey(member).startsWith('---f-')
  return isField ? { name: canonicalKey(member), descending: false } : { name, descending: sign === '-' }
}

/** The order that a request asks for. */
export interface Sort {
  order: Order
  /** Whether an index has all rows of the list in that order. */
  quick: boolean
  /** The select by which it is found, where that is not the list's. */
  select?: ResourceList['select']
}

/**
 * The order that `sort` asks for: up to three attributes, then ids, which go the way of the last of them; undefined
 * where it is not sent. Throws 422 for what the list cannot be sorted by.
 */
export async function readSort(list: ResourceList, context: Context): Promise<Sort | undefined> {
  if (list.sortable === undefined) return undefined
  const members = context.query.list('sort')
  if (members === undefined) return undefined
  if (members.length > MAX_SORT_ATTRIBUTES) {
    throw invalidParameter('sort', `sort takes up to ${MAX_SORT_ATTRIBUTES} attributes, of: ${namesOf(list)}`)
  }
  const sortables = sortablesOf(list)
  const findField = createFieldFinder(list, context)
  const projectId = projectOf(list, context)
  const sorted: { attribute: ComparedAttribute; keys: Order['keys']; sortable?: Sortable; descending: boolean }[] = []
  for (const member of members) {
    const { name, descending } = readMember(member)
    const sortable = sortables.get(name)
    const field = sortable ? undefined : await findField(name)
    const attribute =
      sortable?.attribute ?? (field && fieldAttribute(context.reader.dialect, fieldKey(field.id), field.field_format))
    if (attribute === undefined) {
      throw invalidParameter(
        'sort',
        `sort must be one of: ${namesOf(list)}, or up to ${MAX_SORT_ATTRIBUTES} of them, with - in front for the other way round; it is ${shownValue(member)}`,
      )
    }
    const keys = sortKeys(attribute, projectId, descending)
    sorted.push({ attribute, keys, sortable, descending })
  }
  const last = sorted.at(-1)
  const keys = [...sorted.flatMap((each) => each.keys), { by: 't.id', descending: last?.descending === true }]
  if (sorted.length > 1 || last?.sortable?.quick !== true) return { order: { keys }, quick: false }
  return { order: { keys, stretches: sortStretches(last.attribute, keys) }, quick: true, select: last.sortable.select }
}

/** `sort` for those who read about it; none where a list does not take it. */
export function sortParameters(list: ResourceList): Parameter[] {
  if (list.sortable === undefined) return []
  return [
    parameter(
      'sort',
      `Order, by up to ${MAX_SORT_ATTRIBUTES} attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: ${namesOf(list)}`,
    ),
  ]
}
