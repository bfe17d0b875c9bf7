import type { Tx } from '../../db/handle.ts'
import type { RunRow } from '../../db/schema.ts'
import { addToCounts, changeCells, findById, findByIds } from '../../db/store.ts'
import { lockParents, recomputeSet, recomputeTest } from '../instances/instances.store.ts'

/** Which instances exist, with everything above them locked: sets, tests, then instances (contract §1.10). */
export async function lockInstances(tx: Tx, projectId: number, ids: readonly number[]) {
  const seen = await findByIds(tx, 'instances', projectId, ids)
  const parents = await lockParents(
    tx,
    projectId,
    seen.map((instance) => instance.set_id),
    seen.map((instance) => instance.test_id),
  )
  const locked = await findByIds(tx, 'instances', projectId, ids, { lock: true })
  return { ...parents, instances: new Map(locked.map((instance) => [instance.id, instance])) }
}

/** A run with everything above it locked, in the order of contract §1.10; undefined when there is none. */
export async function lockRun(tx: Tx, projectId: number, id: number): Promise<RunRow | undefined> {
  const seen = await findById(tx, 'runs', projectId, id)
  if (!seen) return undefined
  await lockInstances(tx, projectId, [seen.instance_id])
  return findById(tx, 'runs', projectId, id, { lock: true })
}

/** Recomputes what an instance keeps of its latest run, and its set and test; for changes of runs that exist. */
export async function recomputeAbove(tx: Tx, run: Pick<RunRow, 'project_id' | 'instance_id' | 'set_id' | 'test_id'>) {
  const { project_id: projectId } = run
  const latest = await tx.db
    .selectFrom('runs')
    .select(['id', 'status', 'run_date', 'created_at', 'run_duration', 'tester_id'])
    .where('project_id', '=', projectId)
    .where('instance_id', '=', run.instance_id)
    .orderBy('run_date', 'desc')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  await changeCells(tx, 'instances', {
    projectId,
    id: run.instance_id,
    cells: {
      run_status: latest?.status ?? 'NO RUN',
      last_run_at: latest?.run_date ?? null,
      last_run_created_at: latest?.created_at ?? null,
      last_run_id: latest?.id ?? null,
      last_run_duration: latest?.run_duration ?? 0,
      tester_id: latest?.tester_id ?? null,
    },
  })
  await recomputeSet(tx, projectId, run.set_id)
  await recomputeTest(tx, projectId, run.test_id)
}

/**
 * Deletes runs with everything that hangs on them, and recomputes what is above. The set and the tests of the runs are
 * locked by the caller. Answers how the kept counts change.
 */
export async function deleteRuns(tx: Tx, projectId: number, rows: readonly RunRow[]): Promise<void> {
  const ids = rows.map((row) => row.id)
  const { dialect } = tx
  const steps = await tx.db
    .selectFrom('step_runs')
    .select('id')
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('run_id', ids))
    .orderBy('id')
    .execute()
  const stepIds = steps.map((step) => step.id)
  for (const [word, type, own] of [
    ['run', 'runs', ids],
    ['step-run', 'step-runs', stepIds],
  ] as const) {
    for (const table of ['attachments', 'comments'] as const) {
      await tx.db
        .deleteFrom(table as 'comments')
        .where('project_id', '=', projectId)
        .where('entity', '=', word)
        .where(dialect.oneOf('entity_id', own))
        .execute()
    }
    await tx.db
      .deleteFrom('links')
      .where('project_id', '=', projectId)
      .where('from_kind', '=', type)
      .where(dialect.oneOf('from_id', own))
      .execute()
  }
  await tx.db.deleteFrom('runs').where('project_id', '=', projectId).where(dialect.oneOf('id', ids)).execute()
  const instances = new Map(rows.map((row) => [row.instance_id, row]))
  for (const row of [...instances.values()].sort((a, b) => a.instance_id - b.instance_id)) await recomputeAbove(tx, row)
  addToCounts(tx, projectId, { runs: -ids.length, step_runs: -stepIds.length })
}
