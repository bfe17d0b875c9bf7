import { type Kysely, sql } from 'kysely'
import { MIGRATIONS } from './migrations/all.ts'
import type { ColumnTypes } from './migrations/schema-builder.ts'

type Work = (tx: Kysely<any>) => Promise<void>

/**
 * Applies every migration that this database has not seen, in order, each in a transaction of its own; `upTo` is the
 * last one wanted. Throws for a database of a newer version, and leaves nothing of a migration that fails. `inTransaction` must keep other processes from migrating at the same time.
 */
export async function runMigrations(
  types: ColumnTypes,
  inTransaction: (work: Work) => Promise<void>,
  upTo?: string,
): Promise<void> {
  await inTransaction(async (tx) => {
    const columns = `name ${types.text} primary key, applied_at ${types.integer} not null`
    await sql.raw(`create table if not exists migrations (${columns})`).execute(tx)
    const { rows } = await sql<{ name: string }>`select name from migrations`.execute(tx)
    const unknown = rows.find(({ name }) => !(name in MIGRATIONS))
    if (unknown) throw new Error(`The database is of a newer version of Assay (${unknown.name}); use that one`)
  })
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
