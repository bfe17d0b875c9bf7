import { sql } from 'kysely'
import type { DatabaseMaintenance } from './dialect.ts'

/** Findings of the file check that are listed; a broken file has thousands. */
const MAX_FINDINGS = 100

/** The maintenance of an embedded database. */
export const SQLITE_MAINTENANCE: DatabaseMaintenance = {
  async lastId(db) {
    const { rows } = await sql<{ value: number }>`select value from id_sequence`.execute(db)
    return rows[0]?.value ?? 0
  },
  async takeIds(tx, count) {
    const { rows } = await sql<{ value: number }>`
      update id_sequence set value = value + ${count} returning value`.execute(tx)
    return (rows[0] as { value: number }).value - count + 1
  },
  async passId(tx, id) {
    await sql`update id_sequence set value = max(value, ${id})`.execute(tx)
  },
  // AUTOINCREMENT remembers the largest id by itself.
  continueNumbering: async () => {},
  async findDamage(db) {
    const { rows: damage } = await sql<{ integrity_check: string }>`
      pragma integrity_check(${sql.lit(MAX_FINDINGS)})`.execute(db)
    const { rows: dangling } = await sql<{ table: string; parent: string; n: number }>`
      select "table", parent, count(*) as n from pragma_foreign_key_check group by 1, 2`.execute(db)
    return [
      ...damage.map(({ integrity_check: finding }) => finding).filter((finding) => finding !== 'ok'),
      ...dangling.map(({ table, parent, n }) => `${n} rows of ${table} hang on rows of ${parent} that are not there`),
    ]
  },
}
