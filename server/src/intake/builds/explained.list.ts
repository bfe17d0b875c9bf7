import { type RawBuilder, sql } from 'kysely'
import type { Reader } from '../../db/handle.ts'

// Each subquery names the project by itself: a cluster plans it alone.

/** Whether a verdict `t` is in a quarantine that holds now, for the cause that it has (contract §11.4). */
export const isQuarantined = (projectId: number, now: number): RawBuilder<boolean> => sql<boolean>`exists (
  select 1 from quarantines q
  where q.project_id = ${projectId} and q.test_id = t.test_id and (q.instance_id is null or q.instance_id = t.instance_id)
    and q.ended_at is null and q.until > ${now}
    and (q.causes = '["*"]' or (t.cause is not null and q.causes like '%' || t.cause || '%')))`

/** Whether the failure of a verdict `t` is known. */
const isKnown = (projectId: number) => sql<boolean>`exists (
  select 1 from failures f where f.project_id = ${projectId} and f.id = t.failure_id and f.state = 'known')`

/** Whether the failure of a verdict `t` has an issue that is open. */
const hasOpenIssue = (projectId: number) => sql<boolean>`exists (
  select 1 from failures f
  join issues i on i.project_id = f.project_id and i.id = f.issue_id
  join issue_statuses s on s.project_id = i.project_id and s.id = i.status_id
  where f.project_id = ${projectId} and f.id = t.failure_id and s.closed = 0)`

export const isFailing = sql<boolean>`t.status in ('FAILED', 'BLOCKED')`

/** Why a failed verdict `t` is no news: quarantine, known or issue; null for one that is, and for those that passed. */
export const explainedBy = (projectId: number, now: number): RawBuilder<string | null> => sql<string | null>`
  case when not (${isFailing}) then null
    when ${isQuarantined(projectId, now)} then 'quarantine'
    when ${isKnown(projectId)} then 'known'
    when ${hasOpenIssue(projectId)} then 'issue' end`

/** How many failed verdicts of builds are in quarantine, and how many nothing explains. */
export async function explainedCounts(
  { db, dialect }: Reader,
  projectId: number,
  buildIds: readonly number[],
  now: number,
): Promise<Map<number, { quarantined: number; unexplained: number }>> {
  if (buildIds.length === 0) return new Map()
  const rows = await db
    .selectFrom((eb) =>
      eb
        .selectFrom('results as t')
        .select(['t.build_id', explainedBy(projectId, now).as('explained')])
        .where('t.project_id', '=', projectId)
        .where(dialect.oneOf('t.build_id', buildIds))
        .where('t.status', 'in', ['FAILED', 'BLOCKED'])
        .as('failing'),
    )
    .select(({ fn }) => ['build_id', 'explained', fn.countAll<number>().as('n')])
    .groupBy(['build_id', 'explained'])
    .execute()
  const counts = new Map<number, { quarantined: number; unexplained: number }>()
  for (const { build_id: id, explained, n } of rows) {
    const known = counts.get(id) ?? { quarantined: 0, unexplained: 0 }
    if (explained === 'quarantine') known.quarantined += Number(n)
    if (explained === null) known.unexplained += Number(n)
    counts.set(id, known)
  }
  return counts
}
