import type { Caller } from '../../auth/caller.ts'
import type { SavedFilter } from '../../core/ptql/views.ts'
import type { Reader } from '../../db/handle.ts'
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
