import type { Schema } from '../db/schema.ts'
import { PROJECT_TABLES, type ProjectTableName } from '../db/tables.ts'

/**
 * What a column of a project's row holds, as far as a copy of the project needs to know: `same` in every copy; an `id`
 * of the one sequence, whatever it names, users too; the row's `own` number, which a copy is given anew; a `secret`,
 * which no export holds. The others hold ids inside a text: see map-row.ts.
 */
export type Held =
  | 'same'
  | 'id'
  | 'own'
  | 'account'
  | 'secret'
  | 'id list'
  | 'custom fields'
  | 'changes'
  | 'query'
  | 'field value'
  | 'default'

/** What an export leaves out of a row: what belongs to one server alone. */
export const isLeftOut = (held: Held) => held === 'own' || held === 'account' || held === 'secret'

/** What another server needs to know of a user, to find or make them by their e-mail. */
export const OF_USERS = ['id', 'email', 'first_name', 'last_name', 'display_name', 'time_zone'] as const

/**
 * Tables of a project that an export leaves out: what waits to be sent, keys of requests, and what parting joined tests
 * takes belong to one server.
 */
const LEFT_OUT = ['webhook_messages', 'idempotency_keys', 'rename_moves'] as const

export type ExportedTable = Exclude<ProjectTableName, (typeof LEFT_OUT)[number]> | 'projects'

/** What an export holds, in an order in which rows can be stored. */
export const EXPORTED_TABLES: readonly ExportedTable[] = [
  'projects',
  ...PROJECT_TABLES.filter((table): table is Exclude<ExportedTable, 'projects'> => !LEFT_OUT.includes(table as never)),
]

/** Whatever table they are in, columns that hold something else than their name says. */
const EVERYWHERE: Readonly<Record<string, Held>> = {
  account_id: 'account',
  custom_fields: 'custom fields',
  // Counted per project, and given by other systems.
  display_id: 'same',
  entity_display_id: 'same',
  external_id: 'same',
  commit_id: 'same',
}

/** Columns that hold ids inside a text, or what belongs to one server. */
const OF_TABLE: { readonly [T in ExportedTable]?: { readonly [C in keyof Schema[T]]?: Held } } = {
  custom_fields: { default_value: 'default' },
  issue_transitions: { group_ids: 'id list' },
  filters: { ptql: 'query' },
  builds: { set_ids: 'id list' },
  // Tokens are not exported, and a copy holds imports that are over.
  imports: { token_id: 'account', key: 'account', owner: 'account' },
  gates: { set_ids: 'id list' },
  links: { via: 'id' },
  field_values: { value: 'field value', value_folded: 'field value' },
  webhooks: { secret: 'secret', old_secret: 'secret', old_secret_until: 'secret' },
  webhook_deliveries: { id: 'own' },
  history_events: { id: 'own', changes: 'changes' },
}

/** What a column of a project's table holds: by its name an id, or the same in every copy, unless it says otherwise above. */
export function heldIn(table: ExportedTable, column: string): Held {
  const ofTable: Readonly<Record<string, Held | undefined>> = OF_TABLE[table] ?? {}
  return ofTable[column] ?? EVERYWHERE[column] ?? (/^id$|_id$/.test(column) ? 'id' : 'same')
}
