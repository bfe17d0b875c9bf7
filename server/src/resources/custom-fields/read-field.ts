import { canonicalKey, isObject } from '../../core/jsonapi/key-spelling.ts'
import type { FieldEntity } from '../../core/kinds.ts'
import { MAX_NAME, MAX_OPTIONS } from '../../core/limits.ts'
import { inside, type Problems } from '../../core/problems.ts'
import { readId } from '../../core/resource/kinds.ts'
import type { Input } from '../../core/resource/read-attributes.ts'
import { blankAsNull, fold, lengthOf } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import {
  ENTITIES,
  type Format,
  isListFormat,
  readFieldValue,
  readOptions,
} from '../../features/custom-fields/custom-fields.rules.ts'
import { type Field, lendersOf, type Options, ownerOf } from '../../features/custom-fields/custom-fields.store.ts'
import { existingUsers } from '../../features/members/users.store.ts'

/** A field that is made or changed: `field` is what it becomes. */
export interface Change {
  tx: Tx
  accountId: number
  sent: Input
  problems: Problems
  field: Field
  /** The other fields of the project. */
  others: readonly Field[]
}

/** `entities` of a body, as stored; undefined after a problem. */
export function readEntities({ sent, problems }: Pick<Change, 'sent' | 'problems'>): string | undefined {
  const place = inside(sent.place, 'entities')
  const value = sent.values.entities
  const words = Array.isArray(value) ? value : []
  const spelled = (word: unknown) =>
    ENTITIES.find((entity) => fold(entity) === canonicalKey(String(word)).replaceAll('-', ''))
  const entities = words.map(spelled)
  if (words.length === 0 || entities.includes(undefined)) {
    problems.at(place, `Entities must be an array of: ${ENTITIES.join(', ')}`, value)
    return undefined
  }
  const unique = [...new Set(entities as FieldEntity[])]
  if (unique.includes('TestSet') && unique.includes('Run')) {
    problems.at(place, 'Entities cannot hold TestSet and Run together')
  }
  return JSON.stringify(unique)
}

/** Adds a problem when another field of the project has the name, in any case. */
export function checkName({ sent, problems, field, others }: Change): void {
  if (others.some((other) => other.name_folded === field.name_folded)) {
    problems.at(inside(sent.place, 'name'), `Name is taken: there is a custom field "${field.name}" in this project`)
  }
}

/** `parent-list-id`: the list a linked list hangs on. */
export function applyParent({ sent, problems, field, others }: Change): void {
  const value = blankAsNull(sent.values['parent-list-id'])
  if (value === undefined || (value === null && field.parent_list_id === null)) return
  const place = inside(sent.place, 'parent-list-id')
  if (value === null) {
    problems.at(place, "Parent list id can't be blank for a linkedlist field")
    return
  }
  const id = readId(value, { problems, place, label: 'Parent list id' })
  if (id === field.parent_list_id || id === undefined) return
  const parent = others.find((other) => other.id === id)
  if (field.field_format !== 'linkedlist') problems.at(place, 'Only a linkedlist field has a parent list')
  else if (parent?.field_format !== 'list') problems.at(place, `Parent list id must name a list field; ${id} does not`)
  else field.parent_list_id = id
}

const canLend = (field: Field | undefined) => field?.field_format === 'list' || field?.field_format === 'multilist'

/** `possible-values-parent-cf-id`: the field whose values this one borrows; never in a circle. */
export function applyLender({ sent, problems, field, others }: Change): void {
  const value = blankAsNull(sent.values['possible-values-parent-cf-id'])
  if (value === undefined) return
  if (value === null) {
    field.borrows_from_id = null
    return
  }
  const place = inside(sent.place, 'possible-values-parent-cf-id')
  const id = readId(value, { problems, place, label: 'Possible values parent cf id' })
  if (id === undefined || id === field.borrows_from_id) return
  if (id === field.id || ownerOf(id, lendersOf(others)) === field.id) {
    problems.at(place, 'Values cannot be borrowed in a circle: this field would borrow from itself')
  } else if (!canLend(field) || !canLend(others.find((other) => other.id === id))) {
    problems.at(place, 'Values can be borrowed only by a list or multilist field, from another such field')
  } else {
    field.borrows_from_id = id
  }
}

/** `default-value`, by the rules of the field's format; `null` and blank mean none. */
export async function applyDefault({ tx, accountId, sent, problems, field }: Change): Promise<void> {
  const value = sent.values['default-value']
  if (value === undefined) return
  const place = inside(sent.place, 'default-value')
  const read = readFieldValue(field.field_format as Format, value, (...path) => sent.literal('default-value', ...path))
  if ('problem' in read) {
    problems.at(place, `Default value ${read.problem}`, value)
    return
  }
  const stored = 'clear' in read ? null : JSON.stringify(read.value)
  if (stored === field.default_value) return
  if (field.field_format === 'user' && 'value' in read) {
    const known = await existingUsers(tx, accountId, [Number(read.value)])
    if (known.size === 0) problems.at(place, `Default value names no user of this account: ${read.value}`)
  }
  field.default_value = stored
}

/** The members of a linked list by parent value; undefined when one of them is no array of texts. */
function readLinkedOptions(value: Record<string, unknown>, { literal }: Input): Options | undefined {
  const options: Options = new Map()
  for (const [parent, members] of Object.entries(value)) {
    const read = readOptions(blankAsNull(members) ?? [], (...path) => literal('possible-values', parent, ...path))
    if (read === undefined) return undefined
    if (read.length > 0) options.set(parent, read)
  }
  return options
}

/**
 * Possible values of a body: an array for lists, parent value → array for linked lists, and none for `null` on PUT.
 * Undefined when they are not sent, are none already, or after a problem.
 */
export function readPossibleValues({ sent, problems, field }: Change, isNew: boolean): Options | undefined {
  const value = blankAsNull(sent.values['possible-values'])
  const place = inside(sent.place, 'possible-values')
  if (value === undefined) return undefined
  if (value === null) {
    // The list of a borrowing field is another's: clearing the one is not clearing the other.
    const clears = !isNew && isListFormat(field.field_format) && field.borrows_from_id === null
    return clears ? new Map() : undefined
  }
  if (!isListFormat(field.field_format)) {
    problems.at(place, `Possible values belong to list fields; this one is ${field.field_format}`)
    return undefined
  }
  const isLinked = field.field_format === 'linkedlist'
  const members = isLinked ? undefined : readOptions(value, (...path) => sent.literal('possible-values', ...path))
  const list: Options | undefined = members && new Map(members.length > 0 ? [['', members]] : [])
  const options = isLinked && isObject(value) ? readLinkedOptions(value, sent) : list
  if (options === undefined) {
    const form = isLinked ? 'an object: parent value → array of texts' : 'an array of texts'
    problems.at(place, `Possible values must be ${form}`)
    return undefined
  }
  const all = [...options.values()].flat()
  if (all.length > MAX_OPTIONS) problems.at(place, `At most ${MAX_OPTIONS} possible values are allowed`)
  const long = [...all, ...options.keys()].find((option) => lengthOf(option) > MAX_NAME)
  if (long !== undefined) problems.at(place, `A possible value has at most ${MAX_NAME} characters`, long)
  return options
}
