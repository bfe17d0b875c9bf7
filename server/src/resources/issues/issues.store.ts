import type { Cells } from '../../core/resource/read-attributes.ts'
import type { Tx } from '../../db/handle.ts'
import { addToCounts, nextDisplayIds } from '../../db/store.ts'
import type { Field } from '../../features/custom-fields/custom-fields.store.ts'
import { insertEntities } from '../../features/entities/entity-store.ts'
import { initialStatus, lockWorkflow } from '../workflow/workflow.store.ts'
import { issues } from './issues.resource.ts'

/** Stores an issue in the workflow's initial status and returns its id. */
export async function insertIssue(
  tx: Tx,
  o: { projectId: number; cells: Cells; fields: readonly Field[]; now: number },
): Promise<number> {
  const { projectId, now } = o
  await lockWorkflow(tx, projectId)
  const row = {
    cloned_from_id: null,
    ...o.cells,
    project_id: projectId,
    id: tx.nextId(),
    display_id: await nextDisplayIds(tx, projectId, 'issues', 1),
    status_id: await initialStatus(tx, projectId),
    closed_at: null,
    closed_by_id: null,
    external_status: null,
    created_at: now,
    updated_at: now,
  }
  await insertEntities(tx, issues, [row], o.fields)
  addToCounts(tx, projectId, { issues: 1 })
  return row.id
}

/**
 * Failures that an issue is about are fixed when it is closed, and their tests are looked at anew (contract §11.1, §11.2).
 */
export async function closeFailures(
  tx: Tx,
  { project_id: projectId, id }: { project_id: number; id: number },
  now: number,
): Promise<void> {
  const ofIssue = tx.db
    .selectFrom('failures')
    .select('id')
    .where('project_id', '=', projectId)
    .where('issue_id', '=', id)
  const tests = tx.db
    .selectFrom('failure_tests')
    .select('test_id')
    .where('project_id', '=', projectId)
    .where('failure_id', 'in', ofIssue)
  await tx.db
    .updateTable('flaky_tests')
    .set({ window_from: now, state: 'healthy', rank: 0, score: 0, signals: 0, updated_at: now })
    .where('project_id', '=', projectId)
    .where('test_id', 'in', tests)
    .execute()
  await tx.db
    .updateTable('failures')
    .set({ state: 'fixed', updated_at: now })
    .where('project_id', '=', projectId)
    .where('issue_id', '=', id)
    .where('state', '<>', 'fixed')
    .execute()
}
