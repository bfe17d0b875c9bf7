import { sql } from 'kysely'
import type { Reader, Tx } from '../../db/handle.ts'
import { prepared } from '../../db/prepared.ts'
import type { InstanceRow, Schema } from '../../db/schema.ts'
import { insertRows } from '../../db/store.ts'
import type { ResultRow } from '../builds/verdicts.rules.ts'
import type { Called } from './renames.rules.ts'

export type RenameRow = Schema['renames']
export type AutomationKeyRow = Schema['automation_keys']
export type FailureTestRow = Schema['failure_tests']
export type LinkRow = Schema['links']
export type FlakyRow = Schema['flaky_tests']
export type QuarantineRow = Schema['quarantines']

/** What hangs on tests and instances by their word. */
export const HANGING = ['attachments', 'comments'] as const
export type Hanging = (typeof HANGING)[number]

const verdictsAfter = prepared(({ db }, o: { projectId: number; buildId: number; after: number; most: number }) =>
  db
    .selectFrom('results')
    .select(['instance_id', 'test_id', 'variant', 'status', 'change', 'rank', 'base_build_id'])
    .where('project_id', '=', o.projectId)
    .where('build_id', '=', o.buildId)
    .where('instance_id', '>', o.after)
    .orderBy('instance_id')
    .limit(sql<number>`${o.most}`),
)

const AT_ONCE = 5000

/** The verdicts of a build, some at a time, so that nobody waits for all of them. */
export async function* verdictsOf(reader: Pick<Reader, 'db' | 'dialect'>, projectId: number, buildId: number) {
  for (let after = 0; ; ) {
    const rows = await verdictsAfter(reader, { projectId, buildId, after, most: AT_ONCE })
    yield rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < AT_ONCE) return
    after = last.instance_id
  }
}

/** Which of some tests were made since a time. */
export async function madeSince(
  { db, dialect }: Reader,
  projectId: number,
  ids: readonly number[],
  since: number,
): Promise<number[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('tests')
    .select('id')
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('id', ids))
    .where('created_at', '>=', since)
    .execute()
  return rows.map((row) => row.id)
}

/** What reports call tests: by each of their keys. */
export async function namesInReports(
  { db, dialect }: Reader,
  projectId: number,
  testIds: readonly number[],
): Promise<Called[]> {
  if (testIds.length === 0) return []
  const rows = await db
    .selectFrom('automation_keys')
    .select(['test_id', 'name', 'class_name', 'file'])
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('test_id', testIds))
    .orderBy('test_id')
    .execute()
  return rows.flatMap(({ test_id: testId, name, class_name: className, file }) =>
    name === null ? [] : [{ testId, name, className, file }],
  )
}

/** Names of tests as they are now, by id. */
export async function namesOfTests(
  { db, dialect }: Reader,
  projectId: number,
  ids: readonly number[],
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('tests')
    .select(['id', 'name'])
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('id', ids))
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** The pairs of a build of some tests, by the two. */
export async function pairsKnown(
  { db, dialect }: Reader,
  projectId: number,
  buildId: number,
  fromIds: readonly number[],
): Promise<Map<string, RenameRow>> {
  if (fromIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('renames')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('build_id', '=', buildId)
    .where(dialect.oneOf('from_test_id', fromIds))
    .execute()
  return new Map(rows.map((row) => [`${row.from_test_id} ${row.to_test_id}`, row]))
}

export async function insertRenames(tx: Tx, rows: RenameRow[]): Promise<void> {
  await insertRows(tx, 'renames', rows)
}

/** A pair of a build, locked until the transaction ends. */
export async function lockRename(
  tx: Tx,
  projectId: number,
  buildId: number,
  id: number,
): Promise<RenameRow | undefined> {
  return tx.db
    .selectFrom('renames')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .where('build_id', '=', buildId)
    .modifyEnd(tx.dialect.forUpdate)
    .executeTakeFirst()
}

/** Pairs that nobody joined are looked for anew; those that people parted stay. */
export async function forgetProposed(tx: Tx, projectId: number, buildId: number): Promise<void> {
  await tx.db
    .deleteFrom('renames')
    .where('project_id', '=', projectId)
    .where('build_id', '=', buildId)
    .where('state', '=', 'proposed')
    .where('parted_at', 'is', null)
    .execute()
}

/** Instances of tests, by ascending id. */
export async function instancesOfTests(
  { db, dialect }: Reader,
  projectId: number,
  testIds: readonly number[],
): Promise<InstanceRow[]> {
  return db
    .selectFrom('instances')
    .selectAll()
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('test_id', testIds))
    .orderBy('id')
    .execute()
}

/** Instances of tests in some sets, by ascending id, locked until the transaction ends. */
export async function lockInstancesIn(
  tx: Tx,
  projectId: number,
  testIds: readonly number[],
  setIds: readonly number[],
): Promise<InstanceRow[]> {
  return tx.db
    .selectFrom('instances')
    .selectAll()
    .where('project_id', '=', projectId)
    .where(tx.dialect.oneOf('test_id', testIds))
    .where(tx.dialect.oneOf('set_id', setIds))
    .orderBy('id')
    .modifyEnd(tx.dialect.forUpdate)
    .execute()
}

/** Tests that steps of others call. */
export async function calledTests(
  { db, dialect }: Reader,
  projectId: number,
  testIds: readonly number[],
): Promise<Set<number>> {
  const rows = await db
    .selectFrom('steps')
    .select('test_to_call_id')
    .distinct()
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('test_to_call_id', testIds))
    .execute()
  return new Set(rows.map((row) => Number(row.test_to_call_id)))
}

/** The verdicts of instances in all builds. */
export async function verdictsOfInstances(
  { db, dialect }: Reader,
  projectId: number,
  instanceIds: readonly number[],
): Promise<ResultRow[]> {
  if (instanceIds.length === 0) return []
  return db
    .selectFrom('results')
    .selectAll()
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('instance_id', instanceIds))
    .orderBy('build_id')
    .orderBy('instance_id')
    .execute()
}

/** Which tests have a verdict in some builds, of some instances. */
export async function testsWithVerdicts(
  { db, dialect }: Reader,
  projectId: number,
  { buildIds, instanceIds }: { buildIds: readonly number[]; instanceIds: readonly number[] },
): Promise<Set<number>> {
  if (buildIds.length === 0 || instanceIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('results')
    .select('test_id')
    .distinct()
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('build_id', buildIds))
    .where(dialect.oneOf('instance_id', instanceIds))
    .execute()
  return new Set(rows.map((row) => row.test_id))
}

export async function deleteVerdicts(
  tx: Tx,
  projectId: number,
  pairs: readonly (readonly [build: number, instance: number])[],
): Promise<void> {
  if (pairs.length === 0) return
  await tx.db
    .deleteFrom('results')
    .where('project_id', '=', projectId)
    .where(tx.dialect.onePairOf(['build_id', 'instance_id'], pairs))
    .execute()
}

/** Runs of instances, as far as they are moved. */
export async function runsOfInstances(
  { db, dialect }: Reader,
  projectId: number,
  instanceIds: readonly number[],
): Promise<{ id: number; instance_id: number; test_id: number }[]> {
  if (instanceIds.length === 0) return []
  return db
    .selectFrom('runs')
    .select(['id', 'instance_id', 'test_id'])
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('instance_id', instanceIds))
    .orderBy('id')
    .execute()
}

/** How many runs and instances a test has. */
export async function sizeOfTest(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  testId: number,
): Promise<{ runs: number; instances: number }> {
  const count = async (table: 'runs' | 'instances') => {
    const row = await db
      .selectFrom(table as 'runs')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('project_id', '=', projectId)
      .where('test_id', '=', testId)
      .executeTakeFirstOrThrow()
    return Number(row.n)
  }
  return { runs: await count('runs'), instances: await count('instances') }
}

/** What hangs on tests or instances, by ascending id. */
export async function hangingOn(
  { db, dialect }: Reader,
  projectId: number,
  table: Hanging,
  word: 'test' | 'instance',
  ids: readonly number[],
): Promise<{ id: number; entity_id: number }[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom(table as 'comments')
    .select(['id', 'entity_id'])
    .where('project_id', '=', projectId)
    .where('entity', '=', word)
    .where(dialect.oneOf('entity_id', ids))
    .orderBy('id')
    .execute()
}

/** Links of tests, as they are kept from both ends. */
export async function linksOfTests(
  { db, dialect }: Reader,
  projectId: number,
  testIds: readonly number[],
): Promise<LinkRow[]> {
  const links = db.selectFrom('links').selectAll().where('project_id', '=', projectId)
  const own = await links.where('from_kind', '=', 'tests').where(dialect.oneOf('from_id', testIds)).execute()
  return own.flatMap((link) => [
    link,
    { ...link, from_kind: link.to_kind, from_id: link.to_id, to_kind: link.from_kind, to_id: link.from_id },
  ])
}

export async function deleteLinks(tx: Tx, links: readonly LinkRow[]): Promise<void> {
  for (const link of links) {
    await tx.db
      .deleteFrom('links')
      .where('project_id', '=', link.project_id)
      .where('from_kind', '=', link.from_kind)
      .where('from_id', '=', link.from_id)
      .where('to_kind', '=', link.to_kind)
      .where('to_id', '=', link.to_id)
      .where('via', '=', link.via)
      .execute()
  }
}

/** Rows of a table that name tests. */
export async function rowsOfTests<T extends 'automation_keys' | 'failure_tests' | 'quarantines'>(
  { db, dialect }: Reader,
  table: T,
  projectId: number,
  testIds: readonly number[],
): Promise<Schema[T][]> {
  if (testIds.length === 0) return []
  const rows = await db
    .selectFrom(table as 'automation_keys')
    .selectAll()
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('test_id', testIds))
    .orderBy('test_id')
    .execute()
  return rows as unknown as Schema[T][]
}

/** What is known of the flakiness of instances. */
export async function flakinessOf(
  { db, dialect }: Reader,
  projectId: number,
  instanceIds: readonly number[],
): Promise<FlakyRow[]> {
  if (instanceIds.length === 0) return []
  return db
    .selectFrom('flaky_tests')
    .selectAll()
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('instance_id', instanceIds))
    .orderBy('instance_id')
    .execute()
}

export async function nameTestOfFlaky(tx: Tx, projectId: number, instanceId: number, testId: number): Promise<void> {
  await tx.db
    .updateTable('flaky_tests')
    .set({ test_id: testId })
    .where('project_id', '=', projectId)
    .where('instance_id', '=', instanceId)
    .execute()
}

export async function deleteKey(tx: Tx, projectId: number, hash: string, testId: number): Promise<void> {
  await tx.db
    .deleteFrom('automation_keys')
    .where('project_id', '=', projectId)
    .where('hash', '=', hash)
    .where('test_id', '=', testId)
    .execute()
}

export async function deleteFailureTest(tx: Tx, { project_id, failure_id, test_id }: FailureTestRow): Promise<void> {
  await tx.db
    .deleteFrom('failure_tests')
    .where('project_id', '=', project_id)
    .where('failure_id', '=', failure_id)
    .where('test_id', '=', test_id)
    .execute()
}

/** Adds to the number of tests that failures were seen in; by ascending id, as whoever counts occurrences locks them. */
export async function shiftTestsOfFailures(
  tx: Tx,
  projectId: number,
  changes: ReadonlyMap<number, number>,
): Promise<void> {
  for (const [id, by] of [...changes].sort(([a], [b]) => a - b)) {
    if (by === 0) continue
    await tx.db
      .updateTable('failures')
      .set((eb) => ({ tests_count: eb('tests_count', '+', by) }))
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .execute()
  }
}

/** Whether a test has a run with a failure. */
export async function failedSo(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  failureId: number,
  testId: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('runs')
    .select('id')
    .where('project_id', '=', projectId)
    .where('failure_id', '=', failureId)
    .where('test_id', '=', testId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteInstances(tx: Tx, projectId: number, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await tx.db.deleteFrom('instances').where('project_id', '=', projectId).where(tx.dialect.oneOf('id', ids)).execute()
}

/** A row as it was before a pair was joined, and what became of it: it is `gone`, was `changed`, or was `added`. */
export interface Move {
  change: 'gone' | 'changed' | 'added'
  table: MovedTable
  row: Record<string, string | number | null>
}

export const MOVED_TABLES = [
  'tests',
  'instances',
  'runs',
  'results',
  'automation_keys',
  'failure_tests',
  'flaky_tests',
  'quarantines',
  'links',
  ...HANGING,
] as const
export type MovedTable = (typeof MOVED_TABLES)[number]

export async function keepMoves(
  tx: Tx,
  projectId: number,
  moves: readonly (readonly [renameId: number, move: Move])[],
): Promise<void> {
  const positions = new Map<number, number>()
  const rows = moves.map(([renameId, { change, table, row }]) => {
    const position = (positions.get(renameId) ?? 0) + 1
    positions.set(renameId, position)
    return { project_id: projectId, rename_id: renameId, position, change, of_table: table, row: JSON.stringify(row) }
  })
  await insertRows(tx, 'rename_moves', rows)
}

/**
 * What joining a pair moved, in order. Rows may have come with a restored database: only tables that are moved, and
 * columns that are words, become part of a statement; which project they are of is never theirs to say.
 */
export async function movesOf({ db }: Pick<Reader, 'db'>, projectId: number, renameId: number): Promise<Move[]> {
  const rows = await db
    .selectFrom('rename_moves')
    .select(['change', 'of_table', 'row'])
    .where('project_id', '=', projectId)
    .where('rename_id', '=', renameId)
    .orderBy('position')
    .execute()
  return rows.map(({ change, of_table: table, row }) => {
    const cells = Object.entries(JSON.parse(row) as Move['row']).filter(([column]) => /^[a-z_]+$/.test(column))
    if (!MOVED_TABLES.includes(table as MovedTable)) throw new Error(`A pair of tests moved no rows of ${table}`)
    return {
      change: change as Move['change'],
      table: table as MovedTable,
      row: { ...Object.fromEntries(cells), project_id: projectId },
    }
  })
}

export async function forgetMoves(tx: Tx, projectId: number, renameId: number): Promise<void> {
  await tx.db.deleteFrom('rename_moves').where('project_id', '=', projectId).where('rename_id', '=', renameId).execute()
}
