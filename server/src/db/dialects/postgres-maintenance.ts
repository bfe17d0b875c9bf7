import { sql } from 'kysely'
import type { DatabaseMaintenance } from './dialect.ts'

/** The maintenance of a PostgreSQL database. */
export const POSTGRES_MAINTENANCE: DatabaseMaintenance = {
  async lastId(db) {
    const { rows } = await sql<{ id: number }>`
      select case when is_called then last_value else last_value - 1 end as id from ids`.execute(db)
    return rows[0]?.id ?? 0
  },
  async takeIds(tx, count) {
    // Changing the step locks the sequence until the transaction ends, so that nobody takes an id from between.
    await sql`alter sequence ids increment by ${sql.lit(count)}`.execute(tx)
    const { rows } = await sql<{ id: number }>`select nextval('ids') as id`.execute(tx)
    await sql`alter sequence ids increment by 1`.execute(tx)
    return (rows[0] as { id: number }).id - count + 1
  },
  async passId(tx, id) {
    await sql`select setval('ids', greatest(${id}::bigint, nextval('ids')))`.execute(tx)
  },
  async continueNumbering(tx, table) {
    await sql`select setval(pg_get_serial_sequence(${table}, 'id'), coalesce(max(id), 0) + 1, false)
      from ${sql.table(table)}`.execute(tx)
  },
  // Checksums and foreign keys are PostgreSQL's own to keep.
  findDamage: async () => [],
}
