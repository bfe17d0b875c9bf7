import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import type { Distribution } from './dialect.ts'
import { NoCluster } from './dialect.ts'

/**
 * Hands tables to Citus, one statement after the other, less those that it has already; answers the statements that
 * were run. What stopped it half-way, the next call goes on. Throws NoCluster without the extension.
 */
export async function distribute(db: Kysely<Schema>, plan: readonly Distribution[]): Promise<string[]> {
  const { rows } = await sql`select 1 from pg_proc where proname = 'create_distributed_table' limit 1`.execute(db)
  if (rows.length === 0) {
    throw new NoCluster(
      'This PostgreSQL has no Citus: install the extension on every node, run "create extension citus" in this database, and add the nodes with citus_add_node.',
    )
  }
  const known = await sql<{ name: string }>`select logicalrelid::text as name from pg_dist_partition`.execute(db)
  const names = new Set(known.rows.map(({ name }) => name))
  const run: string[] = []
  for (const { table, sql: statement } of plan) {
    if (names.has(table)) continue
    await sql.raw(statement).execute(db)
    run.push(statement)
  }
  return run
}
