import type { Tx } from '../../db/handle.ts'
import type { RunRow } from '../../db/schema.ts'
import { changeCells, findById, findByIds } from '../../db/store.ts'
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
