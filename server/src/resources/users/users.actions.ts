import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems } from '../../core/problems.ts'
import { readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { checkEmail } from './check-email.ts'
import { mustFindUser } from './must-find-user.ts'
import { requireSelf } from './require-self.ts'
import { users } from './users.resource.ts'
import { changeUser, insertUser } from './users.store.ts'

/** `POST users.json`: the new user is in no project. */
export async function createUser(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const problems = createProblems()
  const cells = readForCreate({ resource: users, sent, problems })
  problems.throwIfAny()
  const { accountId } = context.caller
  return context.write(async (tx) => {
    await checkEmail(tx, accountId, String(cells.email), { problems, place: sent.place })
    const id = await insertUser(tx, { accountId, cells, now: context.now })
    const changes = changesOf(users, undefined, await mustFindUser(tx, context.caller, id))
    noteSetting(tx, { entity: 'user', entityId: id, action: 'create', changes })
    return { show: 'users', id }
  })
}

/** `PUT users/:id.json`: names of a user, by an account token or the user's own personal token. */
export async function updateUser(context: Context): Promise<Answer> {
  const id = context.id()
  requireSelf(context, id)
  const { caller } = context
  const { sent } = oneElement(context.body())
  return context.write(async (tx) => {
    const row = await mustFindUser(tx, caller, id)
    const problems = createProblems()
    const cells = readForUpdate({ resource: users, sent, problems, row: { ...row } })
    problems.throwIfAny()
    if (cells.display_name === null) cells.display_name = row.email
    const changes = changesOf(users, row, { ...row, ...cells })
    noteSetting(tx, { entity: 'user', entityId: id, action: 'update', changes })
    await changeUser(tx, id, cells)
    return { show: 'users', id }
  })
}
