import { sql } from 'kysely'
import { LockedTooLittle } from '../../db/dialects/dialect.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import type { InstanceRow, SetRow, TestRow } from '../../db/schema.ts'
import { addToCounts, changeCells, findByIds, insertRows, updateRows } from '../../db/store.ts'
import { changesOf, note } from '../../features/entities/entity-store.ts'
import { type Covered, lockCovered, recomputeCovered, shiftCovered } from '../../features/links/coverage.ts'
import { shiftedTotals, totalsOf } from '../../features/statuses/status-totals.ts'
import { statusesOfTests } from '../tests/test-status.store.ts'
import { dueTime } from './due-times.rules.ts'
import { instances } from './instances.resource.ts'

/** Sets, tests and their requirements, locked in the one order of contract §1.10, each ascending. */
export async function lockParents(tx: Tx, projectId: number, setIds: readonly number[], testIds: readonly number[]) {
  const sets = await findByIds(tx, 'sets', projectId, setIds, { lock: true })
  const tests = await findByIds(tx, 'tests', projectId, testIds, { lock: true })
  return {
    sets: new Map(sets.map((set) => [set.id, set])),
    tests: new Map(tests.map((test) => [test.id, test])),
    covered: await lockCovered(tx, projectId, testIds),
  }
}

/** An instance about to be stored; columns left out take their defaults. */
export type NewInstance = Pick<InstanceRow, 'set_id' | 'test_id'> & Partial<InstanceRow>

/** Stores instances of locked sets and keeps the sets' counters. Returns the new rows, in order. */
export async function insertInstances(
  tx: Tx,
  o: {
    projectId: number
    news: readonly NewInstance[]
    sets: ReadonlyMap<number, SetRow>
    tests: ReadonlyMap<number, TestRow>
    covered: Covered
    now: number
    /** Who is recorded; left out = the owner of the token. */
    userId?: number | null
  },
): Promise<InstanceRow[]> {
  const added = new Map<number, { count: number; estimate: number }>()
  const rows = o.news.map((instance): InstanceRow => {
    const change = added.get(instance.set_id) ?? { count: 0, estimate: 0 }
    added.set(instance.set_id, change)
    change.count++
    change.estimate += o.tests.get(instance.test_id)?.duration_estimate ?? 0
    const row: InstanceRow = {
      project_id: o.projectId,
      id: tx.nextId(),
      number: (o.sets.get(instance.set_id)?.last_instance_number ?? 0) + change.count,
      custom_fields: '{}',
      tester_id: null,
      priority: null,
      version: null,
      last_run_duration: 0,
      planned_execution: null,
      assigned_to_id: null,
      assigned_to_type: null,
      parameters: '{}',
      last_run_at: null,
      last_run_created_at: null,
      last_run_id: null,
      run_status: 'NO RUN',
      due_at: null,
      claimed_until: null,
      variant: null,
      created_at: o.now,
      updated_at: o.now,
      ...instance,
    }
    row.due_at = dueTime(row, o.sets.get(row.set_id), o.tests.get(row.test_id))
    return row
  })
  await insertRows(tx, 'instances', rows)
  for (const row of rows) {
    const shown = { ...row, set_display_id: o.sets.get(row.set_id)?.display_id }
    const changes = changesOf(instances, undefined, shown)
    note(tx, instances, shown, { action: 'create', userId: o.userId, changes })
  }
  const sets = [...added].map(([setId, { count, estimate }]) => {
    const set = o.sets.get(setId) as SetRow
    return {
      id: setId,
      ...shiftedTotals(set, new Map([['NO RUN', count]])),
      instances_count: set.instances_count + count,
      last_instance_number: set.last_instance_number + count,
      duration_estimate: set.duration_estimate + estimate,
    }
  })
  await updateRows(tx, 'sets', o.projectId, sets)
  const perTest = Map.groupBy(rows, (row) => row.test_id)
  await shiftCovered(
    tx,
    o.projectId,
    o.covered,
    [...perTest].map(([testId, members]) => ({ testId, instances: members.length })),
  )
  addToCounts(tx, o.projectId, { instances: rows.length })
  return rows
}

/** Recomputes everything kept with a set from its instances; for deletions, where a maximum may go down. */
export async function recomputeSet(tx: Tx, projectId: number, setId: number): Promise<void> {
  const groups = await tx.db
    .selectFrom('instances as i')
    .innerJoin('tests as t', (join) => join.onRef('t.project_id', '=', 'i.project_id').onRef('t.id', '=', 'i.test_id'))
    .select(({ fn }) => [
      'i.run_status',
      fn.countAll<number>().as('n'),
      fn.max('i.last_run_at').as('last_run_at'),
      fn.sum<number>('i.last_run_duration').as('actual'),
      fn.sum<number>('t.duration_estimate').as('estimate'),
    ])
    .where('i.project_id', '=', projectId)
    .where('i.set_id', '=', setId)
    .groupBy('i.run_status')
    .execute()
  const sum = (column: 'actual' | 'estimate') => groups.reduce((total, group) => total + Number(group[column]), 0)
  await changeCells(tx, 'sets', {
    projectId,
    id: setId,
    cells: {
      ...totalsOf(groups.map((group) => ({ ...group, instances: group.n }))),
      actual_duration: sum('actual'),
      duration_estimate: sum('estimate'),
    },
  })
}

/** Recomputes the status and the latest run kept with a test from its instances, and what its requirements keep of it. */
export async function recomputeTest(tx: Tx, projectId: number, testId: number): Promise<void> {
  const latest = await tx.db
    .selectFrom('instances')
    .select(['id', 'last_run_at', 'last_run_created_at', 'last_run_id'])
    .where('project_id', '=', projectId)
    .where('test_id', '=', testId)
    .where('last_run_at', 'is not', null)
    .orderBy('last_run_at', 'desc')
    .orderBy('last_run_created_at', 'desc')
    .orderBy('last_run_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const { id, ...moment } = latest ?? { last_run_at: null, last_run_created_at: null, last_run_id: null }
  const statuses = await statusesOfTests(tx, projectId, id === undefined ? [] : [id])
  await changeCells(tx, 'tests', {
    projectId,
    id: testId,
    cells: { ...moment, run_status: statuses.get(testId) ?? 'NO RUN' },
  })
  const covered = await lockCovered(tx, projectId, [testId])
  await recomputeCovered(tx, projectId, covered.rows.keys())
}

async function setsOfTest(tx: Tx, projectId: number, testId: number): Promise<number[]> {
  const rows = await tx.db
    .selectFrom('instances')
    .select('set_id')
    .distinct()
    .where('project_id', '=', projectId)
    .where('test_id', '=', testId)
    .execute()
  return rows.map((row) => row.set_id)
}

/**
 * Locks a test with the sets that hold it, which come first, and the requirements it covers. Whoever puts a test into a
 * set locks the test, so that no set can come to them after that.
 */
export async function lockTestAndSets(tx: Tx, projectId: number, testId: number) {
  const setIds = await setsOfTest(tx, projectId, testId)
  const locked = await lockParents(tx, projectId, setIds, [testId])
  const now = await setsOfTest(tx, projectId, testId)
  if (now.some((setId) => !locked.sets.has(setId))) throw new LockedTooLittle('The test came into another set')
  return { setIds: now, ...locked }
}

/** A test's estimate changed by so many seconds: each set changes by that times its instances of the test. */
export async function shiftDurationEstimate(tx: Tx, projectId: number, testId: number, by: number): Promise<void> {
  await sql`update sets set duration_estimate = duration_estimate + ${by} * (
      select count(*) from instances i where i.project_id = ${projectId} and i.test_id = ${testId} and i.set_id = sets.id)
    where project_id = ${projectId} and id in (
      select set_id from instances where project_id = ${projectId} and test_id = ${testId})`.execute(tx.db)
}

/** How many runs and step-runs hang on a condition over runs, as changes of the kept counts. */
export async function countsBelow(
  tx: Tx,
  projectId: number,
  column: 'test_id' | 'set_id' | 'instance_id' | 'id',
  id: number,
): Promise<{ runs: number; step_runs: number }> {
  const row = await tx.db
    .selectFrom('runs as r')
    .leftJoin('step_runs as s', (join) =>
      join.onRef('s.project_id', '=', 'r.project_id').onRef('s.run_id', '=', 'r.id'),
    )
    .select(({ fn }) => [fn.count<number>('r.id').distinct().as('runs'), fn.count<number>('s.id').as('steps')])
    .where('r.project_id', '=', projectId)
    .where(`r.${column}`, '=', id)
    .executeTakeFirstOrThrow()
  return { runs: -Number(row.runs), step_runs: -Number(row.steps) }
}

/** History of the instances that go with their set or test, before they go. */
export async function noteDropped(tx: Tx, projectId: number, column: 'set_id' | 'test_id', id: number): Promise<void> {
  const rows = await tx.db
    .selectFrom('instances as i')
    .innerJoin('sets as s', (join) => join.onRef('s.project_id', '=', 'i.project_id').onRef('s.id', '=', 'i.set_id'))
    .selectAll('i')
    .select('s.display_id as set_display_id')
    .where('i.project_id', '=', projectId)
    .where(`i.${column}`, '=', id)
    .orderBy('i.id')
    .execute()
  for (const row of rows) {
    note(tx, instances, { ...row }, { action: 'delete', changes: changesOf(instances, { ...row }, undefined) })
  }
}

/** Removes a locked test's instances and their runs, and recomputes the sets; returns the changes of the kept counts. */
export async function dropTestFromSets(tx: Tx, projectId: number, testId: number, setIds: readonly number[]) {
  const below = await countsBelow(tx, projectId, 'test_id', testId)
  await noteDropped(tx, projectId, 'test_id', testId)
  const { numDeletedRows } = await tx.db
    .deleteFrom('instances')
    .where('project_id', '=', projectId)
    .where('test_id', '=', testId)
    .executeTakeFirstOrThrow()
  for (const setId of [...setIds].sort((a, b) => a - b)) await recomputeSet(tx, projectId, setId)
  return { instances: -Number(numDeletedRows), ...below }
}

/** How many instances of a test in a set hold which parameters. */
export async function countParameters(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  { set_id, test_id }: Pick<InstanceRow, 'set_id' | 'test_id'>,
) {
  return db
    .selectFrom('instances')
    .select(({ fn }) => ['parameters', fn.countAll<number>().as('n')])
    .where('project_id', '=', projectId)
    .where('test_id', '=', test_id)
    .where('set_id', '=', set_id)
    .groupBy('parameters')
    .execute()
}

/** The lowest instance of a test in a set. */
export async function firstInstance(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  { setId, testId }: { setId: number; testId: number },
): Promise<number | undefined> {
  const row = await db
    .selectFrom('instances')
    .select('id')
    .where('project_id', '=', projectId)
    .where('set_id', '=', setId)
    .where('test_id', '=', testId)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row?.id
}

/** The instances of a set, by id. */
export async function instancesOfSet({ db }: Pick<Reader, 'db'>, projectId: number, setId: number) {
  return db
    .selectFrom('instances')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('set_id', '=', setId)
    .orderBy('id')
    .execute()
}

/** The tests that are in a set, by ascending id. */
export async function testsOfSet({ db }: Pick<Reader, 'db'>, projectId: number, setId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('instances')
    .select('test_id')
    .distinct()
    .where('project_id', '=', projectId)
    .where('set_id', '=', setId)
    .execute()
  return rows.map((row) => row.test_id).sort((a, b) => a - b)
}

/** The lowest instance in the set of a display-id: the one of that number, or of the test of that display-id. */
export async function instanceByDisplayIds(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  setDisplayId: number,
  which: { number: number } | { testDisplayId: number },
): Promise<number | undefined> {
  const row = await db
    .selectFrom('instances as i')
    .innerJoin('sets as s', (join) => join.onRef('s.project_id', '=', 'i.project_id').onRef('s.id', '=', 'i.set_id'))
    .innerJoin('tests as t', (join) => join.onRef('t.project_id', '=', 'i.project_id').onRef('t.id', '=', 'i.test_id'))
    .select('i.id')
    .where('i.project_id', '=', projectId)
    .where('s.display_id', '=', setDisplayId)
    .where((eb) =>
      'number' in which ? eb('i.number', '=', which.number) : eb('t.display_id', '=', which.testDisplayId),
    )
    .orderBy('i.id')
    .limit(1)
    .executeTakeFirst()
  return row?.id
}
