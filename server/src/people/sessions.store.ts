import { hashSecret, isOverBefore, newSecret, SESSION_LIFETIME } from '../auth/session.ts'
import { MAX_SESSIONS } from '../core/limits.ts'
import type { Tx } from '../db/handle.ts'
import { insertRows } from '../db/store.ts'
import type { Person } from './passwords.store.ts'

/** Where a session is begun. */
export interface Place {
  address: string
  /** What the browser calls itself. */
  device: string
  /** Whether it outlives the browser, and 12 hours without a request. */
  remember: boolean
  /** What let them in; an identity provider asks for a second factor itself. */
  via: 'password' | 'provider'
  now: number
}

/** Stores a new session of a user, and ends the oldest where there are too many. The secret is in no other place. */
export async function insertSession(
  tx: Tx,
  { id: userId, account_id }: Pick<Person, 'id' | 'account_id'>,
  { address, device, remember, via, now }: Place,
): Promise<{ id: number; secret: string }> {
  const secret = newSecret()
  const id = tx.nextId()
  await insertRows(tx, 'sessions', [
    {
      id,
      account_id,
      user_id: userId,
      hash: hashSecret(secret),
      device,
      address,
      via,
      remember: remember ? 1 : 0,
      created_at: now,
      last_seen_at: now,
      expires_at: now + SESSION_LIFETIME,
    },
  ])
  const oldest = await tx.db
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', userId)
    .orderBy('id', 'desc')
    .offset(MAX_SESSIONS)
    .limit(MAX_SESSIONS)
    .execute()
  await endById(
    tx,
    oldest.map((row) => row.id),
  )
  return { id, secret }
}

async function endById(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await tx.db.deleteFrom('sessions').where('id', 'in', ids).execute()
}

/** Ends sessions of a user, all but `except`, or only some of them; answers the ids of those that there were. */
export async function endSessions(
  tx: Tx,
  userId: number,
  { except, only }: { except?: number | undefined; only?: readonly number[] | undefined } = {},
): Promise<number[]> {
  const rows = await tx.db.selectFrom('sessions').select('id').where('user_id', '=', userId).orderBy('id').execute()
  const ids = rows.map(({ id }) => id).filter((id) => id !== except && (only === undefined || only.includes(id)))
  await endById(tx, ids)
  return ids
}

/** Whose session a secret is, if it is one. */
export async function sessionOf(
  { db }: Pick<Tx, 'db'>,
  secret: string,
): Promise<{ id: number; user_id: number; account_id: number; is_owner: number } | undefined> {
  return db
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .select(['s.id', 's.user_id', 's.account_id', 'u.is_owner'])
    .where('s.hash', '=', hashSecret(secret))
    .executeTakeFirst()
}

/** Removes sessions that are over. */
export async function dropOldSessions({ db }: Tx, now: number): Promise<void> {
  const { expired, idle } = isOverBefore(now)
  await db
    .deleteFrom('sessions')
    .where((at) =>
      at.or([at('expires_at', '<=', expired), at.and([at('remember', '=', 0), at('last_seen_at', '<=', idle)])]),
    )
    .execute()
}
