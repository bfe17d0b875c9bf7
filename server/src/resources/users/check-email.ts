import { inside, type Pointer, type Problems } from '../../core/problems.ts'
import type { Tx } from '../../db/handle.ts'
import { findUserByEmail } from '../../features/members/users.store.ts'
import { isEmail } from './users.rules.ts'
import { lockEmail } from './users.store.ts'

/** Throws 422 unless a new user of the account may have that e-mail; nobody else can take it until the transaction ends. */
export async function checkEmail(
  tx: Tx,
  accountId: number,
  sent: string,
  { problems, place }: { problems: Problems; place: Pointer },
): Promise<void> {
  const email = sent.toLowerCase()
  await lockEmail(tx, accountId, email)
  if (!isEmail(email)) problems.at(inside(place, 'email'), 'Email is not an e-mail address', email)
  else if (await findUserByEmail(tx, accountId, email)) {
    problems.at(inside(place, 'email'), `Email is taken: a user ${email} exists already`)
  }
  problems.throwIfAny()
}
