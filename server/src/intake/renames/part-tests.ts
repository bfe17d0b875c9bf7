import { KINDS, type KindType, wordOf } from '../../core/kinds.ts'
import { createPause } from '../../core/pause.ts'
import type { Tx } from '../../db/handle.ts'
import type { InstanceRow, TestRow } from '../../db/schema.ts'
import { addToCounts, findById, findByIds, insertRows, type ProjectTable, updateRows } from '../../db/store.ts'
import { loadFields } from '../../features/custom-fields/custom-fields.store.ts'
import { changesOf, insertEntities, note } from '../../features/entities/entity-store.ts'
import { lockLinks } from '../../features/links/links.store.ts'
import { instances } from '../../resources/instances/instances.resource.ts'
import { lockParents, recomputeTest } from '../../resources/instances/instances.store.ts'
import { recomputeAbove } from '../../resources/runs/runs.store.ts'
import { tests } from '../../resources/tests/tests.resource.ts'
import { addToBuild } from '../builds/builds.store.ts'
import { resultsOf } from '../builds/results.store.ts'
import { count, noCounts, type ResultRow } from '../builds/verdicts.rules.ts'
import { lockAutomation } from '../matching/matching.store.ts'
import { renameTest } from './join-tests.ts'
import {
  type AutomationKeyRow,
  deleteFailureTest,
  deleteKey,
  deleteLinks,
  deleteVerdicts,
  type FailureTestRow,
  type FlakyRow,
  failedSo,
  forgetMoves,
  HANGING,
  type LinkRow,
  lockInstancesIn,
  type Move,
  type MovedTable,
  movesOf,
  nameTestOfFlaky,
  type RenameRow,
  runsOfInstances,
  shiftTestsOfFailures,
} from './renames.store.ts'

const NO_RUN = {
  run_status: 'NO RUN',
  last_run_at: null,
  last_run_created_at: null,
  last_run_id: null,
}

interface Parting {
  projectId: number
  now: number
  /** The test that went on. */
  from: number
  /** The test that is made again. */
  to: number
  rows<T>(change: Move['change'], table: MovedTable): T[]
}

/** The new test as it was, and the name, key and file of the old one as they were, where nobody changed them since. */
async function restoreTests(tx: Tx, p: Parting, young: TestRow, old: TestRow): Promise<void> {
  const { projectId, now } = p
  const fields = await loadFields(tx, projectId)
  const folder = young.folder_id === null ? undefined : await findById(tx, 'folders', projectId, young.folder_id)
  const row = { ...young, ...NO_RUN, folder_id: folder?.id ?? null, updated_at: now }
  await insertEntities(tx, tests, [row], fields)
  const [before] = p.rows<TestRow & { taken: string }>('changed', 'tests')
  if (before === undefined) return
  const { automation_key: _, ...own } = JSON.parse(old.automated_fields) as Record<string, unknown>
  const { automation_key: key } = JSON.parse(before.automated_fields) as Record<string, unknown>
  const cells = {
    name: old.name === before.taken ? before.name : old.name,
    file: old.file === (young.file ?? before.file) ? before.file : old.file,
    automated_fields: JSON.stringify(key === undefined ? own : { ...own, automation_key: key }),
  }
  await renameTest(tx, old, cells, now)
}

/** Instances and runs are where they were; answers the instances that are there again. */
async function restoreRuns(
  tx: Tx,
  p: Parting,
  o: { sets: ReadonlyMap<number, { display_id: number }>; locked: readonly InstanceRow[] },
): Promise<Set<number>> {
  const { projectId, now, from, to } = p
  const gone = p.rows<InstanceRow>('gone', 'instances').filter((row) => o.sets.has(row.set_id))
  const made = gone.map((row) => ({ ...row, ...NO_RUN, last_run_duration: 0, test_id: to, updated_at: now }))
  await insertRows(tx, 'instances', made)
  for (const row of made) {
    const shown = { ...row, set_display_id: o.sets.get(row.set_id)?.display_id }
    note(tx, instances, shown, { action: 'create', changes: changesOf(instances, undefined, shown) })
  }
  addToCounts(tx, projectId, { instances: made.length })
  const mine = new Set(o.locked.filter((row) => row.test_id === from).map(({ id }) => id))
  const taken = p.rows<{ id: number }>('changed', 'instances').filter(({ id }) => mine.has(id))
  await updateRows(
    tx,
    'instances',
    projectId,
    taken.map(({ id }) => ({ id, test_id: to, updated_at: now })),
  )
  const there = new Set([...made, ...taken].map(({ id }) => id))
  const before = p.rows<{ id: number; instance_id: number }>('changed', 'runs')
  const known = await findByIds(
    tx,
    'runs',
    projectId,
    before.map(({ id }) => id),
    { lock: true },
  )
  const stillMine = new Set(known.filter((run) => run.test_id === from).map(({ id }) => id))
  const moved = before.filter((run) => stillMine.has(run.id) && there.has(run.instance_id))
  // What came to an instance since it was taken goes back with it.
  const since = await runsOfInstances(
    tx,
    projectId,
    taken.map(({ id }) => id),
  )
  const rows = new Map(
    [...moved, ...since].map((run) => [run.id, { id: run.id, instance_id: run.instance_id, test_id: to }]),
  )
  await updateRows(tx, 'runs', projectId, [...rows.values()])
  return there
}

/** Files and comments are on what they were. */
async function restoreHanging(tx: Tx, p: Parting): Promise<void> {
  for (const table of HANGING) {
    const rows = p.rows<{ id: number; entity_id: number }>('changed', table)
    await updateRows(
      tx,
      table,
      p.projectId,
      rows.map((row) => ({ id: row.id, entity_id: row.entity_id })),
    )
  }
}

/** Links lead to the new test again, as far as what they lead to is there. */
async function restoreLinks(tx: Tx, p: Parting): Promise<void> {
  const { projectId, to } = p
  await deleteLinks(tx, p.rows<LinkRow>('added', 'links'))
  const links = p.rows<LinkRow>('gone', 'links')
  const others = Map.groupBy(
    links.filter((link) => link.from_kind === 'tests' && link.from_id === to),
    (link) => link.to_kind,
  )
  const there = new Set<string>()
  for (const [kind, some] of others) {
    const { table } = KINDS[wordOf(kind as KindType)]
    const ids = some.map((link) => link.to_id)
    for (const { id } of await findByIds(tx, table as ProjectTable, projectId, ids)) there.add(`${kind} ${id}`)
  }
  const stand = links.filter(({ from_kind, from_id, to_kind, to_id }) =>
    there.has(from_kind === 'tests' && from_id === to ? `${to_kind} ${to_id}` : `${from_kind} ${from_id}`),
  )
  await insertRows(tx, 'links', stand, { skipExisting: true })
}

/** Keys, failures, quarantines and what is known of flakiness. */
async function restoreFindings(tx: Tx, p: Parting, there: ReadonlySet<number>): Promise<void> {
  const { projectId, now, from, to } = p
  for (const { hash, test_id: id } of p.rows<AutomationKeyRow>('added', 'automation_keys')) {
    await deleteKey(tx, projectId, hash, id)
  }
  await insertRows(tx, 'automation_keys', p.rows<AutomationKeyRow>('gone', 'automation_keys'), { skipExisting: true })
  const changes = new Map<number, number>()
  for (const row of p.rows<FailureTestRow>('gone', 'failure_tests')) {
    if ((await findById(tx, 'failures', projectId, row.failure_id)) === undefined) continue
    await insertRows(tx, 'failure_tests', [row], { skipExisting: true })
    const isStill = await failedSo(tx, projectId, row.failure_id, from)
    if (!isStill) await deleteFailureTest(tx, { ...row, test_id: from })
    changes.set(row.failure_id, isStill ? 1 : 0)
  }
  await shiftTestsOfFailures(tx, projectId, changes)
  const quarantines = p.rows<{ id: number; instance_id: number | null }>('changed', 'quarantines')
  await updateRows(
    tx,
    'quarantines',
    projectId,
    quarantines.map(({ id, instance_id: instanceId }) => ({
      id,
      test_id: to,
      instance_id: instanceId !== null && there.has(instanceId) ? instanceId : null,
      updated_at: now,
    })),
  )
  const flaky = p.rows<FlakyRow>('gone', 'flaky_tests').filter((row) => there.has(row.instance_id))
  await insertRows(tx, 'flaky_tests', flaky, { skipExisting: true })
  for (const { id } of p.rows<{ id: number }>('changed', 'instances')) {
    if (there.has(id)) await nameTestOfFlaky(tx, projectId, id, to)
  }
}

/** Verdicts are those of the new test's instances again, where no later run took their place. */
async function restoreVerdicts(tx: Tx, p: Parting, there: ReadonlySet<number>): Promise<void> {
  const { projectId } = p
  const all = p.rows<ResultRow & { into: number }>('gone', 'results').filter((row) => there.has(row.instance_id))
  const builds = await findByIds(
    tx,
    'builds',
    projectId,
    all.map((row) => row.build_id),
  )
  const byBuild = Map.groupBy(all, (row) => row.build_id)
  const pause = createPause()
  for (const { id: buildId } of builds) {
    await pause()
    const own = byBuild.get(buildId) ?? []
    const counts = noCounts()
    const current = await resultsOf(
      tx,
      projectId,
      buildId,
      own.map((row) => row.into),
    )
    const back = own.map(({ into, ...row }) => row)
    const runs = new Set(back.map((row) => row.run_id))
    const over = [...current.values()].filter((row) => runs.has(row.run_id))
    await deleteVerdicts(
      tx,
      projectId,
      over.map((row) => [buildId, row.instance_id]),
    )
    for (const row of over) count(counts, row, -1)
    for (const row of back) count(counts, row, 1)
    await insertRows(tx, 'results', back, { skipExisting: true })
    await addToBuild(tx, projectId, buildId, counts)
  }
}

/**
 * Parts two tests that were joined: the new one is made again with what was moved, under its own id; what came since
 * stays with the old one. Answers the new one, or undefined where it is not known any more what was moved.
 */
export async function partTests(
  tx: Tx,
  { projectId, now }: { projectId: number; now: number },
  rename: RenameRow,
): Promise<TestRow | undefined> {
  await lockLinks(tx, projectId)
  await lockAutomation(tx, projectId)
  const moves = await movesOf(tx, projectId, rename.id)
  const rows = <T>(change: Move['change'], table: MovedTable) =>
    moves.filter((move) => move.change === change && move.table === table).map(({ row }) => row as T)
  const p: Parting = { projectId, now, from: rename.from_test_id, to: rename.to_test_id, rows }
  const setIds = [...rows<InstanceRow>('gone', 'instances'), ...rows<InstanceRow>('changed', 'instances')].map(
    (row) => row.set_id,
  )
  const locked = await lockParents(tx, projectId, setIds, [p.from])
  const old = locked.tests.get(p.from)
  const [young] = rows<TestRow>('gone', 'tests')
  if (old === undefined || young === undefined) return undefined
  const own = await lockInstancesIn(tx, projectId, [p.from], [...locked.sets.keys()])
  await restoreTests(tx, p, young, old)
  const there = await restoreRuns(tx, p, { sets: locked.sets, locked: own })
  await restoreHanging(tx, p)
  await restoreLinks(tx, p)
  await restoreFindings(tx, p, there)
  await restoreVerdicts(tx, p, there)
  addToCounts(tx, projectId, { tests: 1 })
  const touched = await findByIds(tx, 'instances', projectId, [...there, ...own.map(({ id }) => id)])
  const pause = createPause()
  for (const row of touched) {
    await pause()
    await recomputeAbove(tx, { project_id: projectId, instance_id: row.id, set_id: row.set_id, test_id: row.test_id })
  }
  for (const id of [p.from, p.to]) await recomputeTest(tx, projectId, id)
  await forgetMoves(tx, projectId, rename.id)
  return young
}
