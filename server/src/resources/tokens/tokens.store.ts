import { randomBytes } from 'node:crypto'
import { hashToken } from '../../auth/caller.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'
import { insertRows } from '../../db/store.ts'

export type TokenRow = Schema['tokens']

/** 160 random bits as 40 hex characters (contract §7.9). */
export const newToken = () => randomBytes(20).toString('hex')

/** Stores a token hashed and returns its row; `userId` null makes an account token. */
export async function insertToken(
  tx: Tx,
  o: { accountId: number; userId: number | null; name: string; token: string; impersonation: boolean; now: number },
): Promise<TokenRow> {
  const row: TokenRow = {
    id: tx.nextId(),
    account_id: o.accountId,
    user_id: o.userId,
    name: o.name,
    hash: hashToken(o.token),
    enabled: 1,
    impersonation: o.impersonation ? 1 : 0,
    last_used_at: null,
    created_at: o.now,
  }
  await insertRows(tx, 'tokens', [row])
  return row
}

/** An account token by id; undefined for another account's, and for personal tokens. */
export async function findAccountToken(
  { db }: Pick<Reader, 'db'>,
  accountId: number,
  id: number,
): Promise<TokenRow | undefined> {
  return db
    .selectFrom('tokens')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('user_id', 'is', null)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** The personal token of a user, if there is one. */
export async function findPersonalToken(
  { db }: Pick<Reader, 'db'>,
  accountId: number,
  userId: number,
): Promise<TokenRow | undefined> {
  return db
    .selectFrom('tokens')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
}

/** Stores changed cells of a token; nothing without any. */
export async function changeToken(tx: Tx, row: TokenRow, cells: Partial<TokenRow>): Promise<void> {
  if (Object.keys(cells).length === 0) return
  await tx.db.updateTable('tokens').set(cells).where('id', '=', row.id).execute()
}

/** Deletes a token: the next request with it is 401. */
export async function deleteToken(tx: Tx, row: TokenRow): Promise<void> {
  await tx.db.deleteFrom('tokens').where('id', '=', row.id).execute()
}

/** Serialises the making and renewing of a user's personal token until the transaction ends. */
export const lockPersonalToken = (tx: Tx, userId: number): Promise<void> =>
  tx.dialect.lock(tx.db, `personal token ${userId}`)
