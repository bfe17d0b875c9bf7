import type { Reader, Tx } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'

export type StatusRow = Schema['issue_statuses']
export type TransitionRow = Schema['issue_transitions']

/**
 * Holds the workflow of a project still until the transaction ends: taken by whoever changes it, and by whoever gives
 * an issue a status, so that no issue ends in one that is being deleted.
 */
export const lockWorkflow = (tx: Tx, projectId: number): Promise<void> =>
  tx.dialect.lock(tx.db, `workflow ${projectId}`)

/** The statuses of a project in their order. */
export async function loadStatuses({ db }: Pick<Reader, 'db'>, projectId: number): Promise<StatusRow[]> {
  return db
    .selectFrom('issue_statuses')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('position')
    .orderBy('id')
    .execute()
}

/** The transitions of a project, by id. */
export async function loadTransitions({ db }: Pick<Reader, 'db'>, projectId: number): Promise<TransitionRow[]> {
  return db.selectFrom('issue_transitions').selectAll().where('project_id', '=', projectId).orderBy('id').execute()
}

/** Stores changed cells of a status or transition; nothing without any. */
export async function changeWorkflowRow(
  tx: Tx,
  table: 'issue_statuses' | 'issue_transitions',
  { project_id: projectId, id }: { project_id: number; id: number },
  cells: object,
): Promise<void> {
  if (Object.keys(cells).length === 0) return
  await tx.db
    .updateTable(table as 'issue_statuses')
    .set(cells)
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .execute()
}

/** Deletes a status or transition by id. */
export async function deleteWorkflowRow(
  tx: Tx,
  table: 'issue_statuses' | 'issue_transitions',
  { project_id: projectId, id }: { project_id: number; id: number },
): Promise<void> {
  await tx.db
    .deleteFrom(table as 'issue_statuses')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .execute()
}
