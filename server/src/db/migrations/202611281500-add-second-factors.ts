import type { Kysely } from 'kysely'
import type { ColumnTypes } from './schema-builder.ts'
import { schemaBuilder } from './schema-builder.ts'

/** Secrets of authenticator apps and the codes to be kept for when they are lost; accounts that want a second factor. */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const { addColumns, table, index } = schemaBuilder(db, types)
  await addColumns('accounts', 'require_second_factor integer! 0')

  await table(
    'totp_secrets',
    'user_id integer!, account_id integer!, secret text!, confirmed integer!, last_step integer!, created_at integer!',
    'user_id',
  )

  await table('recovery_codes', 'hash text!, account_id integer!, user_id integer!, created_at integer!', 'hash')
  await index('recovery_codes_by_user', 'recovery_codes (user_id)')
}
