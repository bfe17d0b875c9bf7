import { sha256 } from '../../core/hash.ts'
import type { FieldEntity, Row } from '../../core/resource/define-resource.ts'
import type { Reader, Tx } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'
import { insertRows } from '../../db/store.ts'

export type Field = Schema['custom_fields']

export async function loadFields(reader: Pick<Reader, 'db'>, projectId: number): Promise<Field[]> {
  return reader.db.selectFrom('custom_fields').selectAll().where('project_id', '=', projectId).orderBy('id').execute()
}

export const isBound = (field: Field, entity: FieldEntity) => (JSON.parse(field.entities) as string[]).includes(entity)

/** Key of an option: parent value and value together, hashed because both may be long. */
export const optionHash = (parent: string, value: string) => sha256(`${parent}\0${value}`)

/** The field whose options count for a field: itself, or the lender it borrows from. */
export const lenderOf = (field: Field) => field.borrows_from_id ?? field.id

/** Which of these values are options of a field under a parent value ("" for plain lists). */
export async function knownOptions(
  reader: Pick<Reader, 'db'>,
  field: Field,
  values: readonly string[],
  parent = '',
): Promise<Set<string>> {
  const rows = await reader.db
    .selectFrom('field_options')
    .select('value')
    .where('project_id', '=', field.project_id)
    .where('field_id', '=', lenderOf(field))
    .where(
      'hash',
      'in',
      values.map((value) => optionHash(parent, value)),
    )
    .execute()
  return new Set(rows.map((row) => row.value))
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

/** Appends values that clients wrote to a list, up to 10,000 of them; one that is there already stays where it is. */
export async function appendOptions(tx: Tx, field: Field, values: readonly string[]): Promise<void> {
  const { size, last } = await tx.db
    .selectFrom('field_options')
    .select(({ fn }) => [fn.countAll<number>().as('size'), fn.max('position').as('last')])
    .where('project_id', '=', field.project_id)
    .where('field_id', '=', lenderOf(field))
    .executeTakeFirstOrThrow()
  const room = Math.max(0, 10_000 - Number(size))
  await insertOptions(tx, field.project_id, lenderOf(field), '', values.slice(0, room), Number(last ?? 0) + 1)
}

async function insertOptions(
  tx: Tx,
  projectId: number,
  fieldId: number,
  parent: string,
  values: readonly string[],
  from: number,
): Promise<void> {
  const rows = values.map((value, index) => ({
    project_id: projectId,
    field_id: fieldId,
    hash: optionHash(parent, value),
    parent_value: parent,
    value,
    position: from + index,
  }))
  for (let i = 0; i < rows.length; i += 4000) {
    await tx.db
      .insertInto('field_options')
      .values(rows.slice(i, i + 4000))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
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

/** Adds `possible_values` (JSON text or null) to rows of fields, for all of a page in one query. */
export async function completeFields(reader: Reader, rows: Row[]): Promise<void> {
  const fields = rows as unknown as (Field & { possible_values: string | null })[]
  const lists = fields.filter((field) => ['list', 'multilist', 'linkedlist'].includes(field.field_format))
  for (const field of fields) field.possible_values = null
  const projectId = lists[0]?.project_id
  if (projectId === undefined) return
  const found = await reader.db
    .selectFrom('field_options')
    .select(['field_id', 'parent_value', 'value'])
    .where('project_id', '=', projectId)
    .where('field_id', 'in', [...new Set(lists.map(lenderOf))])
    .orderBy('field_id')
    .orderBy('position')
    .execute()
  const byField = Map.groupBy(found, (option) => option.field_id)
  for (const field of lists) {
    const options = byField.get(lenderOf(field)) ?? []
    const value =
      field.field_format === 'linkedlist'
        ? Object.fromEntries(
            [...Map.groupBy(options, (option) => option.parent_value)].map(([parent, members]) => [
              parent,
              members.map((member) => member.value),
            ]),
          )
        : options.map((option) => option.value)
    field.possible_values = JSON.stringify(value)
  }
}

export async function insertField(tx: Tx, field: Field): Promise<void> {
  await insertRows(tx, 'custom_fields', [field])
}
