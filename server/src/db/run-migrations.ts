import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from './dialects/dialect.ts'
import { MIGRATIONS } from './migrations/all.ts'

type Work = (tx: Kysely<any>) => Promise<void>

/**
 * Applies every migration that this database has not seen, in order, each in a transaction of its own; `upTo` is the
 * last one wanted. `inTransaction` must keep other processes from migrating at the same time.
 */
export async function runMigrations(
  db: Kysely<any>,
  types: ColumnTypes,
  inTransaction: (work: Work) => Promise<void>,
  upTo?: string,
): Promise<void> {
  await sql
    .raw(`create table if not exists migrations (name ${types.text} primary key, applied_at ${types.integer} not null)`)
    .execute(db)
  for (const [name, migration] of Object.entries(MIGRATIONS)) {
    await inTransaction(async (tx) => {
      const applied = await tx.selectFrom('migrations').select('name').where('name', '=', name).executeTakeFirst()
      if (applied) return
      await migration.up(tx, types)
      await tx.insertInto('migrations').values({ name, applied_at: Date.now() }).execute()
    })
    if (name === upTo) return
  }
}
