import type { Caller } from '../../auth/caller.ts'
import type { Reader } from '../../db/handle.ts'
import { notFound } from '../../engine/must-find.ts'
import { findUser } from '../../features/members/users.store.ts'
import { users } from './users.resource.ts'

/** A user of the caller's account; 404 when there is none of that id. */
export async function mustFindUser(reader: Pick<Reader, 'db'>, caller: Caller, id: number) {
  const row = await findUser(reader, caller.accountId, id)
  if (!row) throw notFound(users)
  return row
}
