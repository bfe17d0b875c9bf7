import { sha256 } from '../../core/hash.ts'
import type { FieldEntity } from '../../core/kinds.ts'
import { MAX_APPENDED_OPTIONS } from '../../core/limits.ts'
import { createPause } from '../../core/pause.ts'
import type { Row } from '../../core/resource/define-resource.ts'
import { PARAMETERS_AT_ONCE } from '../../db/among.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import { prepared } from '../../db/prepared.ts'
import type { Schema } from '../../db/schema.ts'
import { changeCells, findById, insertRows } from '../../db/store.ts'
import { isListFormat } from './custom-fields.rules.ts'

export type Field = Schema['custom_fields']

export const loadFields = (reader: Pick<Reader, 'db' | 'dialect'>, projectId: number): Promise<Field[]> =>
  fieldsOf(reader, { projectId })

const fieldsOf = prepared(({ db }, { projectId }: { projectId: number }) =>
  db.selectFrom('custom_fields').selectAll().where('project_id', '=', projectId).orderBy('id'),
)

/** Whether a field is on a kind of entity. The words are looked for in the JSON: it is asked for every field of every row. */
export const isBound = (field: Field, entity: FieldEntity) => field.entities.includes(`"${entity}"`)

/** Options that are made and stored between two looks at the clock. */
const OPTIONS_AT_ONCE = 1000

/** Key of an option: parent value and value together, hashed because both may be long. */
const optionHash = (parent: string, value: string) => sha256(`${parent}\0${value}`)

/** Which field borrows from which: id → id of the lender. */
export function lendersOf(fields: readonly Pick<Field, 'id' | 'borrows_from_id'>[]): ReadonlyMap<number, number> {
  return new Map(fields.flatMap((field) => (field.borrows_from_id === null ? [] : [[field.id, field.borrows_from_id]])))
}

/** The field whose possible values count for a field: itself, or the one at the end of those it borrows from. */
export function ownerOf(id: number, lenders: ReadonlyMap<number, number>): number {
  let owner = id
  // Cycles are refused when a field is written; should there be one, the walk ends all the same.
  for (let steps = 0; steps <= lenders.size; steps++) owner = lenders.get(owner) ?? owner
  return owner
}

/** A list of possible values: the field that owns it, and the parent value ("" of plain lists). */
export interface OptionList {
  projectId: number
  ownerId: number
  parent?: string
}

/** Which of these values are in a list. */
export async function knownOptions(
  reader: Pick<Reader, 'db'>,
  { projectId, ownerId, parent = '' }: OptionList,
  values: readonly string[],
): Promise<Set<string>> {
  const hashes = values.map((value) => optionHash(parent, value))
  const known = new Set<string>()
  for (let from = 0; from < hashes.length; from += PARAMETERS_AT_ONCE) {
    const rows = await reader.db
      .selectFrom('field_options')
      .select('value')
      .where('project_id', '=', projectId)
      .where('field_id', '=', ownerId)
      .where('hash', 'in', hashes.slice(from, from + PARAMETERS_AT_ONCE))
      .execute()
    for (const { value } of rows) known.add(value)
  }
  return known
}

/** Whether a value is an option under any parent value. */
export async function isOptionAnywhere(reader: Pick<Reader, 'db'>, field: Field, value: string): Promise<boolean> {
  const row = await reader.db
    .selectFrom('field_options')
    .select('value')
    .where('project_id', '=', field.project_id)
    .where('field_id', '=', field.id)
    .where('value', '=', value)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Serialises changes of the fields of a project: names, parents, lenders and lists are checked against the others. */
export const lockFields = (tx: Tx, projectId: number): Promise<void> =>
  tx.dialect.lock(tx.db, `custom fields ${projectId}`)

/**
 * Appends values that clients wrote to a list, up to a length; one that is there already stays where it is. Done when
 * the transaction ends: everybody shares the list, and whoever changes it locks nothing else after it.
 */
export function appendOptions(tx: Tx, list: OptionList, values: readonly string[]): void {
  const key = `options of ${String(list.ownerId).padStart(16, '0')}`
  const before = tx.last.work.get(key)
  tx.last.work.set(key, async () => {
    await before?.()
    await storeAppended(tx, list, values)
  })
}

async function storeAppended(tx: Tx, { projectId, ownerId }: OptionList, values: readonly string[]): Promise<void> {
  await lockFields(tx, projectId)
  // The field may have been deleted while this transaction was under way; its values are hidden then.
  if ((await findById(tx, 'custom_fields', projectId, ownerId)) === undefined) return
  const { size, last } = await tx.db
    .selectFrom('field_options')
    .select(({ fn }) => [fn.countAll<number>().as('size'), fn.max('position').as('last')])
    .where('project_id', '=', projectId)
    .where('field_id', '=', ownerId)
    .executeTakeFirstOrThrow()
  const room = Math.max(0, MAX_APPENDED_OPTIONS - Number(size))
  await insertOptions(tx, projectId, ownerId, '', values.slice(0, room), Number(last ?? 0) + 1)
}

async function insertOptions(
  tx: Tx,
  projectId: number,
  fieldId: number,
  parent: string,
  values: readonly string[],
  from: number,
): Promise<void> {
  const pause = createPause()
  for (let i = 0; i < values.length; i += OPTIONS_AT_ONCE) {
    await pause()
    const rows = values.slice(i, i + OPTIONS_AT_ONCE).map((value, index) => ({
      project_id: projectId,
      field_id: fieldId,
      hash: optionHash(parent, value),
      parent_value: parent,
      value,
      position: from + i + index,
    }))
    await insertRows(tx, 'field_options', rows, { skipExisting: true })
  }
}

/** Possible values of a field, as the contract shows them: parent value → values; "" for plain lists. */
export type Options = Map<string, string[]>

/** Replaces all options of a field; entities that hold a removed value keep it. */
export async function replaceOptions(tx: Tx, projectId: number, fieldId: number, options: Options): Promise<void> {
  await tx.db.deleteFrom('field_options').where('project_id', '=', projectId).where('field_id', '=', fieldId).execute()
  let from = 1
  for (const [parent, values] of options) {
    await insertOptions(tx, projectId, fieldId, parent, values, from)
    from += values.length
  }
}

/** The possible values of list fields, by field: of a borrowing field those of the field it borrows from. */
export async function loadOptions(reader: Pick<Reader, 'db'>, fields: readonly Field[]): Promise<Map<number, Options>> {
  const lists = fields.filter((field) => isListFormat(field.field_format))
  const projectId = lists[0]?.project_id
  if (projectId === undefined) return new Map()
  const borrowing = await reader.db
    .selectFrom('custom_fields')
    .select(['id', 'borrows_from_id'])
    .where('project_id', '=', projectId)
    .where('borrows_from_id', 'is not', null)
    .execute()
  // The fields given may differ from what is stored: they are being changed.
  const others = borrowing.filter((other) => !lists.some((field) => field.id === other.id))
  const lenders = lendersOf([...others, ...lists])
  const byOwner = new Map<number, Options>()
  for (const owner of new Set(lists.map((field) => ownerOf(field.id, lenders)))) {
    byOwner.set(owner, await optionsOf(reader, projectId, owner))
  }
  return new Map(lists.map((field) => [field.id, byOwner.get(ownerOf(field.id, lenders)) ?? new Map()]))
}

/** The options that a field owns, in their order; read in parts, because there may be 100,000. */
async function optionsOf({ db }: Pick<Reader, 'db'>, projectId: number, fieldId: number): Promise<Options> {
  const options: Options = new Map()
  const pause = createPause()
  for (let after: { position: number; hash: string } | undefined = { position: -1, hash: '' }; after; ) {
    const { position, hash }: { position: number; hash: string } = after
    await pause()
    const rows = await db
      .selectFrom('field_options')
      .select(['parent_value', 'value', 'position', 'hash'])
      .where('project_id', '=', projectId)
      .where('field_id', '=', fieldId)
      .where((eb) => eb(eb.refTuple('position', 'hash'), '>', eb.tuple(position, hash)))
      .orderBy('position')
      .orderBy('hash')
      .limit(OPTIONS_AT_ONCE * 5)
      .execute()
    for (const { parent_value: parent, value } of rows) {
      const values = options.get(parent)
      if (values) values.push(value)
      else options.set(parent, [value])
    }
    after = rows.length < OPTIONS_AT_ONCE * 5 ? undefined : rows.at(-1)
  }
  return options
}

/** Possible values as the API shows them: an array, or an object parent value → array for linked lists. */
export function showOptions(field: Pick<Field, 'field_format'>, options: Options | undefined): object | null {
  if (!isListFormat(field.field_format)) return null
  return field.field_format === 'linkedlist' ? Object.fromEntries(options ?? []) : (options?.get('') ?? [])
}

/** Adds `possible_values` (JSON text or null) to rows of fields, for all of a page at once. */
export async function completeFields(reader: Pick<Reader, 'db'>, rows: Row[]): Promise<void> {
  const fields = rows as unknown as Field[]
  const options = await loadOptions(reader, fields)
  for (const [i, field] of fields.entries()) {
    const shown = showOptions(field, options.get(field.id))
    Object.assign(rows[i] as Row, { possible_values: shown === null ? null : JSON.stringify(shown) })
  }
}

export async function insertField(tx: Tx, field: Field): Promise<void> {
  await insertRows(tx, 'custom_fields', [field])
}

/** Stores changed cells of a field and when it changed; without cells, that its possible values did. */
export async function changeField(
  tx: Tx,
  { projectId, id, cells = {}, now }: { projectId: number; id: number; cells?: Partial<Field>; now: number },
): Promise<void> {
  await changeCells(tx, 'custom_fields', { projectId, id, cells: { ...cells, updated_at: now } })
}
