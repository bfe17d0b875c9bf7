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
