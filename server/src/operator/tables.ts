import { sql } from 'kysely'
import type { Reader } from '../db/database.ts'
import type { Schema, TableName } from '../db/schema.ts'

/**
 * Every table with its key, in an order in which rows can be stored: those that others hang on first. The compiler asks
 * for new ones. Of what belongs to a project the key leads with `project_id`.
 */
export const KEYS = {
  settings: ['name'],
  accounts: ['id'],
  users: ['id'],
  tokens: ['id'],
  projects: ['id'],
  counters: ['project_id', 'name'],
  groups: ['project_id', 'id'],
  memberships: ['project_id', 'user_id', 'group_id'],
  custom_fields: ['project_id', 'id'],
  field_options: ['project_id', 'field_id', 'hash'],
  system_fields: ['project_id', 'id'],
  issue_statuses: ['project_id', 'id'],
  issue_transitions: ['project_id', 'id'],
  folders: ['project_id', 'id'],
  filters: ['project_id', 'id'],
  milestones: ['project_id', 'id'],
  requirements: ['project_id', 'id'],
  tests: ['project_id', 'id'],
  steps: ['project_id', 'id'],
  sets: ['project_id', 'id'],
  instances: ['project_id', 'id'],
  runs: ['project_id', 'id'],
  step_runs: ['project_id', 'id'],
  issues: ['project_id', 'id'],
  links: ['project_id', 'from_kind', 'from_id', 'to_kind', 'to_id', 'via'],
  field_values: ['project_id', 'kind', 'entity_id', 'field_id', 'position'],
  comments: ['project_id', 'id'],
  attachments: ['project_id', 'id'],
  webhooks: ['project_id', 'id'],
  webhook_deliveries: ['project_id', 'id'],
  webhook_messages: ['project_id', 'id'],
  history_events: ['project_id', 'id'],
  removals: ['project_id', 'kind', 'id'],
  idempotency_keys: ['project_id', 'token_id', 'key'],
} as const satisfies { [T in TableName]: readonly (keyof Schema[T])[] }

/** Tables whose rows number themselves, apart from the one sequence of ids. */
export const NUMBERING = ['history_events', 'webhook_messages', 'webhook_deliveries'] as const

export type DumpedRow = Record<string, string | number | null>

/** Rows that are held in memory at a time; some carry texts of megabytes. */
const BATCH = 200

/**
 * The rows of a table in the order of its key, a batch at a time; of one project when given. An older version may lack
 * a column of the key: `isKnown` says so.
 */
export async function* readTable(
  { db }: Pick<Reader, 'db'>,
  table: TableName,
  { projectId, isKnown = () => true }: { projectId?: number; isKnown?(column: string): boolean } = {},
): AsyncGenerator<DumpedRow[]> {
  const keys = KEYS[table].slice(projectId === undefined ? 0 : 1).filter(isKnown)
  const columns = sql.join(keys.map((key) => sql.ref(key)))
  let last: DumpedRow | undefined
  do {
    const conditions = [
      ...(projectId === undefined ? [] : [sql`project_id = ${projectId}`]),
      ...(last === undefined ? [] : [sql`(${columns}) > (${sql.join(keys.map((key) => last?.[key]))})`]),
    ]
    const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`
    const { rows } = await sql<DumpedRow>`select * from ${sql.table(table)} ${where}
      order by ${columns} limit ${BATCH}`.execute(db)
    if (rows.length > 0) yield rows
    last = rows.length < BATCH ? undefined : rows.at(-1)
  } while (last !== undefined)
}
