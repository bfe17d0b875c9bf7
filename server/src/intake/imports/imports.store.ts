import type { Reader, Tx } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'
import { changeCells, insertRows } from '../../db/store.ts'
import type { WantedRow } from './imports.list.ts'

export type ImportRecord = Schema['imports']

/** A case that was not stored, and why. */
export interface Refusal {
  file: string
  line: number
  name: string
  reason: string
}

/** The figures of an import so far. */
export interface Progress {
  received: number
  stored: number
  refused: number
  runs: number
  passed: number
  failed: number
  blocked: number
  skipped: number
  flaky: number
  createdTests: number
  createdInstances: number
  movedTests: number
  /** Cases that were stored or refused: a resumed import goes on behind them. */
  done: number
  /** Wanted files that are kept. */
  wanted: number
}

export const noProgress = (): Progress => ({
  received: 0,
  stored: 0,
  refused: 0,
  runs: 0,
  passed: 0,
  failed: 0,
  blocked: 0,
  skipped: 0,
  flaky: 0,
  createdTests: 0,
  createdInstances: 0,
  movedTests: 0,
  done: 0,
  wanted: 0,
})

/** The figures as columns. */
export const progressCells = (progress: Progress) => ({
  received: progress.received,
  stored: progress.stored,
  refused: progress.refused,
  runs: progress.runs,
  passed: progress.passed,
  failed: progress.failed,
  blocked: progress.blocked,
  skipped: progress.skipped,
  flaky: progress.flaky,
  created_tests: progress.createdTests,
  created_instances: progress.createdInstances,
  moved_tests: progress.movedTests,
  done: progress.done,
})

/** The figures that a row of an import holds. */
export const progressOf = (row: ImportRecord, wanted: number): Progress => ({
  received: row.received,
  stored: row.stored,
  refused: row.refused,
  runs: row.runs,
  passed: row.passed,
  failed: row.failed,
  blocked: row.blocked,
  skipped: row.skipped,
  flaky: row.flaky,
  createdTests: row.created_tests,
  createdInstances: row.created_instances,
  movedTests: row.moved_tests,
  done: row.done,
  wanted,
})

/** The newest import that a token sent under a key within some time. */
export async function importByKey(
  { db }: Pick<Reader, 'db'>,
  { projectId, tokenId, key, since }: { projectId: number; tokenId: number; key: string; since: number },
): Promise<ImportRecord | undefined> {
  return db
    .selectFrom('imports')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('token_id', '=', tokenId)
    .where('key', '=', key)
    .where('created_at', '>=', since)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function insertImport(tx: Tx, row: ImportRecord): Promise<void> {
  await insertRows(tx, 'imports', [row])
}

export const changeImport = (tx: Tx, projectId: number, id: number, cells: Partial<ImportRecord>): Promise<void> =>
  changeCells(tx, 'imports', { projectId, id, cells })

/** Takes an import over, or holds on to it: false when another process has taken it meanwhile. */
export async function holdImport(
  tx: Tx,
  o: { projectId: number; id: number; owner: string; leaseUntil: number; now: number; takeOver?: boolean },
): Promise<boolean> {
  const { numUpdatedRows } = await tx.db
    .updateTable('imports')
    .set({ owner: o.owner, lease_until: o.leaseUntil, updated_at: o.now })
    .where('project_id', '=', o.projectId)
    .where('id', '=', o.id)
    .where((eb) =>
      o.takeOver ? eb.or([eb('owner', '=', o.owner), eb('lease_until', '<', o.now)]) : eb('owner', '=', o.owner),
    )
    .executeTakeFirst()
  return Number(numUpdatedRows) === 1
}

/** Keeps what was refused, behind those that are kept already. */
export async function keepRefusals(
  tx: Tx,
  { projectId, importId, from }: { projectId: number; importId: number; from: number },
  refusals: readonly Refusal[],
): Promise<void> {
  await insertRows(
    tx,
    'import_refusals',
    refusals.map((refusal, index) => ({
      project_id: projectId,
      import_id: importId,
      position: from + index,
      ...refusal,
    })),
  )
}

/** The first refusals of an import. */
export async function refusalsOf(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  importId: number,
  { from, most }: { from: number; most: number },
): Promise<Refusal[]> {
  return db
    .selectFrom('import_refusals')
    .select(['file', 'line', 'name', 'reason'])
    .where('project_id', '=', projectId)
    .where('import_id', '=', importId)
    .where('position', '>=', from)
    .orderBy('position')
    .limit(most)
    .execute()
}

/** Keeps which files reports name and the import lacks; answers how many. */
export async function keepWantedFiles(
  tx: Tx,
  { projectId, importId, from }: { projectId: number; importId: number; from: number },
  wanted: readonly { path: string; name: string; runId: number }[],
): Promise<number> {
  await insertRows(
    tx,
    'wanted_files',
    wanted.map(({ path, name, runId }, index) => ({
      project_id: projectId,
      import_id: importId,
      position: from + index,
      run_id: runId,
      path,
      name,
      hash: null,
    })),
  )
  return wanted.length
}

/** All files that an import wanted, those that came too. */
export async function everyWantedFile(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  importId: number,
): Promise<WantedRow[]> {
  return db
    .selectFrom('wanted_files')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('import_id', '=', importId)
    .orderBy('position')
    .execute()
}

/** Says that wanted files have come. */
export async function wantedFileCame(
  tx: Tx,
  { project_id: projectId, import_id: importId, position }: WantedRow,
  hash: string,
): Promise<void> {
  await tx.db
    .updateTable('wanted_files')
    .set({ hash })
    .where('project_id', '=', projectId)
    .where('import_id', '=', importId)
    .where('position', '=', position)
    .execute()
}

/** Imports that nobody has worked on for so long that they are dead, across projects. */
export async function deadImports({ db }: Pick<Reader, 'db'>, before: number, most: number) {
  return db
    .selectFrom('imports')
    .select(['project_id', 'id', 'build_id'])
    .where('state', '=', 'receiving')
    .where('updated_at', '<', before)
    .orderBy('updated_at')
    .limit(most)
    .execute()
}

/** How many files an import wants or wanted. */
export async function countWanted({ db }: Pick<Reader, 'db'>, projectId: number, importId: number): Promise<number> {
  const row = await db
    .selectFrom('wanted_files')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('project_id', '=', projectId)
    .where('import_id', '=', importId)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** How many cases of each file were refused. */
export async function refusalsByFile(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  importId: number,
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('import_refusals')
    .select(({ fn }) => ['file', fn.countAll<number>().as('n')])
    .where('project_id', '=', projectId)
    .where('import_id', '=', importId)
    .groupBy('file')
    .execute()
  return new Map(rows.map(({ file, n }) => [file, Number(n)]))
}

/** Counts an attachment with the verdict that a run is. */
export async function countAttachment(tx: Tx, projectId: number, runId: number): Promise<void> {
  const run = await tx.db
    .selectFrom('runs')
    .select(['build_id', 'instance_id'])
    .where('project_id', '=', projectId)
    .where('id', '=', runId)
    .executeTakeFirst()
  if (run?.build_id == null) return
  await tx.db
    .updateTable('results')
    .set((eb) => ({ attachments_count: eb('attachments_count', '+', 1) }))
    .where('project_id', '=', projectId)
    .where('build_id', '=', run.build_id)
    .where('instance_id', '=', run.instance_id)
    .where('run_id', '=', runId)
    .execute()
}

/** The account of a project that is not deleted. */
export async function accountOfProject({ db }: Pick<Reader, 'db'>, id: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('projects')
    .select('account_id')
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row?.account_id
}

/** Holds a key still until the transaction ends, so that nobody begins the import of a delivery twice. */
export const lockImportKey = (
  tx: Tx,
  { projectId, tokenId, key }: { projectId: number; tokenId: number; key: string },
): Promise<void> => tx.dialect.lock(tx.db, `import ${projectId} ${tokenId} ${key}`)

/** Lets go of imports whose process is gone for certain: nobody waits then until the time of theirs is over. */
export async function releaseImports(tx: Pick<Tx, 'db'>): Promise<void> {
  await tx.db.updateTable('imports').set({ lease_until: 0 }).where('state', '=', 'receiving').execute()
}
