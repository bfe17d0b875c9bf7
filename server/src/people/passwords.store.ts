import type { Reader, Tx } from '../db/handle.ts'
import { insertRows } from '../db/store.ts'

/** Serialises sign-ins and changes of the password of a user, until the transaction ends. */
export const lockSignIn = (tx: Tx, userId: number): Promise<void> => tx.dialect.lock(tx.db, `sign-in ${userId}`)

/** Somebody who may be signing in. */
export interface Person {
  id: number
  account_id: number
  email: string
  is_owner: number
  active: number
  /** null: has no password. */
  hash: string | null
  /** null: has no second factor. */
  factor: number | null
}

const people = ({ db }: Pick<Reader, 'db'>) =>
  db
    .selectFrom('users as u')
    .leftJoin('passwords as p', 'p.user_id', 'u.id')
    .leftJoin('totp_secrets as f', (join) => join.onRef('f.user_id', '=', 'u.id').on('f.confirmed', '=', 1))
    .select(['u.id', 'u.account_id', 'u.email', 'u.is_owner', 'u.active', 'p.hash', 'f.user_id as factor'])

/** Everybody with that e-mail, in any spelling: one in each account at most. */
export const findPeople = (reader: Pick<Reader, 'db'>, email: string): Promise<Person[]> =>
  people(reader).where('u.email', '=', email.toLowerCase()).orderBy('u.id').execute()

export const findPerson = (reader: Pick<Reader, 'db'>, id: number): Promise<Person | undefined> =>
  people(reader).where('u.id', '=', id).executeTakeFirst()

/** Stores the hash of a user's password in place of any before it. */
export async function setPassword(
  tx: Tx,
  { id, account_id }: Pick<Person, 'id' | 'account_id'>,
  { hash, now }: { hash: string; now: number },
): Promise<void> {
  await tx.db.deleteFrom('passwords').where('user_id', '=', id).execute()
  await insertRows(tx, 'passwords', [{ user_id: id, account_id, hash, changed_at: now }])
}

/** Stores the same password hashed anew. */
export async function renewHash(tx: Tx, userId: number, hash: string): Promise<void> {
  await tx.db.updateTable('passwords').set({ hash }).where('user_id', '=', userId).execute()
}

/** When the password of a user was chosen; undefined without one. */
export async function passwordChangedAt({ db }: Pick<Reader, 'db'>, userId: number): Promise<number | undefined> {
  const row = await db.selectFrom('passwords').select('changed_at').where('user_id', '=', userId).executeTakeFirst()
  return row?.changed_at
}

/** The account that what nobody can be blamed for is told to: the first of the server. */
export async function firstAccount({ db }: Pick<Reader, 'db'>): Promise<number> {
  return (await db.selectFrom('accounts').select('id').orderBy('id').limit(1).executeTakeFirstOrThrow()).id
}
