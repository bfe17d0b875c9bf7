import { sql } from 'kysely'
import type { RunStatus } from '../../core/run-statuses.ts'
import type { Tx } from '../../db/database.ts'
import type { InstanceRow, RunRow, SetRow, TestRow } from '../../db/schema.ts'
import { dueAfterRun } from '../instances/due-times.ts'
import { type Covered, shiftCovered, type TestChange } from '../requirements/coverage.ts'
import { COUNTER, statusCounts } from '../shared/status-totals.ts'
import { combine, isLater, lastMoment } from './runs.rules.ts'

interface RollUp {
  projectId: number
  /** New runs in the order they were sent. */
  runs: readonly RunRow[]
  /** Their instances, tests and sets, locked. */
  instances: ReadonlyMap<number, InstanceRow>
  tests: ReadonlyMap<number, TestRow>
  sets: ReadonlyMap<number, SetRow>
  covered: Covered
  now: number
}

interface SetChange {
  counts: Map<string, number>
  duration: number
  last: number | null
}

function latestBy<K>(runs: readonly RunRow[], key: (run: RunRow) => K): Map<K, RunRow> {
  const latest = new Map<K, RunRow>()
  for (const run of runs) {
    const known = latest.get(key(run))
    if (!known || isLater(run, known)) latest.set(key(run), run)
  }
  return latest
}

async function updateInstance(tx: Tx, instance: InstanceRow, run: RunRow | undefined, now: number): Promise<void> {
  const latest = run && {
    run_status: run.status,
    last_run_at: run.run_date,
    last_run_created_at: run.created_at,
    last_run_id: run.id,
    last_run_duration: run.run_duration,
    tester_id: run.tester_id,
  }
  await tx.db
    .updateTable('instances')
    .set({ ...latest, ...dueAfterRun(instance, now), updated_at: now })
    .where('project_id', '=', instance.project_id)
    .where('id', '=', instance.id)
    .execute()
}

async function updateSet(tx: Tx, set: SetRow, change: SetChange): Promise<void> {
  const counts = statusCounts(set)
  const cells: Record<string, unknown> = {}
  for (const [status, by] of change.counts) {
    const column = COUNTER[status as RunStatus]
    counts[status as RunStatus] = set[column] + by
    cells[column] = sql`${sql.ref(column)} + ${by}`
  }
  await tx.db
    .updateTable('sets')
    .set({
      ...cells,
      actual_duration: sql`actual_duration + ${change.duration}`,
      last_run_at: change.last,
      run_status: combine(counts),
    })
    .where('project_id', '=', set.project_id)
    .where('id', '=', set.id)
    .execute()
}

/** Carries new runs up to their instances, sets, tests and requirements, in the transaction that stored them (contract §1.14). */
export async function rollUp(tx: Tx, o: RollUp): Promise<void> {
  const changes = new Map<number, SetChange>()
  const latest = latestBy(o.runs, (run) => run.instance_id)
  for (const [instanceId, run] of [...latest].sort(([a], [b]) => a - b)) {
    const instance = o.instances.get(instanceId) as InstanceRow
    const before = lastMoment(instance)
    const wins = before === undefined || isLater(run, before)
    await updateInstance(tx, instance, wins ? run : undefined, o.now)
    if (!wins) continue
    const set = o.sets.get(instance.set_id) as SetRow
    const change = changes.get(set.id) ?? { counts: new Map(), duration: 0, last: set.last_run_at }
    changes.set(set.id, change)
    change.counts.set(instance.run_status, (change.counts.get(instance.run_status) ?? 0) - 1)
    change.counts.set(run.status, (change.counts.get(run.status) ?? 0) + 1)
    change.duration += run.run_duration - instance.last_run_duration
    change.last = Math.max(change.last ?? run.run_date, run.run_date)
  }
  for (const [setId, change] of changes) await updateSet(tx, o.sets.get(setId) as SetRow, change)
  const testChanges: TestChange[] = []
  for (const [testId, run] of latestBy(o.runs, (r) => r.test_id)) {
    const test = o.tests.get(testId) as TestRow
    const before = lastMoment(test)
    if (before !== undefined && !isLater(run, before)) continue
    await tx.db
      .updateTable('tests')
      .set({
        run_status: run.status,
        last_run_at: run.run_date,
        last_run_created_at: run.created_at,
        last_run_id: run.id,
      })
      .where('project_id', '=', o.projectId)
      .where('id', '=', testId)
      .execute()
    testChanges.push({ testId, status: { from: test.run_status, to: run.status }, lastRun: run.run_date })
  }
  await shiftCovered(tx, o.covered, testChanges)
}
