import { fold } from '../../core/text.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'
import { changeCells, insertRows } from '../../db/store.ts'
import { missedIn } from './missed.list.ts'
import { LINEAGE } from './results.store.ts'
import { type BuildCounts, COUNTS } from './verdicts.rules.ts'

export type BuildRow = Schema['builds']

/** Holds a key of a build still until the transaction ends, so that nobody makes the build twice. */
export const lockBuildKey = (tx: Tx, projectId: number, key: string): Promise<void> =>
  tx.dialect.lock(tx.db, `build ${projectId} ${key}`)

export async function buildByKey(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  key: string,
): Promise<BuildRow | undefined> {
  return db
    .selectFrom('builds')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('key', '=', key)
    .executeTakeFirst()
}

/** A build without the copy of its name that lists are sorted by, which is kept here. */
type NewBuild = Omit<BuildRow, 'name_folded'>

const foldedName = (name: string | null) => (name === null || name === '' ? null : fold(name))

export async function insertBuild(tx: Tx, build: NewBuild): Promise<BuildRow> {
  const row = { ...build, name_folded: foldedName(build.name) }
  await insertRows(tx, 'builds', [row])
  return row
}

export function changeBuild(tx: Tx, projectId: number, id: number, cells: Partial<NewBuild>): Promise<void> {
  const copy = cells.name === undefined ? {} : { name_folded: foldedName(cells.name) }
  return changeCells(tx, 'builds', { projectId, id, cells: { ...cells, ...copy } })
}

/** A build, locked until the transaction ends. */
export async function lockBuild(tx: Tx, projectId: number, id: number): Promise<BuildRow | undefined> {
  return tx.db
    .selectFrom('builds')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .modifyEnd(tx.dialect.forUpdate)
    .executeTakeFirst()
}

/** Adds to the counts of a build: as a last step, so that imports of one build hold each other up as little as can be. */
export async function addToBuild(tx: Tx, projectId: number, id: number, counts: BuildCounts): Promise<void> {
  if (COUNTS.every((name) => counts[name] === 0)) return
  await tx.db
    .updateTable('builds')
    .set((eb) => Object.fromEntries(COUNTS.map((name) => [name, eb(name, '+', counts[name])])))
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .execute()
}

/** Counts tests that were joined with older ones (1), or parted from them again (-1). */
export async function shiftRenamed(
  tx: Tx,
  projectId: number,
  id: number,
  { newTests, movedTests }: { newTests: number; movedTests: number },
): Promise<void> {
  await tx.db
    .updateTable('builds')
    .set((eb) => ({ new_tests: eb('new_tests', '+', newTests), moved_tests: eb('moved_tests', '+', movedTests) }))
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .execute()
}

/** Builds whose new tests nobody has compared with the missing ones since a time, across projects. */
export async function buildsWithRenamesDue({ db }: Pick<Reader, 'db'>, before: number, most: number) {
  return db
    .selectFrom('builds')
    .select(['project_id', 'id'])
    .where('renames_due', '=', 1)
    .where('updated_at', '<', before)
    .orderBy('updated_at')
    .limit(most)
    .execute()
}

/** The last complete build of a pipeline with all its tests, before another one. */
export async function lastCompleteBuild(
  { db }: Pick<Reader, 'db'>,
  { projectId, pipeline, before, not }: { projectId: number; pipeline: string; before: number; not: number },
): Promise<BuildRow | undefined> {
  return db
    .selectFrom('builds')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('pipeline', '=', pipeline)
    .where('started_at', '<=', before)
    .where('id', '<>', not)
    .where('state', '=', 'complete')
    .where('scope', '=', 'full')
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Builds whose verdicts are looked at first as a base of one: those of mainline at its commit, or of its pipeline before. */
export async function preferredBases({ db }: Pick<Reader, 'db'>, build: BuildRow): Promise<number[]> {
  const mainline = db
    .selectFrom('builds')
    .select('id')
    .where('project_id', '=', build.project_id)
    .where('id', '<>', build.id)
    .where('kind', '=', 'mainline')
    .where('state', '<>', 'cut')
    .where('infrastructure', '=', 0)
  if (build.kind === 'mainline') {
    const rows = await mainline
      .where('pipeline', '=', build.pipeline)
      .where('started_at', '<=', build.started_at)
      .where('started_at', '>=', build.started_at - LINEAGE)
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(3)
      .execute()
    return rows.map(({ id }) => id)
  }
  if (build.base_commit === null) return []
  const rows = await mainline.where('commit_id', '=', build.base_commit).orderBy('id', 'desc').limit(3).execute()
  return rows.map(({ id }) => id)
}

/** How many tests of a build have no verdict in another one, in the variants that came there. */
export async function countMissing(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  { build, base, variants }: { build: number; base: number; variants: readonly string[] },
): Promise<number> {
  if (variants.length === 0) return 0
  const missed = missedIn(db, { projectId, build, base }).where(({ eb, or, and }) =>
    or([eb('build_id', '=', build), and([eb('variant', 'in', [...variants]), eb('status', '<>', 'NO RUN')])]),
  )
  const row = await db
    .selectFrom(missed.as('m'))
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** The sets and variants that a build has results in. */
export async function partsOfBuild({ db }: Pick<Reader, 'db'>, projectId: number, id: number) {
  return db
    .selectFrom('imports')
    .select([
      'id',
      'set_id',
      'variant',
      'shard',
      'attempt',
      'scope',
      'state',
      'infrastructure',
      'lease_until',
      'finished_at',
    ])
    .where('project_id', '=', projectId)
    .where('build_id', '=', id)
    .orderBy('id')
    .execute()
}

/** Lets go of what names a build: its runs stay, without one. */
export async function forgetBuild(tx: Tx, projectId: number, id: number): Promise<void> {
  await tx.db
    .updateTable('runs')
    .set({ build_id: null, import_id: null })
    .where('project_id', '=', projectId)
    .where('build_id', '=', id)
    .execute()
  await tx.db.deleteFrom('failure_builds').where('project_id', '=', projectId).where('build_id', '=', id).execute()
}

/** The runs of a build, by ascending id. */
export async function runsOfBuild(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  id: number,
  most: number,
): Promise<number[]> {
  const rows = await db
    .selectFrom('runs')
    .select('id')
    .where('project_id', '=', projectId)
    .where('build_id', '=', id)
    .orderBy('id')
    .limit(most)
    .execute()
  return rows.map((row) => row.id)
}

/** Builds that wait for a shard, and whose last import came before a time, across projects. */
export async function overdueBuilds({ db }: Pick<Reader, 'db'>, before: number, most: number) {
  return db
    .selectFrom('builds')
    .select(['project_id', 'id'])
    .where('state', '=', 'receiving')
    .where('last_import_at', '<=', before)
    .orderBy('last_import_at')
    .limit(most)
    .execute()
}

/** When builds started and on which branch, by id. */
export async function startsOfBuilds(
  { db, dialect }: Reader,
  projectId: number,
  ids: readonly number[],
): Promise<Map<number, { started_at: number; branch: string | null }>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('builds')
    .select(['id', 'started_at', 'branch'])
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('id', ids))
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** The builds of runs, by run. */
export async function buildsOfRuns(
  { db, dialect }: Reader,
  projectId: number,
  runIds: readonly number[],
): Promise<Map<number, number>> {
  if (runIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'build_id'])
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('id', runIds))
    .where('build_id', 'is not', null)
    .execute()
  return new Map(rows.map((row) => [row.id, Number(row.build_id)]))
}
