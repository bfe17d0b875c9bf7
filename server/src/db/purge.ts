import { sql } from 'kysely'
import type { Database } from './database.ts'
import type { Schema, TableName } from './schema.ts'

/** Tables whose rows belong to a project: those with a `project_id`. The compiler asks for every one of them below. */
type OfProject = { [T in TableName]: 'project_id' extends keyof Schema[T] ? T : never }[TableName]

/**
 * The rest of each table's key behind `project_id`, in the order in which tables are emptied: what waits to be sent
 * first, and rows before the rows that they hang on, so that no cascade makes a short transaction long.
 */
const KEYS: Record<OfProject, readonly string[]> = {
  webhook_messages: ['id'],
  webhook_deliveries: ['id'],
  webhooks: ['id'],
  attachments: ['id'],
  comments: ['id'],
  links: ['from_kind', 'from_id', 'to_kind', 'to_id', 'via'],
  field_values: ['kind', 'entity_id', 'field_id', 'position'],
  step_runs: ['id'],
  runs: ['id'],
  instances: ['id'],
  sets: ['id'],
  steps: ['id'],
  tests: ['id'],
  requirements: ['id'],
  milestones: ['id'],
  issues: ['id'],
  filters: ['id'],
  folders: ['id'],
  history_events: ['id'],
  removals: ['kind', 'id'],
  idempotency_keys: ['token_id', 'key'],
  memberships: ['user_id', 'group_id'],
  field_options: ['field_id', 'hash'],
  custom_fields: ['id'],
  system_fields: ['id'],
  issue_transitions: ['id'],
  issue_statuses: ['id'],
  groups: ['id'],
  counters: ['name'],
}

/** Every table of a project, rows before the rows that they hang on. */
export const PROJECT_TABLES = Object.keys(KEYS) as readonly OfProject[]

/** What every writing request reads or locks: kept until no request from before the deletion can be under way. */
const READ_BY_WRITES = new Set<string>(['custom_fields', 'issue_statuses', 'groups', 'counters'])

/** By then every request that was admitted before the deletion has ended. */
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
    for (const [table, keys] of Object.entries(KEYS)) {
      if (isLast || !READ_BY_WRITES.has(table)) await emptyTable(database, { table, keys, projectId }, signal)
    }
    if (!isLast) continue
    await database.write(0, async ({ db }) => {
      await db.deleteFrom('projects').where('id', '=', projectId).where('deleted_at', 'is not', null).execute()
    })
  }
}
