import type { Tx } from '../../db/handle.ts'
import type { InstanceRow, RunRow, SetRow, TestRow } from '../../db/schema.ts'
import { type ChangedRow, findByIds, updateRows } from '../../db/store.ts'
import { type Covered, shiftCovered, type TestChange } from '../../features/links/coverage.ts'
import { shiftedTotals } from '../../features/statuses/status-totals.ts'
import { isLater, lastMoment } from '../../features/statuses/statuses.rules.ts'
import { dueAfterRun } from '../instances/due-times.rules.ts'
import { statusesOfTests } from '../tests/test-status.store.ts'

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

/** What of a run is kept with its instance and its test while no other is later, apart from their status. */
const kept = (run: RunRow) => ({
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
    updated.push({ ...always, ...kept(run), run_status: run.status, last_run_duration, tester_id })
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
  await shiftCovered(tx, o.projectId, o.covered, await rollUpTests(tx, o))
}

/** The instances of the latest runs of tests, as those runs were kept before. */
async function latestInstances(tx: Tx, projectId: number, tests: readonly TestRow[]): Promise<Map<number, number>> {
  const ids = tests.flatMap((test) => test.last_run_id ?? [])
  const runs = await findByIds(tx, 'runs', projectId, ids)
  return new Map(runs.map((run) => [run.test_id, run.instance_id]))
}

/** Keeps the latest runs of tests, and the statuses that follow from instances which are up to date. */
async function rollUpTests(tx: Tx, o: RollUp): Promise<TestChange[]> {
  const latest = latestBy(o.runs, (run) => run.test_id)
  const isNew = (run: RunRow) => {
    const before = lastMoment(o.tests.get(run.test_id) as TestRow)
    return before === undefined || isLater(run, before)
  }
  // An earlier run may still be the latest of an instance that counts beside that of the latest run.
  const [newer, earlier] = [[...latest.values()].filter(isNew), [...latest.values()].filter((run) => !isNew(run))]
  const stayed = await latestInstances(
    tx,
    o.projectId,
    earlier.map((run) => o.tests.get(run.test_id) as TestRow),
  )
  const instanceIds = [...newer.map((run) => run.instance_id), ...stayed.values()]
  const statuses = await statusesOfTests(tx, o.projectId, instanceIds)
  const statusOf = (testId: number) => statuses.get(testId) ?? 'NO RUN'
  await updateRows(
    tx,
    'tests',
    o.projectId,
    newer.map((run) => ({ id: run.test_id, ...kept(run), run_status: statusOf(run.test_id) })),
  )
  const turned = [...stayed.keys()].filter((id) => statusOf(id) !== o.tests.get(id)?.run_status)
  await updateRows(
    tx,
    'tests',
    o.projectId,
    turned.map((id) => ({ id, run_status: statusOf(id) })),
  )
  const changeOf = (testId: number): TestChange => ({
    testId,
    status: { from: (o.tests.get(testId) as TestRow).run_status, to: statusOf(testId) },
  })
  return [...newer.map((run) => ({ ...changeOf(run.test_id), lastRun: run.run_date })), ...turned.map(changeOf)]
}
