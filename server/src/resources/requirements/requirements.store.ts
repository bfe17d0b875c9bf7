import { sql } from 'kysely'
import type { Tx } from '../../db/handle.ts'
import type { RequirementRow } from '../../db/schema.ts'
import { lockRows } from '../../db/store.ts'

/** Locks a requirement and its children, which may have been made before it. */
export async function lockWithChildren(tx: Tx, projectId: number, id: number): Promise<void> {
  await lockRows(tx, 'requirements', projectId, sql`(id = ${id} or parent_id = ${id})`)
}

/** Gives the children of a requirement that goes to its parent, and answers them, by id. */
export async function moveChildrenUp(tx: Tx, { project_id: projectId, id, parent_id: to }: RequirementRow) {
  const children = await tx.db
    .updateTable('requirements')
    .set({ parent_id: to })
    .where('project_id', '=', projectId)
    .where('parent_id', '=', id)
    .returning(['project_id', 'id', 'display_id'])
    .execute()
  return children.sort((a, b) => a.id - b.id)
}
