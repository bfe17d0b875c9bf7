import { sql } from 'kysely'
import type { Listing } from '../../db/list.ts'

/** How many of the tests listed have which run status. */
export async function countByRunStatus(listing: Listing): Promise<Map<string, number>> {
  const rows = (await listing
    .clearSelect()
    .select(['t.run_status', sql<number>`count(*)`.as('n')])
    .groupBy('t.run_status')
    .execute()) as unknown as { run_status: string; n: number }[]
  return new Map(rows.map(({ run_status: status, n }) => [status, Number(n)]))
}

/** The lowest ids of the tests listed. */
export async function firstIds(listing: Listing, most: number): Promise<number[]> {
  const rows = await listing.clearSelect().select('t.id').orderBy('t.id').limit(most).execute()
  return rows.map((row) => Number(row.id))
}
