import { sql } from 'kysely'
import type { Reader } from '../../db/handle.ts'

/** A test whose verdict is another in the other build; null = it has none there. */
export interface Difference {
  instance_id: number
  test_id: number
  from: string | null
  to: string | null
}

/**
 * Verdicts of one build beside those of another: those that differ, each once. Both builds are read once and grouped,
 * which costs the same however little the database knows of builds that have just come in.
 */
const differences = (projectId: number, one: number, other: number) => {
  const statusIn = (build: number) => sql`max(case when build_id = ${build} then status end)`
  return sql`(
    select instance_id, max(test_id) as test_id, ${statusIn(one)} as "from", ${statusIn(other)} as "to"
    from results
    where project_id = ${projectId} and build_id in (${one}, ${other})
    group by instance_id
    having ${statusIn(one)} is distinct from ${statusIn(other)}) as d`
}

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
