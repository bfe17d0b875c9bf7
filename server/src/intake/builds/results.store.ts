import { sql } from 'kysely'
import type { Reader, Tx } from '../../db/handle.ts'
import { prepared } from '../../db/prepared.ts'
import { insertRows } from '../../db/store.ts'
import type { Base, ResultRow } from './verdicts.rules.ts'

const ofInstances = prepared(
  ({ db, dialect }, { projectId, buildId, ids }: { projectId: number; buildId: number; ids: readonly number[] }) =>
    db
      .selectFrom('results')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('build_id', '=', buildId)
      .where(dialect.oneOf('instance_id', ids)),
)

/** The verdicts that instances have in a build so far, by instance. */
export async function resultsOf(
  reader: Reader,
  projectId: number,
  buildId: number,
  instanceIds: readonly number[],
): Promise<Map<number, ResultRow>> {
  const rows = await ofInstances(reader, { projectId, buildId, ids: [...new Set(instanceIds)] })
  return new Map(rows.map((row) => [row.instance_id, row]))
}

/** So old a verdict is no base any more. */
export const LINEAGE = 14 * 86_400_000

interface Lineage {
  projectId: number
  ids: readonly number[]
  /** Builds that started before this time, and not the build itself. */
  before: number
  buildId: number
}

/** The latest verdict of each instance on mainline before a build (contract §10.3). */
const latestOnMainline = prepared(
  ({ db, dialect }, { projectId, ids, before, buildId, since }: Lineage & { since: number }) => {
    const latest = (column: string) =>
      db
        .selectFrom('results as r')
        .select(sql.ref<number>(`r.${column}`).as('value'))
        .where('r.project_id', '=', projectId)
        .where('r.instance_id', '=', sql.ref<number>('i.id'))
        .where('r.mainline', '=', 1)
        .where('r.counts', '=', 1)
        .where('r.build_started_at', '<=', before)
        .where('r.build_started_at', '>=', since)
        .where('r.build_id', '<>', buildId)
        .where('r.status', '<>', 'NO RUN')
        .orderBy('r.build_started_at', 'desc')
        .orderBy('r.build_id', 'desc')
        .limit(1)
    return db
      .selectFrom('instances as i')
      .select(['i.id as instance_id', latest('build_id').as('build_id')])
      .where('i.project_id', '=', projectId)
      .where(dialect.oneOf('i.id', ids))
  },
)

/** The same among the builds of one pipeline. */
async function basesIn(
  { db, dialect }: Reader,
  projectId: number,
  found: readonly { instance_id: number; build_id: number | null }[],
): Promise<Base[]> {
  const pairs = found.flatMap(({ instance_id: instanceId, build_id: buildId }) =>
    buildId === null ? [] : [[Number(buildId), instanceId] as const],
  )
  if (pairs.length === 0) return []
  return db
    .selectFrom('results')
    .select(['instance_id', 'build_id', 'status', 'failing_since_id'])
    .where('project_id', '=', projectId)
    .where(dialect.onePairOf(['build_id', 'instance_id'], pairs))
    .execute()
}

/** The base of each instance: at one of `preferred` builds where it has a verdict there, else the latest on mainline. */
export async function basesOf(
  reader: Reader,
  o: {
    projectId: number
    buildId: number
    instanceIds: readonly number[]
    before: number
    preferred: readonly number[]
  },
): Promise<Map<number, Base>> {
  const { projectId, buildId, before, preferred } = o
  const ids = [...new Set(o.instanceIds)]
  const bases = new Map<number, Base>()
  for (const each of preferred) {
    const open = ids.filter((id) => !bases.has(id))
    if (open.length === 0) break
    const rows = await resultsOf(reader, projectId, each, open)
    for (const [id, row] of rows) if (row.counts === 1 && row.status !== 'NO RUN') bases.set(id, row)
  }
  const open = ids.filter((id) => !bases.has(id))
  if (open.length === 0) return bases
  const latest = await latestOnMainline(reader, { projectId, ids: open, before, buildId, since: before - LINEAGE })
  for (const base of await basesIn(reader, projectId, latest)) bases.set(base.instance_id, base)
  return bases
}

/** Stores verdicts: those that are new, and those that take the place of earlier ones in the build. */
export async function storeResults(tx: Tx, rows: readonly ResultRow[], replaced: readonly number[]): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  if (replaced.length > 0) {
    await tx.db
      .deleteFrom('results')
      .where('project_id', '=', first.project_id)
      .where('build_id', '=', first.build_id)
      .where(tx.dialect.oneOf('instance_id', replaced))
      .execute()
  }
  await insertRows(tx, 'results', [...rows])
}

/** Says whether the verdicts of an import count: those of an outage are no base, and no sign of anything (§11.3). */
export async function setAside(
  tx: Tx,
  { project_id: projectId, build_id: buildId, id }: { project_id: number; build_id: number; id: number },
  isAside: boolean,
): Promise<void> {
  await tx.db
    .updateTable('results')
    .set({ counts: isAside ? 0 : 1 })
    .where('project_id', '=', projectId)
    .where('build_id', '=', buildId)
    .where('import_id', '=', id)
    .execute()
}
