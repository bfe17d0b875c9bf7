import { hashSecret } from '../auth/session.ts'
import type { Reader, Tx } from '../db/handle.ts'
import { insertRows } from '../db/store.ts'
import type { Person } from './passwords.store.ts'
import type { Identity } from './single-sign-on.rules.ts'

const hashOf = ({ issuer, subject }: Pick<Identity, 'issuer' | 'subject'>) => hashSecret(`${issuer} ${subject}`)

/** The user whom a provider vouched for before. */
export async function userOfIdentity({ db }: Pick<Reader, 'db'>, identity: Identity): Promise<number | undefined> {
  const row = await db
    .selectFrom('identities')
    .select('user_id')
    .where('hash', '=', hashOf(identity))
    .executeTakeFirst()
  return row?.user_id
}

/** Notes that somebody a provider knows is a user, whatever their e-mail will be. */
export async function insertIdentity(
  tx: Tx,
  identity: Identity,
  { id, account_id, now }: Pick<Person, 'id' | 'account_id'> & { now: number },
): Promise<void> {
  const row = { hash: hashOf(identity), account_id, user_id: id, created_at: now }
  await insertRows(tx, 'identities', [row], { skipExisting: true })
}
