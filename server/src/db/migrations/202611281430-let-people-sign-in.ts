import type { Kysely } from 'kysely'
import type { ColumnTypes } from './schema-builder.ts'
import { schemaBuilder } from './schema-builder.ts'

/** Passwords, sessions, and the codes of links that set a password (contract § 14); users who may not sign in. */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const { addColumns, table, index } = schemaBuilder(db, types)
  await addColumns('users', 'active integer! 1')

  await table('passwords', 'user_id integer!, account_id integer!, hash text!, changed_at integer!', 'user_id')

  await table(
    'sessions',
    `id integer!, account_id integer!, user_id integer!, hash text!, device text!, address text!, remember integer!,
     created_at integer!, last_seen_at integer!, expires_at integer!`,
    'id',
  )
  await index('sessions_by_hash', 'sessions (hash)', { unique: true })
  await index('sessions_by_user', 'sessions (user_id, id)')

  await table(
    'welcome_codes',
    'hash text!, account_id integer!, user_id integer!, created_at integer!, expires_at integer!',
    'hash',
  )
  await index('welcome_codes_by_user', 'welcome_codes (user_id)')

  // A person signs in by e-mail alone, whatever their account.
  await index('users_by_email_alone', 'users (email)')
}
