import type { Tx } from '../../db/database.ts'
import type { InstanceRow, RunRow, SetRow, TestRow } from '../../db/schema.ts'
import { type ChangedRow, updateRows } from '../../db/store.ts'
import { dueAfterRun } from '../instances/due-times.ts'
import { type Covered, shiftCovered, type TestChange } from '../requirements/coverage.ts'
import { shiftedTotals } from '../shared/status-totals.ts'
import { isLater, lastMoment } from './runs.rules.ts'

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

/** What of a run is kept with its instance and its test while no other is later. */
const kept = (run: RunRow) => ({
  run_status: run.status,
  last_run_at: run.run_date,
  last_run_created_at: run.created_at,
  last_run_id: run.id,
})

/** The cells of a locked set that a change leaves. */
const changedSet = (set: SetRow, { counts, duration, last }: SetChange): ChangedRow => ({
  id: set.id,
  ...shiftedTotals(set, counts),
  actual_duration: set.actual_duration + duration,
  last_run_at: last,
})

/** Carries new runs up to their instances, sets, tests and requirements, in the transaction that stored them (contract §1.14). */
export async function rollUp(tx: Tx, o: RollUp): Promise<void> {
  const changes = new Map<number, SetChange>()
  const updated: ChangedRow[] = []
  const touched: ChangedRow[] = []
  for (const [instanceId, run] of latestBy(o.runs, (each) => each.instance_id)) {
    const instance = o.instances.get(instanceId) as InstanceRow
    const before = lastMoment(instance)
    const wins = before === undefined || isLater(run, before)
    const always = { id: instanceId, ...dueAfterRun(instance, o.now), updated_at: o.now }
    if (!wins) {
      touched.push(always)
      continue
    }
    const { run_duration: last_run_duration, tester_id } = run
    updated.push({ ...always, ...kept(run), last_run_duration, tester_id })
    const set = o.sets.get(instance.set_id) as SetRow
    const change = changes.get(set.id) ?? { counts: new Map(), duration: 0, last: set.last_run_at }
    changes.set(set.id, change)
    change.counts.set(instance.run_status, (change.counts.get(instance.run_status) ?? 0) - 1)
    change.counts.set(run.status, (change.counts.get(run.status) ?? 0) + 1)
    change.duration += run.run_duration - instance.last_run_duration
    change.last = Math.max(change.last ?? run.run_date, run.run_date)
  }
  await updateRows(tx, 'instances', o.projectId, updated)
  await updateRows(tx, 'instances', o.projectId, touched)
  const sets = [...changes].map(([setId, change]) => changedSet(o.sets.get(setId) as SetRow, change))
  await updateRows(tx, 'sets', o.projectId, sets)
  const testChanges: TestChange[] = []
  const updatedTests: ChangedRow[] = []
  for (const [testId, run] of latestBy(o.runs, (r) => r.test_id)) {
    const test = o.tests.get(testId) as TestRow
    const before = lastMoment(test)
    if (before !== undefined && !isLater(run, before)) continue
    updatedTests.push({ id: testId, ...kept(run) })
    testChanges.push({ testId, status: { from: test.run_status, to: run.status }, lastRun: run.run_date })
  }
  await updateRows(tx, 'tests', o.projectId, updatedTests)
  await shiftCovered(tx, o.projectId, o.covered, testChanges)
}
