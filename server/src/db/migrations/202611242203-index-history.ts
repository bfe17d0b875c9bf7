import type { Kysely } from 'kysely'
import type { ColumnTypes } from './schema-builder.ts'
import { schemaBuilder } from './schema-builder.ts'

/**
 * History by user, by action and by kind, for audits of the account and for its projects alike. What results bring in
 * numbers, the events of runs, is left out where it can be: uploading a result writes little more than before.
 */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const { index } = schemaBuilder(db, types)
  const by = (column: string) => `history_events (account_id, ${column}, created_at, id)`
  await index('history_by_user', by('user_id'), { where: 'user_id is not null' })
  await index('history_by_action', by('action'), { where: "action <> 'run'" })
  await index('history_by_kind', by('entity'), { where: "action <> 'run'" })
}
