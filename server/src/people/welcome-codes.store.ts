import { hashSecret, newSecret } from '../auth/session.ts'
import type { Reader, Tx } from '../db/handle.ts'
import { insertRows } from '../db/store.ts'
import type { Person } from './passwords.store.ts'

const HOUR = 3_600_000

/** How long a link that sets a password works, by what it is for (contract §14.2). */
export const LINK_LIFETIME = { invitation: 7 * 24 * HOUR, reset: HOUR } as const

/** Stores a code by which a user sets a password once. The code is in no other place. */
export async function insertWelcomeCode(
  tx: Tx,
  { id, account_id }: Pick<Person, 'id' | 'account_id'>,
  { purpose, now }: { purpose: keyof typeof LINK_LIFETIME; now: number },
): Promise<{ code: string; expiresAt: number }> {
  const code = newSecret()
  const expiresAt = now + LINK_LIFETIME[purpose]
  const row = { hash: hashSecret(code), account_id, user_id: id, created_at: now, expires_at: expiresAt }
  await insertRows(tx, 'welcome_codes', [row])
  return { code, expiresAt }
}

/** The user whose password a code sets; undefined for one that is unknown, used or too old. */
export async function userOfCode({ db }: Pick<Reader, 'db'>, code: string, now: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('welcome_codes')
    .select(['user_id', 'expires_at'])
    .where('hash', '=', hashSecret(code))
    .executeTakeFirst()
  return row !== undefined && row.expires_at > now ? row.user_id : undefined
}

/** Takes back every code of a user: each works once, and none outlives what another one was used for. */
export async function dropWelcomeCodes({ db }: Tx, userId: number): Promise<void> {
  await db.deleteFrom('welcome_codes').where('user_id', '=', userId).execute()
}

/** Removes codes that are too old. */
export async function dropOldCodes({ db }: Tx, now: number): Promise<void> {
  await db.deleteFrom('welcome_codes').where('expires_at', '<=', now).execute()
}

/** The link that a code is handed out as. */
export const welcomeLink = (baseUrl: string, code: string): string => `${baseUrl}/welcome/${code}`
