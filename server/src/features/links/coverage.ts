import { sql } from 'kysely'
import type { Tx } from '../../db/handle.ts'
import { prepared } from '../../db/prepared.ts'
import type { RequirementRow } from '../../db/schema.ts'
import { changeCells, findByIds, updateRows } from '../../db/store.ts'
import { type StatusGroup, shiftedTotals, totalsOf } from '../statuses/status-totals.ts'

/** The requirements that tests cover: their rows, locked, and which test covers which. */
export interface Covered {
  rows: ReadonlyMap<number, RequirementRow>
  ofTest: ReadonlyMap<number, number[]>
}

/** What happened to a test, as far as its requirements keep count of it. */
export interface TestChange {
  testId: number
  /** Its status before and after; left out = unchanged. */
  status?: { from: string; to: string }
  /** Its last run, when that became later. */
  lastRun?: number
  /** How many instances it gained. */
  instances?: number
}

/** Which requirements tests are linked to. */
const linksUp = prepared(({ db, dialect }, { projectId, testIds }: { projectId: number; testIds: readonly number[] }) =>
  db
    .selectFrom('links')
    .select(['from_id', 'to_id'])
    .where('project_id', '=', projectId)
    .where('from_kind', '=', 'tests')
    .where(dialect.oneOf('from_id', testIds))
    .where('to_kind', '=', 'requirements'),
)

/** Locks the requirements linked to tests; between tests and instances in the order of contract §1.10. */
export async function lockCovered(tx: Tx, projectId: number, testIds: readonly number[]): Promise<Covered> {
  const ofTest = new Map<number, number[]>()
  if (testIds.length > 0) {
    const links = await linksUp(tx, { projectId, testIds: [...new Set(testIds)] })
    for (const { from_id: test, to_id: requirement } of links) {
      ofTest.set(test, [...(ofTest.get(test) ?? []), requirement])
    }
  }
  const rows = await findByIds(tx, 'requirements', projectId, [...ofTest.values()].flat(), { lock: true })
  return { rows: new Map(rows.map((row) => [row.id, row])), ofTest }
}

/** Carries changes of tests up to their locked requirements, without looking at their other tests (contract §1.14). */
export async function shiftCovered(
  tx: Tx,
  projectId: number,
  covered: Covered,
  changes: readonly TestChange[],
): Promise<void> {
  const totals = new Map<number, { counts: Map<string, number>; last: number | null; instances: number }>()
  for (const { testId, status, lastRun, instances = 0 } of changes) {
    for (const id of covered.ofTest.get(testId) ?? []) {
      const row = covered.rows.get(id)
      if (!row) continue
      const total = totals.get(id) ?? { counts: new Map(), last: row.last_run_at, instances: 0 }
      totals.set(id, total)
      total.instances += instances
      if (lastRun !== undefined) total.last = Math.max(total.last ?? lastRun, lastRun)
      if (status === undefined) continue
      total.counts.set(status.from, (total.counts.get(status.from) ?? 0) - 1)
      total.counts.set(status.to, (total.counts.get(status.to) ?? 0) + 1)
    }
  }
  const rows = [...totals].map(([id, { counts, last, instances }]) => {
    const row = covered.rows.get(id) as RequirementRow
    return {
      id,
      ...shiftedTotals(row, counts),
      last_run_at: last,
      instances_count: row.instances_count + instances,
    }
  })
  await updateRows(tx, 'requirements', projectId, rows)
}

/** Recomputes what locked requirements keep of their tests, from those tests: for changed links and deletions. */
export async function recomputeCovered(tx: Tx, projectId: number, ids: Iterable<number>): Promise<void> {
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    const { rows: groups } =
      await sql<StatusGroup>`select t.run_status, count(*) as n, max(t.last_run_at) as last_run_at, sum((
          select count(*) from instances i where i.project_id = ${projectId} and i.test_id = t.id)) as instances
        from links l join tests t on t.project_id = l.project_id and t.id = l.to_id
        where l.project_id = ${projectId} and l.from_kind = 'requirements' and l.from_id = ${id}
          and l.to_kind = 'tests'
        group by t.run_status`.execute(tx.db)
    await changeCells(tx, 'requirements', { projectId, id, cells: totalsOf(groups) })
  }
}
