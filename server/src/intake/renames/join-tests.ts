import { createPause } from '../../core/pause.ts'
import { LockedTooLittle } from '../../db/dialects/dialect.ts'
import type { Tx } from '../../db/handle.ts'
import type { InstanceRow, SetRow, TestRow } from '../../db/schema.ts'
import { addToCounts, findByIds, insertRows, updateRows } from '../../db/store.ts'
import { changeEntity, changesOf, deleteEntity, note } from '../../features/entities/entity-store.ts'
import { recomputeCovered, shiftCovered } from '../../features/links/coverage.ts'
import { lockLinks } from '../../features/links/links.store.ts'
import { shiftedTotals } from '../../features/statuses/status-totals.ts'
import { isLater, lastMoment } from '../../features/statuses/statuses.rules.ts'
import { instances } from '../../resources/instances/instances.resource.ts'
import { lockParents } from '../../resources/instances/instances.store.ts'
import { statusesOfTests } from '../../resources/tests/test-status.store.ts'
import { tests } from '../../resources/tests/tests.resource.ts'
import { addToBuild, preferredBases } from '../builds/builds.store.ts'
import { basesOf } from '../builds/results.store.ts'
import { againstBase, count, noCounts, type ResultRow, rankOf } from '../builds/verdicts.rules.ts'
import { lockAutomation } from '../matching/matching.store.ts'
import {
  calledTests,
  deleteFailureTest,
  deleteInstances,
  deleteKey,
  deleteLinks,
  deleteVerdicts,
  flakinessOf,
  HANGING,
  hangingOn,
  instancesOfTests,
  keepMoves,
  type LinkRow,
  linksOfTests,
  lockInstancesIn,
  type Move,
  nameTestOfFlaky,
  rowsOfTests,
  runsOfInstances,
  shiftTestsOfFailures,
  testsWithVerdicts,
  verdictsOfInstances,
} from './renames.store.ts'

/** Two tests that become one: `from` goes on, `to` goes. */
export interface Joining {
  /** Of the pair, which keeps what parting them takes. */
  renameId: number
  from: number
  to: number
}

/** Why two tests cannot be one. */
export type Obstacle = 'gone' | 'steps' | 'both ran'

export interface Joined {
  joined: Joining[]
  /** Why the others are not, by pair. */
  obstacles: Map<number, Obstacle>
  /** The new tests as they were, by id. */
  news: Map<number, TestRow>
  /** Instances that have other verdicts now, of which something may be said that was not. */
  told: number[]
}

interface Place {
  projectId: number
  now: number
}

/** A pair with everything that is locked of it. */
interface Both extends Joining {
  old: TestRow
  young: TestRow
}

const identityOf = ({ set_id, variant, parameters }: InstanceRow) => `${set_id} ${variant ?? ''}\n${parameters}`

/** What is kept of the latest run. */
const lastRunOf = (row: Pick<InstanceRow, 'last_run_at' | 'last_run_created_at' | 'last_run_id'>) => ({
  last_run_at: row.last_run_at,
  last_run_created_at: row.last_run_created_at,
  last_run_id: row.last_run_id,
})

type LastRun = ReturnType<typeof lastRunOf>

function ranLater(one: LastRun, other: LastRun): boolean {
  const [a, b] = [lastMoment(one), lastMoment(other)]
  return a !== undefined && (b === undefined || isLater(a, b))
}

/** Locks tests, their sets and requirements, and the instances that may become one. */
async function lockAll(tx: Tx, projectId: number, pairs: readonly Joining[]) {
  const to = pairs.map((pair) => pair.to)
  const all = [...to, ...pairs.map((pair) => pair.from)]
  const setsOf = async () => [...new Set((await instancesOfTests(tx, projectId, to)).map(({ set_id: id }) => id))]
  const parents = await lockParents(tx, projectId, await setsOf(), all)
  const setIds = await setsOf()
  if (setIds.some((id) => !parents.sets.has(id))) throw new LockedTooLittle('The test came into another set')
  return { ...parents, instances: await lockInstancesIn(tx, projectId, all, setIds) }
}

type Locked = Awaited<ReturnType<typeof lockAll>>

/** Which pairs may be joined, and why the others may not. */
async function chosenOf(
  tx: Tx,
  projectId: number,
  pairs: readonly Joining[],
  { tests: locked, instances: all }: Locked,
  verdicts: readonly ResultRow[],
): Promise<{ chosen: Both[]; obstacles: Map<number, Obstacle> }> {
  const called = await calledTests(
    tx,
    projectId,
    pairs.map(({ to }) => to),
  )
  const news = new Set(pairs.map(({ to }) => to))
  const buildsOf = Map.groupBy(verdicts, (row) => row.test_id)
  const ran = await testsWithVerdicts(tx, projectId, {
    buildIds: [...new Set(verdicts.map((row) => row.build_id))],
    instanceIds: all.filter((row) => !news.has(row.test_id)).map(({ id }) => id),
  })
  const chosen: Both[] = []
  const obstacles = new Map<number, Obstacle>()
  for (const pair of pairs) {
    const [old, young] = [locked.get(pair.from), locked.get(pair.to)]
    if (old === undefined || young === undefined) obstacles.set(pair.renameId, 'gone')
    else if (young.steps_count > 0 || called.has(pair.to)) obstacles.set(pair.renameId, 'steps')
    else if (ran.has(pair.from) && (await bothRan(tx, projectId, pair, buildsOf.get(pair.to) ?? [], all))) {
      obstacles.set(pair.renameId, 'both ran')
    } else chosen.push({ ...pair, old, young })
  }
  return { chosen, obstacles }
}

/** Whether a build has a verdict of each. */
async function bothRan(
  tx: Tx,
  projectId: number,
  { from }: Joining,
  verdicts: readonly ResultRow[],
  all: readonly InstanceRow[],
): Promise<boolean> {
  const ran = await testsWithVerdicts(tx, projectId, {
    buildIds: verdicts.map((row) => row.build_id),
    instanceIds: all.filter((row) => row.test_id === from).map(({ id }) => id),
  })
  return ran.size > 0
}

/** What a batch of pairs changes, before it is stored. */
interface Plan {
  /** Instances of new tests that an instance of the old one takes in. */
  merged: { both: Both; instance: InstanceRow; into: InstanceRow }[]
  /** Those that the old one has nothing like. */
  taken: { both: Both; instance: InstanceRow }[]
  /** Where verdicts and runs of each instance go. */
  targetOf: Map<number, number>
  bothOf: Map<number, Both>
}

function planOf(chosen: readonly Both[], all: readonly InstanceRow[]): Plan {
  const byTest = Map.groupBy(all, (row) => row.test_id)
  const plan: Plan = { merged: [], taken: [], targetOf: new Map(), bothOf: new Map() }
  for (const both of chosen) {
    const known = new Map<string, InstanceRow>()
    for (const row of byTest.get(both.from) ?? []) {
      if (!known.has(identityOf(row))) known.set(identityOf(row), { ...row })
    }
    for (const instance of byTest.get(both.to) ?? []) {
      const into = known.get(identityOf(instance))
      plan.targetOf.set(instance.id, into?.id ?? instance.id)
      plan.bothOf.set(instance.id, both)
      if (into) plan.merged.push({ both, instance, into })
      else {
        known.set(identityOf(instance), { ...instance })
        plan.taken.push({ both, instance })
      }
    }
  }
  return plan
}

type Keep = (both: Joining, change: Move['change'], table: Move['table'], row: object) => void

/** Runs go to the instances that go on; instances that the old test has nothing like go to it as they are. */
async function moveRuns(tx: Tx, { projectId, now }: Place, plan: Plan, keep: Keep): Promise<Map<number, number>> {
  const runs = await runsOfInstances(tx, projectId, [...plan.targetOf.keys()])
  for (const run of runs) keep(plan.bothOf.get(run.instance_id) as Both, 'changed', 'runs', run)
  const moved = runs.map(({ id, instance_id: instanceId }) => ({
    id,
    instance_id: plan.targetOf.get(instanceId) as number,
    test_id: plan.bothOf.get(instanceId)?.from as number,
  }))
  await updateRows(tx, 'runs', projectId, moved)
  for (const { both, instance } of plan.taken) {
    keep(both, 'changed', 'instances', { id: instance.id, test_id: instance.test_id, set_id: instance.set_id })
  }
  await updateRows(
    tx,
    'instances',
    projectId,
    plan.taken.map(({ both, instance }) => ({ id: instance.id, test_id: both.from, updated_at: now })),
  )
  return new Map(moved.map((run) => [run.id, run.instance_id]))
}

/** Verdicts are of the instances that go on, and compared with what those had on mainline before. */
async function moveVerdicts(
  tx: Tx,
  projectId: number,
  verdicts: readonly ResultRow[],
  plan: Plan,
  keep: Keep,
): Promise<number[]> {
  const told: number[] = []
  const builds = await findByIds(
    tx,
    'builds',
    projectId,
    verdicts.map((row) => row.build_id),
  )
  await deleteVerdicts(
    tx,
    projectId,
    verdicts.map((row) => [row.build_id, row.instance_id]),
  )
  const byBuild = Map.groupBy(verdicts, (row) => row.build_id)
  const pause = createPause()
  for (const build of builds) {
    await pause()
    const own = byBuild.get(build.id) ?? []
    const bases = await basesOf(tx, {
      projectId,
      buildId: build.id,
      instanceIds: own.map((row) => plan.targetOf.get(row.instance_id) as number),
      before: build.started_at,
      preferred: await preferredBases(tx, build),
    })
    const counts = noCounts()
    const rows = own.map((row): ResultRow => {
      const both = plan.bothOf.get(row.instance_id) as Both
      const instanceId = plan.targetOf.get(row.instance_id) as number
      keep(both, 'gone', 'results', { ...row, into: instanceId })
      const compared = againstBase(bases.get(instanceId), { status: row.status, isNewTest: false, buildId: build.id })
      const moved = { ...row, ...compared, instance_id: instanceId, test_id: both.from }
      count(counts, row, -1)
      return { ...moved, rank: rankOf(moved) }
    })
    // Of instances that were alike already the later one tells.
    const byInstance = new Map(rows.sort((a, b) => a.run_date - b.run_date).map((row) => [row.instance_id, row]))
    for (const row of byInstance.values()) {
      count(counts, row, 1)
      if (row.rank <= 2 || row.change === 'fixed') told.push(row.instance_id)
    }
    await insertRows(tx, 'results', [...byInstance.values()])
    await addToBuild(tx, projectId, build.id, counts)
  }
  return told
}

/** Files and comments of new tests, and of instances that are taken in. */
async function moveHanging(tx: Tx, projectId: number, chosen: readonly Both[], plan: Plan, keep: Keep): Promise<void> {
  const pairOf = new Map(chosen.map((both) => [both.to, both]))
  const into = new Map(plan.merged.map(({ instance, into: target }) => [instance.id, target.id]))
  for (const table of HANGING) {
    for (const [word, ids] of [
      ['test', [...pairOf.keys()]],
      ['instance', [...into.keys()]],
    ] as const) {
      const rows = await hangingOn(tx, projectId, table, word, ids)
      for (const row of rows) {
        const both = word === 'test' ? pairOf.get(row.entity_id) : plan.bothOf.get(row.entity_id)
        keep(both as Both, 'changed', table, row)
      }
      const moved = rows.map(({ id, entity_id: of }) => ({
        id,
        entity_id: (word === 'test' ? pairOf.get(of)?.from : into.get(of)) as number,
      }))
      await updateRows(tx, table, projectId, moved)
    }
  }
}

const linkText = (link: LinkRow) => Object.values(link).join(' ')

/** Links of new tests lead to the old ones. Answers whether there are any. */
async function moveLinks(tx: Tx, projectId: number, chosen: readonly Both[], keep: Keep): Promise<boolean> {
  const pairOf = new Map(chosen.map((both) => [both.to, both]))
  const links = await linksOfTests(tx, projectId, [...pairOf.keys()])
  if (links.length === 0) return false
  const olds = await linksOfTests(
    tx,
    projectId,
    chosen.map(({ from }) => from),
  )
  const known = new Set(olds.map(linkText))
  const added: LinkRow[] = []
  for (const link of links) {
    const isFrom = link.from_kind === 'tests' && pairOf.has(link.from_id)
    const both = pairOf.get(isFrom ? link.from_id : link.to_id) as Both
    keep(both, 'gone', 'links', link)
    const moved = isFrom ? { ...link, from_id: both.from } : { ...link, to_id: both.from }
    if (known.has(linkText(moved))) continue
    known.add(linkText(moved))
    added.push(moved)
    keep(both, 'added', 'links', moved)
  }
  await deleteLinks(tx, links)
  await insertRows(tx, 'links', added, { skipExisting: true })
  return true
}

/** The keys that name the new test name the old one, which keeps its own. */
async function moveKeys(tx: Tx, projectId: number, chosen: readonly Both[], keep: Keep): Promise<Map<number, string>> {
  const pairOf = new Map(chosen.map((both) => [both.to, both]))
  const keys = await rowsOfTests(tx, 'automation_keys', projectId, [
    ...pairOf.keys(),
    ...chosen.map(({ from }) => from),
  ])
  const known = new Map(keys.map((key) => [`${key.hash} ${key.test_id}`, key]))
  const newest = new Map<number, string>()
  const pause = createPause()
  for (const key of keys) {
    await pause()
    const both = pairOf.get(key.test_id)
    if (both === undefined) continue
    keep(both, 'gone', 'automation_keys', key)
    newest.set(both.from, key.hash)
    await deleteKey(tx, projectId, key.hash, both.to)
    const own = known.get(`${key.hash} ${both.from}`)
    if (own) {
      keep(both, 'gone', 'automation_keys', own)
      await deleteKey(tx, projectId, key.hash, both.from)
    }
    const moved = { ...key, test_id: both.from }
    keep(both, 'added', 'automation_keys', moved)
    await insertRows(tx, 'automation_keys', [moved], { skipExisting: true })
  }
  return newest
}

/** Failures and quarantines of new tests are of the old ones; so is what is known of the instances that are taken. */
async function moveFindings(
  tx: Tx,
  { projectId, now }: Place,
  chosen: readonly Both[],
  plan: Plan,
  keep: Keep,
): Promise<void> {
  const pairOf = new Map(chosen.map((both) => [both.to, both]))
  const seen = await rowsOfTests(tx, 'failure_tests', projectId, [...pairOf.keys(), ...chosen.map(({ from }) => from)])
  const known = new Set(seen.map((row) => `${row.failure_id} ${row.test_id}`))
  const changes = new Map<number, number>()
  const pause = createPause()
  for (const row of seen) {
    await pause()
    const both = pairOf.get(row.test_id)
    if (both === undefined) continue
    keep(both, 'gone', 'failure_tests', row)
    await deleteFailureTest(tx, row)
    if (known.has(`${row.failure_id} ${both.from}`)) {
      changes.set(row.failure_id, (changes.get(row.failure_id) ?? 0) - 1)
    } else {
      known.add(`${row.failure_id} ${both.from}`)
      await insertRows(tx, 'failure_tests', [{ ...row, test_id: both.from }], { skipExisting: true })
    }
  }
  await shiftTestsOfFailures(tx, projectId, changes)
  const quarantines = await rowsOfTests(tx, 'quarantines', projectId, [...pairOf.keys()])
  for (const { id, test_id, instance_id } of quarantines) {
    keep(pairOf.get(test_id) as Both, 'changed', 'quarantines', { id, test_id, instance_id })
  }
  await updateRows(
    tx,
    'quarantines',
    projectId,
    quarantines.map(({ id, test_id: testId, instance_id: instanceId }) => ({
      id,
      test_id: pairOf.get(testId)?.from as number,
      instance_id: instanceId === null ? null : (plan.targetOf.get(instanceId) ?? instanceId),
      updated_at: now,
    })),
  )
  for (const row of await flakinessOf(tx, projectId, [...plan.targetOf.keys()])) {
    const both = plan.bothOf.get(row.instance_id) as Both
    // That of an instance which is taken in goes with it: the other's own history is longer.
    if (plan.targetOf.get(row.instance_id) !== row.instance_id) keep(both, 'gone', 'flaky_tests', row)
    else await nameTestOfFlaky(tx, projectId, row.instance_id, both.from)
  }
}

interface SetChange {
  counts: Map<string, number>
  duration: number
  estimate: number
  instances: number
}

/** Instances that take others in keep the later run of the two, and their sets what follows from that. */
async function mergeInstances(tx: Tx, { projectId, now }: Place, plan: Plan, { sets }: Locked, keep: Keep) {
  const changes = new Map<number, SetChange>()
  const changeOf = (setId: number): SetChange => {
    const change = changes.get(setId) ?? { counts: new Map(), duration: 0, estimate: 0, instances: 0 }
    changes.set(setId, change)
    return change
  }
  const changed = new Map<number, InstanceRow>()
  for (const { both, instance, into } of plan.merged) {
    const change = changeOf(instance.set_id)
    const winner = ranLater(instance, into) ? instance : into
    const add = (status: string, by: number) => change.counts.set(status, (change.counts.get(status) ?? 0) + by)
    add(instance.run_status, -1)
    add(into.run_status, -1)
    add(winner.run_status, 1)
    change.duration += winner.last_run_duration - instance.last_run_duration - into.last_run_duration
    change.estimate -= both.young.duration_estimate
    change.instances--
    keep(both, 'gone', 'instances', instance)
    const shown = { ...instance, set_display_id: sets.get(instance.set_id)?.display_id }
    note(tx, instances, shown, { action: 'delete', changes: changesOf(instances, shown, undefined) })
    // Several may be taken in by one.
    Object.assign(into, lastRunOf(winner), {
      run_status: winner.run_status,
      last_run_duration: winner.last_run_duration,
      tester_id: winner.tester_id,
    })
    changed.set(into.id, into)
  }
  for (const { both, instance } of plan.taken) {
    changeOf(instance.set_id).estimate += both.old.duration_estimate - both.young.duration_estimate
  }
  await updateRows(
    tx,
    'instances',
    projectId,
    [...changed.values()].map((row) => ({
      id: row.id,
      ...lastRunOf(row),
      run_status: row.run_status,
      last_run_duration: row.last_run_duration,
      tester_id: row.tester_id,
      updated_at: now,
    })),
  )
  await deleteInstances(
    tx,
    projectId,
    plan.merged.map(({ instance }) => instance.id),
  )
  const rows = [...changes].map(([id, change]) => {
    const set = sets.get(id) as SetRow
    return {
      id,
      ...shiftedTotals(set, change.counts),
      actual_duration: set.actual_duration + change.duration,
      duration_estimate: set.duration_estimate + change.estimate,
      instances_count: set.instances_count + change.instances,
    }
  })
  await updateRows(tx, 'sets', projectId, rows)
  addToCounts(tx, projectId, { instances: -plan.merged.length })
}

/** The name that a test goes on under: its own where the new one only says more because that was taken. */
const nameOf = ({ old, young }: Both): string => (young.name.endsWith(` › ${old.name}`) ? old.name : young.name)

/** Gives a test another name, file and key, and notes it. */
export async function renameTest(
  tx: Tx,
  old: TestRow,
  cells: Pick<TestRow, 'name' | 'file' | 'automated_fields'>,
  now: number,
): Promise<void> {
  const file = cells.file === old.file ? [] : [{ field: 'file', from: old.file, to: cells.file }]
  const changes = [...changesOf(tests, { ...old }, { ...old, ...cells }), ...file]
  await changeEntity(tx, tests, { row: { ...old }, cells, fields: [], now, changes })
}

/** Old tests take the key, the name and the file of the new ones, which go, and the later run of the two. */
async function mergeTests(
  tx: Tx,
  { projectId, now }: Place,
  chosen: readonly Both[],
  o: {
    plan: Plan
    locked: Locked
    keys: ReadonlyMap<number, string>
    runs: ReadonlyMap<number, number>
    linked: boolean
  },
  keep: Keep,
): Promise<void> {
  const { plan, locked, keys, runs, linked } = o
  const lastRuns = chosen.map(({ old, young }) => lastRunOf(ranLater(young, old) ? young : old))
  const others = await findByIds(
    tx,
    'runs',
    projectId,
    lastRuns.flatMap(({ last_run_id: id }) => (id === null || runs.has(id) ? [] : [id])),
  )
  const instanceOf = new Map([...runs, ...others.map((run) => [run.id, run.instance_id] as const)])
  const latest = lastRuns.flatMap(({ last_run_id: id }) => instanceOf.get(id ?? 0) ?? [])
  const statuses = await statusesOfTests(tx, projectId, latest)
  const statusOf = (id: number) => statuses.get(id) ?? 'NO RUN'
  await updateRows(
    tx,
    'tests',
    projectId,
    chosen.map(({ from }, index) => ({ id: from, ...(lastRuns[index] as LastRun), run_status: statusOf(from) })),
  )
  const pause = createPause()
  for (const both of chosen) {
    await pause()
    const { old, young } = both
    const name = nameOf(both)
    const key = keys.get(both.from)
    const fields = JSON.parse(old.automated_fields) as object
    const cells = {
      name,
      file: young.file ?? old.file,
      automated_fields: key === undefined ? old.automated_fields : JSON.stringify({ ...fields, automation_key: key }),
    }
    keep(both, 'gone', 'tests', young)
    keep(both, 'changed', 'tests', {
      id: old.id,
      name: old.name,
      file: old.file,
      automated_fields: old.automated_fields,
      taken: name,
    })
    await deleteEntity(tx, tests, { ...young })
    await renameTest(tx, old, cells, now)
  }
  addToCounts(tx, projectId, { tests: -chosen.length })
  // Requirements count the tests that are linked to them: with other links they count anew.
  if (linked) return recomputeCovered(tx, projectId, locked.covered.rows.keys())
  const gained = Map.groupBy(plan.taken, ({ both }) => both.from)
  await shiftCovered(
    tx,
    projectId,
    locked.covered,
    chosen.map(({ from, old }, index) => ({
      testId: from,
      status: { from: old.run_status, to: statusOf(from) },
      lastRun: lastRuns[index]?.last_run_at ?? undefined,
      instances: gained.get(from)?.length ?? 0,
    })),
  )
}

/**
 * Joins pairs of tests: the old one goes on with the runs, verdicts, links, failures and quarantines of both, under the
 * key and the name of the new one, which goes. What that moves is kept with the pair. Pairs that cannot be joined, or
 * are already, are told (contract, result-files.md, Renames).
 */
export async function joinTests(tx: Tx, place: Place, pairs: readonly Joining[]): Promise<Joined> {
  const { projectId } = place
  await lockLinks(tx, projectId)
  // Nobody looks for tests by their keys meanwhile in order to make those that are missing.
  await lockAutomation(tx, projectId)
  const locked = await lockAll(tx, projectId, pairs)
  const news = new Set(pairs.map(({ to }) => to))
  const instanceIds = locked.instances.filter((row) => news.has(row.test_id)).map(({ id }) => id)
  const verdicts = await verdictsOfInstances(tx, projectId, instanceIds)
  const { chosen, obstacles } = await chosenOf(tx, projectId, pairs, locked, verdicts)
  const joined = { joined: chosen, obstacles, news: new Map(chosen.map(({ to, young }) => [to, young])) }
  if (chosen.length === 0) return { ...joined, told: [] }
  const moves: [number, Move][] = []
  const keep: Keep = ({ renameId }, change, table, row) =>
    moves.push([renameId, { change, table, row: row as Move['row'] }])
  const plan = planOf(chosen, locked.instances)
  const linked = await moveLinks(tx, projectId, chosen, keep)
  const runs = await moveRuns(tx, place, plan, keep)
  await moveHanging(tx, projectId, chosen, plan, keep)
  await moveFindings(tx, place, chosen, plan, keep)
  const keys = await moveKeys(tx, projectId, chosen, keep)
  const own = verdicts.filter((row) => plan.targetOf.has(row.instance_id))
  const told = await moveVerdicts(tx, projectId, own, plan, keep)
  await mergeInstances(tx, place, plan, locked, keep)
  await mergeTests(tx, place, chosen, { plan, locked, keys, runs, linked }, keep)
  await keepMoves(tx, projectId, moves)
  return { ...joined, told }
}
