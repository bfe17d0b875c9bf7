import { renderResource } from '../../core/resource/render.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { mustFindUser } from './must-find-user.ts'
import { users } from './users.resource.ts'

/** What the caller is and whom they act for, as `me.json` answers it (contract §7.1). */
export async function describeCaller({ caller, reader }: Context): Promise<object> {
  const row = caller.userId === null ? undefined : await mustFindUser(reader, caller, caller.userId)
  const attributes = {
    'token-kind': caller.userId === null ? 'account' : 'personal',
    impersonation: caller.impersonation,
    owner: row?.is_owner === 1,
    user: row ? renderResource(users, { ...row }).attributes : null,
  }
  return { data: { id: String(caller.userId ?? 0), type: 'me', attributes } }
}

/** `GET me.json`. */
export const showMe = async (context: Context): Promise<Answer> => ({ body: await describeCaller(context) })
