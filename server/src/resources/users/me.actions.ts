import { renderResource } from '../../core/resource/render.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { mustFindUser } from './must-find-user.ts'
import { users } from './users.resource.ts'

/** `GET me.json`: what the calling token is and whom it acts for (contract §7.1). */
export async function showMe({ caller, reader }: Context): Promise<Answer> {
  const row = caller.userId === null ? undefined : await mustFindUser(reader, caller, caller.userId)
  const attributes = {
    'token-kind': caller.userId === null ? 'account' : 'personal',
    impersonation: caller.impersonation,
    owner: row?.is_owner === 1,
    user: row ? renderResource(users, { ...row }).attributes : null,
  }
  return { body: { data: { id: String(caller.userId ?? 0), type: 'me', attributes } } }
}
