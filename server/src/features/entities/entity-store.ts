import { isDeepStrictEqual } from 'node:util'
import type { Action, Change } from '../../core/audit.ts'
import { fieldIdOf } from '../../core/field-key.ts'
import { KINDS, tablesWith, wordOf } from '../../core/kinds.ts'
import { memoize } from '../../core/memoize.ts'
import { FOLDED_TYPES } from '../../core/ptql/condition.ts'
import { attributesOf, type Resource, type Row } from '../../core/resource/define-resource.ts'
import type { Cells } from '../../core/resource/read-attributes.ts'
import { renderAttribute } from '../../core/resource/render.ts'
import { fold } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'
import { TAGS_FIELD, withFolded } from '../../db/search-columns.ts'
import { changeRow, deleteRow, insertRows, type ProjectTable } from '../../db/store.ts'
import type { Field } from '../custom-fields/custom-fields.store.ts'

/** The kinds whose tags and custom fields PTQL searches. */
const SEARCHED: ReadonlySet<string> = new Set(tablesWith('ptql'))

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

/**
 * What a write changed, attribute by attribute and custom field by custom field; `before` undefined = it is new,
 * `after` undefined = it is gone, and what it was stays readable (contract §1.17).
 */
export function changesOf(resource: Resource, before: Row | undefined, after: Row | undefined): Change[] {
  const changes: Change[] = []
  const compare = (field: string, from: unknown, to: unknown) => {
    if (isEmpty(from) && isEmpty(to)) return
    if (!isDeepStrictEqual(from, to)) changes.push({ field, from, to })
  }
  for (const [wireName, attribute] of attributesOf(resource)) {
    if (attribute.writable === '-') continue
    const from = before === undefined ? null : renderAttribute(attribute, before)
    const to = after === undefined ? null : renderAttribute(attribute, after)
    if (wireName !== 'custom-fields') compare(wireName, from, to)
    else {
      const [old, now] = [(from ?? {}) as Record<string, unknown>, (to ?? {}) as Record<string, unknown>]
      for (const key of new Set([...Object.keys(old), ...Object.keys(now)]))
        compare(key, old[key] ?? null, now[key] ?? null)
    }
  }
  return changes
}

/** The columns that have a folded copy beside them, names apart: texts that queries compare. */
export const foldedColumns = memoize(({ attributes }: Resource): readonly string[] =>
  Object.values(attributes).flatMap(({ column, ptql }) =>
    ptql !== undefined && FOLDED_TYPES.has(ptql.type) && column !== 'name' ? [column] : [],
  ),
)

/** Cells of an entity with everything that is kept beside them for searching. */
export const withSearchColumns = (resource: Resource, cells: Row): Row => withFolded(cells, foldedColumns(resource))

/** Rows of `field_values` for one entity: its tags and the values of its custom fields, element by element. */
function fieldValueRows(kind: string, row: Row, fields: readonly Field[]): Schema['field_values'][] {
  const numbers = new Set(fields.filter((field) => field.field_format === 'number').map((field) => field.id))
  const values: [number, unknown][] = [
    [TAGS_FIELD, JSON.parse(String(row.tags ?? '[]'))],
    ...Object.entries(JSON.parse(String(row.custom_fields ?? '{}'))).map(([key, value]): [number, unknown] => [
      fieldIdOf(key),
      value,
    ]),
  ]
  return values.flatMap(([fieldId, value]) =>
    [value].flat().map((member, position) => ({
      project_id: Number(row.project_id),
      kind,
      entity_id: Number(row.id),
      field_id: fieldId,
      position,
      value: String(member),
      value_folded: fold(String(member)),
      number: numbers.has(fieldId) ? Number(member) : null,
    })),
  )
}

/** The `display-id` that history shows: a number, or `set:number` of an instance. */
function displayIdOf(resource: Resource, row: Row): string | number | null {
  const attribute = resource.attributes['display-id']
  return attribute === undefined ? null : (renderAttribute(attribute, row) as string | number)
}

/** What was done to an entity, for history and webhooks. */
interface Noted {
  action: Action
  userId?: number | null
  changes?: Change[]
  quiet?: boolean
}

/** As `note`, for an entity of which only the type is known. */
export function noteOf(
  tx: Tx,
  { type, displayId }: { type: string; displayId: string | number | null },
  row: Row,
  noted: Noted,
): void {
  const entity = wordOf(type)
  tx.auditEntries.push({
    projectId: Number(row.project_id),
    entity,
    entityId: Number(row.id),
    displayId,
    type: KINDS[entity].type,
    ...noted,
  })
}

/** Notes what was done to one entity: history, and webhooks. */
export function note(tx: Tx, resource: Resource, row: Row, noted: Noted): void {
  noteOf(tx, { type: resource.type, displayId: displayIdOf(resource, row) }, row, noted)
}

/**
 * Stores new entities of one kind with everything kept beside them, and notes them. The author, where the kind has
 * one, is who made them.
 */
export async function insertEntities(
  tx: Tx,
  resource: Resource,
  rows: readonly Row[],
  fields: readonly Field[],
): Promise<void> {
  const table = resource.table as ProjectTable
  const complete = rows.map((row) => withSearchColumns(resource, row))
  await insertRows(tx, table, complete as never)
  if (SEARCHED.has(table)) {
    await insertRows(
      tx,
      'field_values',
      rows.flatMap((row) => fieldValueRows(table, row, fields)),
    )
  }
  for (const row of rows) {
    const author = row.author_id as number | null | undefined
    note(tx, resource, row, { action: 'create', userId: author, changes: changesOf(resource, undefined, row) })
  }
}

async function deleteFieldValues(tx: Tx, table: string, row: Row): Promise<void> {
  await tx.db
    .deleteFrom('field_values')
    .where('project_id', '=', Number(row.project_id))
    .where('kind', '=', table)
    .where('entity_id', '=', Number(row.id))
    .execute()
}

/** Stores changed cells of an entity with everything kept beside them, and notes them; without cells it does nothing. */
export async function changeEntity(
  tx: Tx,
  resource: Resource,
  o: {
    row: Row
    cells: Cells
    fields: readonly Field[]
    now: number
    userId?: number | null
    action?: Action
    /** Where derived attributes need more than the row's own columns. */
    changes?: Change[]
  },
): Promise<void> {
  const { row, cells, fields, now, userId, action = 'update' } = o
  if (Object.keys(cells).length === 0) return
  const table = resource.table as ProjectTable
  const [projectId, id] = [Number(row.project_id), Number(row.id)]
  await changeRow(tx, table, { projectId, id, cells: withSearchColumns(resource, cells), now })
  const after = { ...row, ...cells }
  if (SEARCHED.has(table) && ('custom_fields' in cells || 'tags' in cells)) {
    await deleteFieldValues(tx, table, row)
    await insertRows(tx, 'field_values', fieldValueRows(table, after, fields))
  }
  note(tx, resource, after, { action, userId, changes: o.changes ?? changesOf(resource, row, after) })
}

/** Deletes an entity's own row and what is kept beside it, and notes it. What hangs on it goes before. */
export async function deleteEntity(tx: Tx, resource: Resource, row: Row): Promise<void> {
  const table = resource.table as ProjectTable
  if (SEARCHED.has(table)) await deleteFieldValues(tx, table, row)
  await deleteRow(tx, table, Number(row.project_id), Number(row.id))
  note(tx, resource, row, { action: 'delete', changes: changesOf(resource, row, undefined) })
}
