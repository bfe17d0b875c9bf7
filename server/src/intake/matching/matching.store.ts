import { sql } from 'kysely'
import type { Reader, Tx } from '../../db/handle.ts'
import { prepared } from '../../db/prepared.ts'
import type { InstanceRow, Schema } from '../../db/schema.ts'
import { changeCells, insertRows } from '../../db/store.ts'

/** What a report names a test by, and the test. */
export type AutomationKey = Schema['automation_keys']

const keysByHash = prepared(
  ({ db, dialect }, { projectId, hashes }: { projectId: number; hashes: readonly string[] }) =>
    db
      .selectFrom('automation_keys')
      .selectAll()
      .where('project_id', '=', projectId)
      .where(dialect.oneText(sql.ref('hash'), hashes))
      .orderBy('test_id'),
)

/** The tests that keys name, by key; each list by ascending test. */
export async function testsByKey(
  reader: Reader,
  projectId: number,
  hashes: readonly string[],
): Promise<Map<string, AutomationKey[]>> {
  if (hashes.length === 0) return new Map()
  return Map.groupBy(await keysByHash(reader, { projectId, hashes: [...new Set(hashes)] }), ({ hash }) => hash)
}

/** The formats in which tests have keys already, by test. */
export async function formatsOfTests(
  { db, dialect }: Reader,
  projectId: number,
  testIds: readonly number[],
): Promise<Map<number, Set<string>>> {
  if (testIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('automation_keys')
    .select(['test_id', 'format'])
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('test_id', testIds))
    .execute()
  const formats = new Map<number, Set<string>>()
  for (const { test_id: testId, format } of rows) {
    formats.set(testId, (formats.get(testId) ?? new Set<string>()).add(format))
  }
  return formats
}

/** Ids of the tests with these system ids or numbers, by what named them. */
export async function testsByNumber(
  { db, dialect }: Reader,
  projectId: number,
  { ids, displayIds }: { ids: readonly number[]; displayIds: readonly number[] },
): Promise<{ byId: Set<number>; byDisplayId: Map<number, number> }> {
  const select = (column: 'id' | 'display_id', numbers: readonly number[]) =>
    numbers.length === 0
      ? []
      : db
          .selectFrom('tests')
          .select(['id', 'display_id'])
          .where('project_id', '=', projectId)
          .where(dialect.oneOf(column, numbers))
          .execute()
  const [one, other] = [await select('id', ids), await select('display_id', displayIds)]
  return {
    byId: new Set(one.map(({ id }) => id)),
    byDisplayId: new Map(other.map((row) => [row.display_id, row.id])),
  }
}

/** Which of these tests have a verdict in a build already. */
export async function testsInBuild(
  { db, dialect }: Reader,
  projectId: number,
  buildId: number,
  testIds: readonly number[],
): Promise<Set<number>> {
  if (testIds.length === 0) return new Set()
  const instances = db
    .selectFrom('instances')
    .select('id')
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('test_id', testIds))
  const rows = await db
    .selectFrom('results')
    .select('test_id')
    .distinct()
    .where('project_id', '=', projectId)
    .where('build_id', '=', buildId)
    .where(dialect.oneSelected('instance_id', instances))
    .execute()
  return new Set(rows.map((row) => row.test_id))
}

/** Holds the making of tests from reports still, so that two imports never make one test twice. */
export const lockAutomation = (tx: Tx, projectId: number): Promise<void> =>
  tx.dialect.lock(tx.db, `automation ${projectId}`)

export async function insertKeys(tx: Tx, keys: AutomationKey[]): Promise<void> {
  await insertRows(tx, 'automation_keys', keys, { skipExisting: true })
}

/** Says where the test of a key lies now. */
export async function moveKey(
  tx: Tx,
  { project_id: projectId, hash, test_id: testId }: AutomationKey,
  file: string,
): Promise<void> {
  await tx.db
    .updateTable('automation_keys')
    .set({ file })
    .where('project_id', '=', projectId)
    .where('hash', '=', hash)
    .where('test_id', '=', testId)
    .execute()
  await changeCells(tx, 'tests', { projectId, id: testId, cells: { file } })
}

/**
 * Instances of tests in a set, locked. The set is asked for in a way that no index of sets serves: it may hold a hundred
 * times more than the tests of a batch.
 */
const instancesOfTests = prepared(
  ({ db, dialect }, { projectId, setId, testIds }: { projectId: number; setId: number; testIds: readonly number[] }) =>
    db
      .selectFrom('instances')
      .selectAll()
      .where('project_id', '=', projectId)
      .where(dialect.oneOf('test_id', testIds))
      .where(sql<boolean>`+ set_id = ${setId}`)
      .orderBy('id')
      .modifyEnd(dialect.forUpdate),
)

/** The instances of tests in a set, by ascending id, locked until the transaction ends. */
export const instancesIn = (
  tx: Tx,
  projectId: number,
  setId: number,
  testIds: readonly number[],
): Promise<InstanceRow[]> => instancesOfTests(tx, { projectId, setId, testIds: [...new Set(testIds)] })

/** Tests that only a change made and that nothing happened to since a time, across projects. */
export async function forgottenTests({ db }: Pick<Reader, 'db'>, before: number, most: number) {
  return db
    .selectFrom('tests')
    .select(['project_id', 'id'])
    .where('provisional', '=', 1)
    .where('updated_at', '<', before)
    .where(({ or, eb }) => or([eb('last_run_created_at', 'is', null), eb('last_run_created_at', '<', before)]))
    .orderBy('updated_at')
    .limit(most)
    .execute()
}

/** Tests that mainline has are no longer only those of a change. */
export async function settleTests(tx: Tx, projectId: number, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await tx.db
    .updateTable('tests')
    .set({ provisional: 0 })
    .where('project_id', '=', projectId)
    .where(tx.dialect.oneOf('id', ids))
    .execute()
}
