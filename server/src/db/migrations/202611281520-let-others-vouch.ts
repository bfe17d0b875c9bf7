import type { Kysely } from 'kysely'
import type { ColumnTypes } from './schema-builder.ts'
import { schemaBuilder } from './schema-builder.ts'

/** Users as an identity provider knows them, and which sessions it vouched for. */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const { addColumns, table, index } = schemaBuilder(db, types)
  await addColumns('sessions', `via text! 'password'`)
  await table('identities', 'hash text!, account_id integer!, user_id integer!, created_at integer!', 'hash')
  await index('identities_by_user', 'identities (user_id)')
}
