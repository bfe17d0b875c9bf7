import { sql } from 'kysely'
import { pairOf, queryOf } from '../../core/jsonapi/query.ts'
import type { Context } from '../../engine/route.ts'
import { selected } from '../../engine/show-rows.ts'
import { requirementsList } from '../../resources/requirements/requirements.list.ts'
import type { GateRules } from './gates.rules.ts'

/** How many requirements a rule selects, and how many of them are covered, or passed. Throws 422 for a wrong query. */
export async function requirementsMet(
  context: Context,
  { ptql, must }: NonNullable<GateRules['requirements']>,
): Promise<{ of: number; met: number }> {
  const query = queryOf('', [pairOf('ptql', ptql)])
  const { listing } = await selected(requirementsList, { ...context, project: context.project, query })
  const met = must === 'covered' ? sql`t.instances_count > 0` : sql`t.run_status = 'PASSED'`
  const row = (await listing
    .clearSelect()
    .select([sql<number>`count(*)`.as('n'), sql<number>`sum(case when ${met} then 1 else 0 end)`.as('met')])
    .executeTakeFirstOrThrow()) as unknown as { n: number; met: number | null }
  return { of: Number(row.n), met: Number(row.met ?? 0) }
}
