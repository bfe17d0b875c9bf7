import { sql } from 'kysely'
import type { Database } from './handle.ts'
import { PROJECT_TABLES, tableOf } from './tables.ts'

/** By then every request that was authorized before the deletion has ended. */
const LAST_REQUESTS = 3_600_000

const BATCH = 500

async function holdsRows(database: Database, table: string, projectId: number): Promise<boolean> {
  const { rows } = await sql`select 1 from ${sql.table(table)} where project_id = ${projectId} limit 1`.execute(
    database.read.db,
  )
  return rows.length > 0
}

async function emptyTable(
  database: Database,
  { table, keys, projectId }: { table: string; keys: readonly string[]; projectId: number },
  signal: AbortSignal,
): Promise<void> {
  const columns = sql.join(keys.map((key) => sql.ref(key)))
  while (await holdsRows(database, table, projectId)) {
    signal.throwIfAborted()
    await database.write(0, async (tx) => {
      // Nodes that purge at once take turns.
      await tx.dialect.lock(tx.db, `purge ${projectId}`)
      await sql`delete from ${sql.table(table)} where project_id = ${projectId} and (${columns}) in (
        select ${columns} from ${sql.table(table)} where project_id = ${projectId}
        order by ${columns} limit ${BATCH})`.execute(tx.db)
    })
  }
}

/**
 * Removes the rows of deleted projects, in short transactions (contract §7.2): nearly all of them at once, and an hour
 * after the deletion what is left and the project itself. Whatever stopped it, the next call goes on.
 * `deletedSince` (ms) looks only at projects deleted from then on. Throws when `signal` is aborted.
 */
export async function purgeProjects(
  database: Database,
  { now, deletedSince = 0, signal }: { now: number; deletedSince?: number; signal: AbortSignal },
): Promise<void> {
  const projects = await database.read.db
    .selectFrom('projects')
    .select(['id', 'deleted_at'])
    .where('deleted_at', '>=', deletedSince)
    .orderBy('id')
    .execute()
  for (const { id: projectId, deleted_at: deletedAt } of projects) {
    const isLast = now - (deletedAt ?? now) >= LAST_REQUESTS
    for (const table of PROJECT_TABLES.toReversed()) {
      const { key, isReadByWrites } = tableOf(table)
      // Those are kept until no request from before the deletion can be under way.
      if (isLast || !isReadByWrites) await emptyTable(database, { table, keys: key, projectId }, signal)
    }
    if (!isLast) continue
    await database.write(0, async ({ db }) => {
      await db.deleteFrom('projects').where('id', '=', projectId).where('deleted_at', 'is not', null).execute()
    })
  }
}
