import { sql } from 'kysely'
import { fold } from '../../core/text.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import { prepared } from '../../db/prepared.ts'
import type { Schema } from '../../db/schema.ts'
import { insertRows, nextDisplayIds, updateRows } from '../../db/store.ts'
import type { Signature } from './signature.ts'

export type FailureRow = Schema['failures']

/** A failed attempt, as far as its failure is concerned. */
export interface Occurrence extends Signature {
  testId: number
  sample: string
  at: number
}

const bySignature = prepared(
  ({ db, dialect }, { projectId, signatures }: { projectId: number; signatures: readonly string[] }) =>
    db
      .selectFrom('failures')
      .selectAll()
      .where('project_id', '=', projectId)
      .where(dialect.oneText(sql.ref('signature'), signatures))
      .orderBy('id')
      .modifyEnd(dialect.forUpdate),
)

/** Pairs of failures with something that were seen together before. */
async function pairsSeen(
  { db, dialect }: Reader,
  table: 'failure_tests' | 'failure_builds',
  column: 'test_id' | 'build_id',
  projectId: number,
  pairs: readonly (readonly [number, number])[],
): Promise<Set<string>> {
  const rows = await db
    .selectFrom(table as 'failure_tests')
    .select(['failure_id', `${column as 'test_id'} as other`])
    .where('project_id', '=', projectId)
    .where(dialect.onePairOf(['failure_id', column], pairs))
    .execute()
  return new Set(rows.map((row) => `${row.failure_id} ${row.other}`))
}

const pairText = ([failureId, other]: readonly [number, number]) => `${failureId} ${other}`

/** Keeps which tests and builds failures were seen in; answers how many pairs are new, by failure. */
async function keepPairs(
  tx: Tx,
  o: { projectId: number; buildId: number; at: number },
  byFailure: ReadonlyMap<number, readonly Occurrence[]>,
): Promise<{ tests: Map<number, number>; builds: Set<number> }> {
  const { projectId, buildId } = o
  const testPairs = [
    ...new Map(
      [...byFailure].flatMap(([id, seen]) =>
        seen.map(({ testId }) => [`${id} ${testId}`, [id, testId] as const] as const),
      ),
    ).values(),
  ]
  const known = await pairsSeen(tx, 'failure_tests', 'test_id', projectId, testPairs)
  const newPairs = testPairs.filter((pair) => !known.has(pairText(pair)))
  await insertRows(
    tx,
    'failure_tests',
    newPairs.map(([failure_id, test_id]) => ({ project_id: projectId, failure_id, test_id })),
    { skipExisting: true },
  )
  const tests = new Map<number, number>()
  for (const [id] of newPairs) tests.set(id, (tests.get(id) ?? 0) + 1)
  const buildPairs = [...byFailure.keys()].map((id) => [id, buildId] as const)
  const builtBefore = await pairsSeen(tx, 'failure_builds', 'build_id', projectId, buildPairs)
  const builds = new Set(buildPairs.filter((pair) => !builtBefore.has(pairText(pair))).map(([id]) => id))
  await insertRows(
    tx,
    'failure_builds',
    [...builds].map((id) => ({
      project_id: projectId,
      failure_id: id,
      build_id: buildId,
      occurrences: byFailure.get(id)?.length ?? 0,
      seen_at: o.at,
    })),
  )
  for (const [id, seen] of byFailure) {
    if (builds.has(id)) continue
    await tx.db
      .updateTable('failure_builds')
      .set((eb) => ({ occurrences: eb('occurrences', '+', seen.length), seen_at: o.at }))
      .where('project_id', '=', projectId)
      .where('failure_id', '=', id)
      .where('build_id', '=', buildId)
      .execute()
  }
  return { tests, builds }
}

const newRow = (
  projectId: number,
  id: number,
  displayId: number,
  seen: Occurrence,
  buildId: number,
  now: number,
): FailureRow => ({
  project_id: projectId,
  id,
  display_id: displayId,
  signature: seen.signature,
  cause: seen.cause,
  kind: seen.kind,
  title: seen.title,
  title_folded: fold(seen.title),
  sample: seen.sample,
  state: 'open',
  issue_id: null,
  assigned_to_id: null,
  note: null,
  occurrences: 0,
  tests_count: 0,
  builds_count: 0,
  first_seen_at: seen.at,
  last_seen_at: seen.at,
  first_build_id: buildId,
  last_build_id: buildId,
  created_at: now,
  updated_at: now,
})

/**
 * Counts failed attempts with the failures that they are occurrences of, which are made where they are new. Answers the
 * failures as they were before, by signature, and which are new. On mainline a failure that was fixed is open again.
 */
export async function recordFailures(
  tx: Tx,
  occurrences: readonly Occurrence[],
  o: { projectId: number; buildId: number; isMainline: boolean; now: number },
): Promise<Map<string, FailureRow>> {
  if (occurrences.length === 0) return new Map()
  const { projectId, buildId, now } = o
  const groups = Map.groupBy(occurrences, ({ signature }) => signature)
  const signatures = [...groups.keys()].sort()
  let rows = await bySignature(tx, { projectId, signatures })
  if (rows.length < signatures.length) {
    await tx.dialect.lock(tx.db, `failures ${projectId}`)
    rows = await bySignature(tx, { projectId, signatures })
    const known = new Set(rows.map((row) => row.signature))
    const news = signatures.filter((signature) => !known.has(signature))
    if (news.length > 0) {
      const first = await nextDisplayIds(tx, projectId, 'failures', news.length)
      const made = news.map((signature, index) => {
        const [seen] = groups.get(signature) as [Occurrence]
        return newRow(projectId, tx.nextId(), first + index, seen, buildId, now)
      })
      await insertRows(tx, 'failures', made)
      rows.push(...made)
    }
  }
  const byFailure = new Map(rows.map((row) => [row.id, groups.get(row.signature) as Occurrence[]]))
  const { tests, builds } = await keepPairs(tx, { projectId, buildId, at: now }, byFailure)
  const changed = rows.map((row) => {
    const seen = byFailure.get(row.id) as Occurrence[]
    const times = seen.map(({ at }) => at)
    return {
      id: row.id,
      occurrences: row.occurrences + seen.length,
      tests_count: row.tests_count + (tests.get(row.id) ?? 0),
      builds_count: row.builds_count + (builds.has(row.id) ? 1 : 0),
      first_seen_at: Math.min(row.first_seen_at, ...times),
      last_seen_at: Math.max(row.last_seen_at, ...times),
      last_build_id: buildId,
      state: row.state === 'fixed' && o.isMainline ? 'open' : row.state,
      updated_at: now,
    }
  })
  await updateRows(tx, 'failures', projectId, changed)
  return new Map(rows.map((row) => [row.signature, row]))
}

/** A failure, locked until the transaction ends. */
export async function lockFailure(tx: Tx, projectId: number, id: number): Promise<FailureRow | undefined> {
  return tx.db
    .selectFrom('failures')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .modifyEnd(tx.dialect.forUpdate)
    .executeTakeFirst()
}

/** The tests that failed so, as many as an issue is linked to. */
export async function testsOfFailure({ db }: Pick<Reader, 'db'>, projectId: number, id: number): Promise<number[]> {
  const rows = await db
    .selectFrom('failure_tests')
    .select('test_id')
    .where('project_id', '=', projectId)
    .where('failure_id', '=', id)
    .orderBy('test_id')
    .limit(1000)
    .execute()
  return rows.map((row) => row.test_id)
}
