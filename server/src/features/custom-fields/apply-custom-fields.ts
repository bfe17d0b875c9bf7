import { fieldKey } from '../../core/field-key.ts'
import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import type { FieldEntity } from '../../core/kinds.ts'
import { MAX_FIELDS_SENT } from '../../core/limits.ts'
import { inside, type Pointer, type Problems } from '../../core/problems.ts'
import type { Input } from '../../core/resource/read-attributes.ts'
import { shownValue } from '../../core/shown-value.ts'
import type { Tx } from '../../db/handle.ts'
import type { Context } from '../../engine/route.ts'
import { existingUsers } from '../members/users.store.ts'
import { type FieldValue, type Format, readFieldValue } from './custom-fields.rules.ts'
import {
  appendOptions,
  type Field,
  isBound,
  isOptionAnywhere,
  knownOptions,
  lendersOf,
  ownerOf,
} from './custom-fields.store.ts'

type Values = Record<string, FieldValue>

interface Application {
  context: Context
  entity: FieldEntity
  /** All fields of the project, loaded once per request. */
  fields: readonly Field[]
  /** The attributes of the entity, `custom-fields` among them or not. */
  sent: Input
  problems: Problems
  /** JSON of the entity as stored; undefined while it is being created. */
  current?: string
}

const placeOf = ({ sent }: Application): Pointer => inside(sent.place, 'custom-fields')

/** A value may be wrapped as `{"value": V}` (contract §1.13). */
const unwrap = (value: unknown) => (isObject(value) && 'value' in value ? value.value : value)

async function checkVocabulary(
  tx: Tx,
  { fields, context }: Application,
  field: Field,
  value: FieldValue,
): Promise<string | undefined> {
  const values = Array.isArray(value) ? value : [String(value)]
  const list = { projectId: field.project_id, ownerId: ownerOf(field.id, lendersOf(fields)) }
  const known = await knownOptions(tx, list, values)
  const unlisted = values.filter((member) => !known.has(member))
  if (unlisted.length === 0) return undefined
  if (field.strict === 1) return `does not allow ${shownValue(unlisted[0])}: it is not among the possible values`
  // A result must not be lost for a vocabulary: the value is stored, and listed where the caller may change the list.
  if (context.can('customization')) appendOptions(tx, list, unlisted)
  return undefined
}

async function fitsParent(tx: Tx, o: Application, field: Field, value: string, values: Values): Promise<boolean> {
  const parent = o.fields.find((other) => other.id === field.parent_list_id)
  if (!parent || !isBound(parent, o.entity)) return isOptionAnywhere(tx, field, value)
  const parentValue = values[fieldKey(parent.id)]
  if (typeof parentValue !== 'string') return false
  const list = { projectId: field.project_id, ownerId: field.id, parent: parentValue }
  return (await knownOptions(tx, list, [value])).has(value)
}

/** What is wrong with a readable value, looked up in the database; undefined when it may be stored. */
async function checkValue(tx: Tx, o: Application, field: Field, value: FieldValue): Promise<string | undefined> {
  if (field.field_format === 'user') {
    const known = await existingUsers(tx, o.context.caller.accountId, [Number(value)])
    return known.size === 0 ? `names no user: ${value}` : undefined
  }
  if (field.field_format === 'list' || field.field_format === 'multilist') {
    return checkVocabulary(tx, o, field, value)
  }
  return undefined
}

function initialValues(o: Application): Values {
  if (o.current !== undefined) return JSON.parse(o.current) as Values
  return Object.fromEntries(
    o.fields
      .filter((field) => field.default_value !== null && isBound(field, o.entity))
      .map((field) => [fieldKey(field.id), JSON.parse(field.default_value as string) as FieldValue]),
  )
}

function readSent(o: Application): { key: string; field: Field; value: unknown; path: string[] }[] {
  const given = o.sent.values['custom-fields']
  if (given === undefined || given === null) return []
  if (Array.isArray(given) && given.length === 0) return []
  if (!isObject(given)) {
    o.problems.at(placeOf(o), 'Custom fields must be an object of ---f-<id> keys')
    return []
  }
  const sent = Object.keys(given).length
  if (sent > MAX_FIELDS_SENT) {
    o.problems.at(placeOf(o), `At most ${MAX_FIELDS_SENT} custom fields are accepted; ${sent} were sent`)
    return []
  }
  const entries = Object.entries(canonicalKeys(given))
  const byId = new Map(o.fields.map((field) => [String(field.id), field]))
  return entries.flatMap(([key, value]) => {
    const field = byId.get(/^-*f-(\d+)$/.exec(key)?.[1] ?? '')
    if (!field) {
      o.problems.at(inside(placeOf(o), key), 'There is no such custom field in this project', key)
      return []
    }
    // Bound to other entity kinds only: clients reuse one key for tests and runs.
    const inner = unwrap(value)
    return isBound(field, o.entity)
      ? [{ key, field, value: inner, path: inner === value ? [key] : [key, 'value'] }]
      : []
  })
}

/** Results and their instances are stored whatever their vocabulary (contract §1.13). */
const isLenient = (entity: FieldEntity) => entity === 'Instance' || entity === 'Run'

async function checkLinkedLists(tx: Tx, o: Application, values: Values, sentKeys: Set<string>): Promise<void> {
  for (const field of o.fields) {
    const key = fieldKey(field.id)
    const value = values[key]
    if (field.field_format !== 'linkedlist' || typeof value !== 'string' || !isBound(field, o.entity)) continue
    const before = o.current === undefined ? undefined : (JSON.parse(o.current) as Values)
    const parentChanged =
      before !== undefined &&
      before[fieldKey(field.parent_list_id ?? 0)] !== values[fieldKey(field.parent_list_id ?? 0)]
    const changed = sentKeys.has(key) && before?.[key] !== value
    if (!changed && !parentChanged) continue
    if (isLenient(o.entity) && changed) continue
    if (await fitsParent(tx, o, field, value, values)) continue
    if (changed)
      o.problems.at(inside(placeOf(o), key), `${field.name} does not allow this value under its parent's`, value)
    else delete values[key]
  }
}

/**
 * The custom-field values of an entity after a request, as JSON text; problems are collected. On create, defaults
 * apply; keys not sent stay; mandatory fields are asked for where a client makes the entity (contract §1.13).
 */
export async function applyCustomFields(tx: Tx, o: Application): Promise<string> {
  const values = initialValues(o)
  const sentKeys = new Set<string>()
  for (const { key, field, value, path } of readSent(o)) {
    if (o.current === undefined && value === null) continue
    const name = fieldKey(field.id)
    const place = inside(placeOf(o), key)
    const read = readFieldValue(field.field_format as Format, value, (...inner) =>
      o.sent.literal('custom-fields', ...path, ...inner),
    )
    if ('problem' in read) {
      o.problems.at(place, `${field.name} ${read.problem}`, value)
    } else if ('clear' in read) {
      if (field.mandatory === 1 && values[name] !== undefined && o.current !== undefined && !isLenient(o.entity)) {
        o.problems.at(place, `${field.name} is mandatory and cannot be cleared`)
      }
      delete values[name]
    } else {
      sentKeys.add(name)
      const same = JSON.stringify(values[name]) === JSON.stringify(read.value)
      const problem = same && o.current !== undefined ? undefined : await checkValue(tx, o, field, read.value)
      if (problem) o.problems.at(place, `${field.name} ${problem}`)
      values[name] = read.value
    }
  }
  await checkLinkedLists(tx, o, values, sentKeys)
  if (o.current === undefined && !isLenient(o.entity)) {
    for (const field of o.fields) {
      if (field.mandatory === 1 && isBound(field, o.entity) && values[fieldKey(field.id)] === undefined) {
        o.problems.at(inside(placeOf(o), fieldKey(field.id)), `${field.name} can't be blank: this field is mandatory`)
      }
    }
  }
  return JSON.stringify(values)
}
