import { sql } from 'kysely'
import type { Database } from '../db/handle.ts'

/** Tables that lists read, parents first. */
const TABLES = [
  'projects',
  'users',
  'tokens',
  'sessions',
  'groups',
  'custom_fields',
  'issue_statuses',
  'issue_transitions',
  'folders',
  'filters',
  'milestones',
  'requirements',
  'tests',
  'steps',
  'sets',
  'instances',
  'runs',
  'step_runs',
  'issues',
  'builds',
  'failures',
  'comments',
  'attachments',
  'webhooks',
  'webhook_deliveries',
  'history_events',
  'system_fields',
]

/** What row `n` holds in columns that mean something; others get nothing, 0 or "x". */
const VALUES: Record<string, string> = {
  project_id: '1',
  account_id: '1',
  id: 'n',
  display_id: 'n',
  number: 'n',
  position: 'n',
  name: "'name ' || n",
  name_hash: 'n',
  name_folded: "'name ' || n",
  email: "'user' || n || '@example.org'",
  hash: "'hash' || n",
  set_id: 'n % 1000 + 1',
  test_id: 'n',
  instance_id: 'n',
  run_id: 'n',
  webhook_id: '1',
  status_id: '1',
  entity: "'test'",
  entity_id: 'n',
  created_at: 'n',
  updated_at: 'n',
  last_run_at: 'case when n % 10 = 0 then null else n end',
  key: "'key ' || n",
  signature: "'signature ' || n",
  run_date: 'n',
  custom_fields: "'{}'",
  automated_fields: "'{}'",
  parameters: "'{}'",
  tags: "'[]'",
  entities: "'[]'",
  permissions: "'[]'",
  group_ids: "'[]'",
  events: "'[]'",
  changes: "'[]'",
  status: "'PASSED'",
  run_status: "'PASSED'",
  action: "'update'",
}

/** Fills every table that a list reads with `count` rows, all of project 1. */
export async function fillTables(database: Database, count: number): Promise<void> {
  const tables = await database.read.db.introspection.getTables()
  for (const name of TABLES) {
    const columns = tables.find((table) => table.name === name)?.columns ?? []
    const expression = (column: (typeof columns)[number]) => {
      const value = VALUES[column.name]
      if (value !== undefined) return value
      if (column.isNullable) return 'null'
      return /int|real|double/.test(column.dataType) ? '0' : "'x'"
    }
    await database.write(0, async ({ db }) => {
      await sql`insert into ${sql.table(name)} (${sql.join(columns.map((column) => sql.ref(column.name)))})
        with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${sql.lit(count)})
        select ${sql.raw(columns.map(expression).join(', '))} from numbers`.execute(db)
    })
  }
}
