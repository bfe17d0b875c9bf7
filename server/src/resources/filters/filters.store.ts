import type { Caller } from '../../auth/caller.ts'
import type { SavedFilter } from '../../core/ptql/views.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import type { FilterRow } from '../../db/schema.ts'
import type { Filtered } from './filters.resource.ts'

/** Whether a caller may see a filter: public ones, their own, and everything with an account token (§1.3, §7.5). */
export const isVisible = (row: Pick<FilterRow, 'private' | 'owner_id'>, caller: Caller) =>
  row.private === 0 || caller.passesAll || row.owner_id === caller.userId

export function toSaved(row: FilterRow, caller: Caller): SavedFilter {
  return {
    id: row.id,
    name: row.name,
    parentId: row.parent_id,
    ptql: row.ptql,
    autofilterFields: row.autofilter_fields === null ? [] : (JSON.parse(row.autofilter_fields) as string[]),
    visible: isVisible(row, caller),
  }
}

/** Every filter of one kind of entity in a project, those of other owners too: ancestors count whoever owns them. */
export async function loadFilters(
  reader: Pick<Reader, 'db'>,
  projectId: number,
  entity: Filtered,
  caller: Caller,
): Promise<SavedFilter[]> {
  const rows = await reader.db
    .selectFrom('filters')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('entity', '=', entity)
    .orderBy('id')
    .execute()
  return rows.map((row) => toSaved(row, caller))
}

/** The shape of the tree of filters changes one request at a time. */
export const lockFilters = (tx: Tx, projectId: number): Promise<void> => tx.dialect.lock(tx.db, `filters ${projectId}`)

/** The position behind the last of the filters under one parent. */
export async function nextPosition(
  tx: Tx,
  projectId: number,
  entity: string,
  parentId: number | null,
): Promise<number> {
  const row = await tx.db
    .selectFrom('filters')
    .select(({ fn }) => fn.max('position').as('last'))
    .where('project_id', '=', projectId)
    .where('entity', '=', entity)
    .where('parent_id', 'is not distinct from', parentId)
    .executeTakeFirst()
  return Number(row?.last ?? 0) + 1
}

/** Whether filters hang below one. */
export async function hasChildren(
  { db }: Pick<Reader, 'db'>,
  { project_id: projectId, entity, id }: FilterRow,
): Promise<boolean> {
  const child = await db
    .selectFrom('filters')
    .select('id')
    .where('project_id', '=', projectId)
    .where('entity', '=', entity)
    .where('parent_id', '=', id)
    .limit(1)
    .executeTakeFirst()
  return child !== undefined
}
