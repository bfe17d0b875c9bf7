import { sql } from 'kysely'
import type { Reader } from '../../db/handle.ts'

/** A test whose verdict is another in the other build; null = it has none there. */
export interface Difference {
  instance_id: number
  test_id: number
  from: string | null
  to: string | null
}

/** Verdicts of one build beside those of another: those that differ, each once. */
const differences = (projectId: number, one: number, other: number) => sql`(
  select a.instance_id, a.test_id, a.status as "from", b.status as "to"
  from results a left join results b
    on b.project_id = a.project_id and b.build_id = ${other} and b.instance_id = a.instance_id
  where a.project_id = ${projectId} and a.build_id = ${one} and (b.status is null or b.status <> a.status)
  union all
  select b.instance_id, b.test_id, null as "from", b.status as "to"
  from results b
  where b.project_id = ${projectId} and b.build_id = ${other} and not exists (
    select 1 from results a
    where a.project_id = ${projectId} and a.build_id = ${one} and a.instance_id = b.instance_id)) as d`

/** How many verdicts go from one status to another, from build `one` to build `other`. */
export async function countDifferences(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  { one, other }: { one: number; other: number },
): Promise<{ from: string | null; to: string | null; n: number }[]> {
  const { rows } = await sql<{ from: string | null; to: string | null; n: number }>`
    select d."from", d."to", count(*) as n from ${differences(projectId, one, other)}
    group by d."from", d."to"`.execute(db)
  // Databases do not agree where null stands.
  const place = ({ from, to }: { from: string | null; to: string | null }) => `${from ?? ''} > ${to ?? ''}`
  return rows.map((row) => ({ ...row, n: Number(row.n) })).sort((a, b) => (place(a) < place(b) ? -1 : 1))
}

/** A page of the verdicts that differ, by ascending instance, with the names of their tests. */
export async function pageOfDifferences(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  { one, other, from, most }: { one: number; other: number; from: number; most: number },
): Promise<(Difference & { test_name: string; variant: string | null })[]> {
  const { rows } = await sql<Difference & { test_name: string; variant: string | null }>`
    select d.*, t.name as test_name, i.variant
    from ${differences(projectId, one, other)}
    join tests t on t.project_id = ${projectId} and t.id = d.test_id
    join instances i on i.project_id = ${projectId} and i.id = d.instance_id
    order by d.instance_id limit ${most} offset ${from}`.execute(db)
  return rows
}
