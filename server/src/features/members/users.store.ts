import { PARAMETERS_AT_ONCE } from '../../db/among.ts'
import type { Reader } from '../../db/handle.ts'

/** The user of an account with this e-mail, in any spelling. */
export async function findUserByEmail(reader: Pick<Reader, 'db'>, accountId: number, email: string) {
  return reader.db
    .selectFrom('users')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('email', '=', email.toLowerCase())
    .executeTakeFirst()
}

/** Which of these user ids exist in the account (contract §1.3). */
export async function existingUsers(reader: Pick<Reader, 'db'>, accountId: number, ids: Iterable<number>) {
  const wanted = [...new Set(ids)].filter(Number.isSafeInteger)
  const known = new Set<number>()
  for (let from = 0; from < wanted.length; from += PARAMETERS_AT_ONCE) {
    const rows = await reader.db
      .selectFrom('users')
      .select('id')
      .where('account_id', '=', accountId)
      .where('id', 'in', wanted.slice(from, from + PARAMETERS_AT_ONCE))
      .execute()
    for (const { id } of rows) known.add(id)
  }
  return known
}

/** A user of the account. */
export async function findUser(reader: Pick<Reader, 'db'>, accountId: number, id: number) {
  return reader.db
    .selectFrom('users')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()
}
