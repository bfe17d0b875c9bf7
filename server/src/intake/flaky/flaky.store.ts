import { sql } from 'kysely'
import type { Reader, Tx } from '../../db/handle.ts'
import type { InstanceRow, Schema } from '../../db/schema.ts'
import { findByIds, insertRows } from '../../db/store.ts'
import type { InstanceVerdict } from './flaky.rules.ts'

export type FlakyRow = Schema['flaky_tests']

/** Which instances of an import are worth a look: those that passed as before say nothing new. */
export async function suspectsOf(
  { db, dialect }: Pick<Reader, 'db' | 'dialect'>,
  o: { projectId: number; buildId: number; importId: number; commit: string | null; most: number },
): Promise<number[]> {
  const ofImport = () =>
    db
      .selectFrom('results as r')
      .select('r.instance_id')
      .where('r.project_id', '=', o.projectId)
      .where('r.build_id', '=', o.buildId)
      .where('r.import_id', '=', o.importId)
  // Failures, what is flaky, and what was mended: the first ranks.
  const told = ofImport().where(sql<boolean>`(r.rank <= 2 or r.change = 'fixed')`)
  const listed = db.selectFrom('flaky_tests').select('instance_id').where('project_id', '=', o.projectId)
  const known = ofImport().where(dialect.oneSelected('r.instance_id', listed))
  let all = told.union(known)
  if (o.commit !== null) {
    const failedBefore = (commit: string) =>
      db
        .selectFrom('builds as b')
        .innerJoin('results as o', (join) =>
          join.onRef('o.project_id', '=', 'b.project_id').onRef('o.build_id', '=', 'b.id').on('o.rank', '<=', 1),
        )
        .select('o.instance_id')
        .where('b.project_id', '=', o.projectId)
        .where('b.commit_id', '=', commit)
        .where('b.id', '<>', o.buildId)
    all = all.union(ofImport().where(dialect.oneSelected('r.instance_id', failedBefore(o.commit))))
  }
  const rows = await db.selectFrom(all.as('s')).select('instance_id').orderBy('instance_id').limit(o.most).execute()
  return rows.map((row) => row.instance_id)
}

/** A verdict with what it is of. */
export interface HistoricVerdict extends InstanceVerdict {
  instanceId: number
  testId: number
  setId: number
  owner: string | null
}

/** The verdicts of instances since a time, by instance, in the order in which their builds started. */
export async function historyOf(
  { db, dialect }: Reader,
  projectId: number,
  instanceIds: readonly number[],
  since: number,
): Promise<Map<number, HistoricVerdict[]>> {
  const rows = await db
    .selectFrom('results as r')
    .innerJoin('builds as b', (join) =>
      join.onRef('b.project_id', '=', 'r.project_id').onRef('b.id', '=', 'r.build_id'),
    )
    .select([
      'r.instance_id',
      'r.test_id',
      'r.set_id',
      'r.build_id',
      'r.build_started_at',
      'r.variant',
      'r.status',
      'r.flaky',
      'r.cause',
      'r.counts',
      'r.owner',
      'b.kind',
      'b.commit_id',
      'b.base_commit',
      'b.pull_request',
      'b.state',
      'b.scope',
    ])
    .where('r.project_id', '=', projectId)
    .where(dialect.oneOf('r.instance_id', instanceIds))
    .where('r.build_started_at', '>=', since)
    .orderBy('r.instance_id')
    .orderBy('r.build_started_at')
    .orderBy('r.build_id')
    .execute()
  const verdicts = rows.map(
    (row): HistoricVerdict => ({
      instanceId: row.instance_id,
      testId: row.test_id,
      setId: row.set_id,
      owner: row.owner,
      buildId: row.build_id,
      startedAt: row.build_started_at,
      kind: row.kind as InstanceVerdict['kind'],
      commit: row.commit_id,
      baseCommit: row.base_commit,
      pullRequest: row.pull_request,
      variant: row.variant,
      isCut: row.state === 'cut',
      isInfrastructure: row.counts === 0,
      isFullJob: row.scope === 'full' && row.state !== 'cut',
      verdict: row.status as InstanceVerdict['verdict'],
      passedOnRetry: row.flaky === 1,
      cause: row.cause,
    }),
  )
  return Map.groupBy(verdicts, ({ instanceId }) => instanceId)
}

/** How many tests failed with each cause in some builds, by build and cause. */
export async function testsPerCause(
  { db, dialect }: Reader,
  projectId: number,
  { buildIds, causes }: { buildIds: readonly number[]; causes: readonly string[] },
): Promise<Map<string, number>> {
  if (buildIds.length === 0 || causes.length === 0) return new Map()
  const rows = await db
    .selectFrom('results')
    .select(({ fn }) => ['build_id', 'cause', fn.countAll<number>().as('n')])
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('build_id', buildIds))
    .where('rank', '<=', 1)
    .where(dialect.oneText(sql.ref('cause'), causes))
    .groupBy(['build_id', 'cause'])
    .execute()
  return new Map(rows.map(({ build_id: id, cause, n }) => [`${id} ${cause}`, Number(n)]))
}

/** What is known of instances, by instance; locked until the transaction ends. */
export async function flakyRows(
  tx: Tx,
  projectId: number,
  instanceIds: readonly number[],
): Promise<Map<number, FlakyRow>> {
  const rows = await tx.db
    .selectFrom('flaky_tests')
    .selectAll()
    .where('project_id', '=', projectId)
    .where(tx.dialect.oneOf('instance_id', instanceIds))
    .orderBy('instance_id')
    .modifyEnd(tx.dialect.forUpdate)
    .execute()
  return new Map(rows.map((row) => [row.instance_id, row]))
}

/** Keeps what is known of instances in place of what was; those of `forgotten` are healthy again, and leave. */
export async function keepFlaky(
  tx: Tx,
  projectId: number,
  rows: readonly FlakyRow[],
  forgotten: readonly number[],
): Promise<void> {
  const ids = [...rows.map((row) => row.instance_id), ...forgotten]
  if (ids.length === 0) return
  await tx.db
    .deleteFrom('flaky_tests')
    .where('project_id', '=', projectId)
    .where(tx.dialect.oneOf('instance_id', ids))
    .execute()
  await insertRows(tx, 'flaky_tests', [...rows])
}

/** Begins the window of the instances of a test anew: its quarantine ended. */
export async function beginWindow(
  tx: Tx,
  projectId: number,
  { testId, instanceId }: { testId: number; instanceId: number | null },
  now: number,
): Promise<void> {
  let query = tx.db
    .updateTable('flaky_tests')
    .set({ window_from: now, state: 'healthy', rank: 0, score: 0, signals: 0, updated_at: now })
    .where('project_id', '=', projectId)
    .where('test_id', '=', testId)
  if (instanceId !== null) query = query.where('instance_id', '=', instanceId)
  await query.execute()
}

/** What an import says of the machines that it ran on: figures of its shard, here and in a build before. */
export async function figuresOfImport(
  { db }: Pick<Reader, 'db'>,
  o: { projectId: number; buildId: number; importId: number; shard: string; variant: string; base: number | undefined },
): Promise<{ ran: number; failed: number; causes: number[]; usual: number; failingInBase: number | null }> {
  const here = await db
    .selectFrom('results')
    .select(({ fn }) => [
      'cause',
      sql<number>`case when rank <= 1 then 1 else 0 end`.as('failing'),
      fn.countAll<number>().as('n'),
    ])
    .where('project_id', '=', o.projectId)
    .where('build_id', '=', o.buildId)
    .where('import_id', '=', o.importId)
    .where('status', '<>', 'NO RUN')
    .groupBy(['cause', 'failing'])
    .execute()
  const failing = here.filter((row) => Number(row.failing) === 1)
  const sum = (rows: readonly { n: number }[]) => rows.reduce((total, { n }) => total + Number(n), 0)
  const figures = { ran: sum(here), failed: sum(failing), causes: failing.map(({ n }) => Number(n)) }
  if (o.base === undefined) return { ...figures, usual: 0, failingInBase: null }
  const before = await db
    .selectFrom('results')
    .select(({ fn }) => [
      fn.countAll<number>().as('n'),
      sql<number>`sum(case when rank <= 1 then 1 else 0 end)`.as('failed'),
    ])
    .where('project_id', '=', o.projectId)
    .where('build_id', '=', o.base)
    .where('shard', '=', o.shard)
    .where('variant', '=', o.variant)
    .where('status', '<>', 'NO RUN')
    .executeTakeFirstOrThrow()
  const usual = Number(before.n)
  return { ...figures, usual, failingInBase: usual === 0 ? null : Number(before.failed ?? 0) / usual }
}

/** Locks the tests of instances, so that nobody deletes them meanwhile; answers the instances that are there. */
export async function lockTestsOf(tx: Tx, projectId: number, instanceIds: readonly number[]): Promise<InstanceRow[]> {
  const seen = await findByIds(tx, 'instances', projectId, instanceIds)
  await findByIds(
    tx,
    'tests',
    projectId,
    seen.map((row) => row.test_id),
    { lock: true },
  )
  return findByIds(tx, 'instances', projectId, instanceIds)
}

/** The quarantines that hold now for tests, with their ids. */
export async function quarantinesOfTests(
  { db, dialect }: Reader,
  projectId: number,
  testIds: readonly number[],
): Promise<Schema['quarantines'][]> {
  if (testIds.length === 0) return []
  return db
    .selectFrom('quarantines')
    .selectAll()
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('test_id', testIds))
    .where('ended_at', 'is', null)
    .execute()
}

/** The instances of quarantined tests that an import has a verdict of. */
export async function quarantinedIn(
  { db }: Pick<Reader, 'db'>,
  o: { projectId: number; buildId: number; importId: number; most: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('quarantines as q')
    .innerJoin('results as r', (join) =>
      join
        .onRef('r.project_id', '=', 'q.project_id')
        .onRef('r.test_id', '=', 'q.test_id')
        .on('r.build_id', '=', o.buildId)
        .on('r.import_id', '=', o.importId),
    )
    .select('r.instance_id')
    .distinct()
    .where('q.project_id', '=', o.projectId)
    .where('q.ended_at', 'is', null)
    .orderBy('r.instance_id')
    .limit(o.most)
    .execute()
  return rows.map((row) => row.instance_id)
}
