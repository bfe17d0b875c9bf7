import type { Schema, TableName } from './schema.ts'

/** Tables whose rows belong to a project: those with a `project_id`. */
export type ProjectTableName = { [T in TableName]: 'project_id' extends keyof Schema[T] ? T : never }[TableName]

/** What is known of a table besides its columns. */
type Table<T extends TableName> = T extends ProjectTableName
  ? {
      scope: 'project'
      /** Its key behind `project_id`. */
      key: readonly Exclude<keyof Schema[T], 'project_id'>[]
      /** Rows number themselves, apart from the one sequence of ids. */
      isNumbered?: true
      /** Asked across projects and joined with users: a cluster keeps a copy on every node. */
      isEverywhere?: true
      /** Read or locked by every writing request. */
      isReadByWrites?: true
    }
  : { scope: 'account'; key: readonly (keyof Schema[T])[] }

/**
 * Every table: whose its rows are, and its key, in an order in which rows can be stored: those that others hang on
 * first, what waits to be sent last. In the opposite order a project is emptied, so that no cascade makes a short
 * transaction long. A new table does not compile until it stands here.
 */
export const TABLES = {
  settings: { scope: 'account', key: ['name'] },
  accounts: { scope: 'account', key: ['id'] },
  users: { scope: 'account', key: ['id'] },
  passwords: { scope: 'account', key: ['user_id'] },
  sessions: { scope: 'account', key: ['id'] },
  totp_secrets: { scope: 'account', key: ['user_id'] },
  recovery_codes: { scope: 'account', key: ['hash'] },
  identities: { scope: 'account', key: ['hash'] },
  welcome_codes: { scope: 'account', key: ['hash'] },
  tokens: { scope: 'account', key: ['id'] },
  projects: { scope: 'account', key: ['id'] },
  counters: { scope: 'project', key: ['name'], isReadByWrites: true },
  groups: { scope: 'project', key: ['id'], isEverywhere: true, isReadByWrites: true },
  memberships: { scope: 'project', key: ['user_id', 'group_id'], isEverywhere: true },
  issue_statuses: { scope: 'project', key: ['id'], isReadByWrites: true },
  issue_transitions: { scope: 'project', key: ['id'] },
  system_fields: { scope: 'project', key: ['id'] },
  custom_fields: { scope: 'project', key: ['id'], isReadByWrites: true },
  field_options: { scope: 'project', key: ['field_id', 'hash'] },
  idempotency_keys: { scope: 'project', key: ['token_id', 'key'] },
  removals: { scope: 'project', key: ['kind', 'id'] },
  history_events: { scope: 'project', key: ['id'], isNumbered: true },
  folders: { scope: 'project', key: ['id'] },
  filters: { scope: 'project', key: ['id'] },
  issues: { scope: 'project', key: ['id'] },
  milestones: { scope: 'project', key: ['id'] },
  requirements: { scope: 'project', key: ['id'] },
  tests: { scope: 'project', key: ['id'] },
  automation_keys: { scope: 'project', key: ['hash', 'test_id'] },
  quarantines: { scope: 'project', key: ['id'] },
  gates: { scope: 'project', key: ['id'] },
  steps: { scope: 'project', key: ['id'] },
  sets: { scope: 'project', key: ['id'] },
  instances: { scope: 'project', key: ['id'] },
  builds: { scope: 'project', key: ['id'] },
  imports: { scope: 'project', key: ['id'] },
  renames: { scope: 'project', key: ['id'] },
  rename_moves: { scope: 'project', key: ['rename_id', 'position'] },
  import_refusals: { scope: 'project', key: ['import_id', 'position'] },
  wanted_files: { scope: 'project', key: ['import_id', 'position'] },
  failures: { scope: 'project', key: ['id'] },
  failure_tests: { scope: 'project', key: ['failure_id', 'test_id'] },
  failure_builds: { scope: 'project', key: ['failure_id', 'build_id'] },
  runs: { scope: 'project', key: ['id'] },
  step_runs: { scope: 'project', key: ['id'] },
  results: { scope: 'project', key: ['build_id', 'instance_id'] },
  flaky_tests: { scope: 'project', key: ['instance_id'] },
  field_values: { scope: 'project', key: ['kind', 'entity_id', 'field_id', 'position'] },
  links: { scope: 'project', key: ['from_kind', 'from_id', 'to_kind', 'to_id', 'via'] },
  comments: { scope: 'project', key: ['id'] },
  attachments: { scope: 'project', key: ['id'] },
  webhooks: { scope: 'project', key: ['id'] },
  webhook_deliveries: { scope: 'project', key: ['id'], isNumbered: true },
  webhook_messages: { scope: 'project', key: ['id'], isNumbered: true },
} as const satisfies { [T in TableName]: Table<T> }

type AnyTable = {
  scope: 'account' | 'project'
  key: readonly string[]
  isNumbered?: true
  isEverywhere?: true
  isReadByWrites?: true
}

/** What is known of a table. */
export const tableOf = (table: TableName): AnyTable => TABLES[table]

/** Every table, in an order in which rows can be stored. */
export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[]

export const isOfProject = (table: TableName): table is ProjectTableName => tableOf(table).scope === 'project'

/** The tables of a project, rows before the rows that hang on them. */
export const PROJECT_TABLES = TABLE_NAMES.filter(isOfProject)

/** The whole key of a table; that of a project's table leads with `project_id`. */
export const keyOf = (table: TableName): readonly string[] =>
  isOfProject(table) ? ['project_id', ...tableOf(table).key] : tableOf(table).key

/** Whether its key is an id, of the one sequence or its own. */
export const hasId = (table: TableName): boolean => tableOf(table).key.join() === 'id'

/** The tables whose rows number themselves. */
export const NUMBERED_TABLES = TABLE_NAMES.filter((table) => tableOf(table).isNumbered)
