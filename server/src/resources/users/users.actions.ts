import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems, inside, invalidAt, type Pointer } from '../../core/problems.ts'
import { readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { lockSignIn } from '../../people/passwords.store.ts'
import type { People } from '../../people/people.ts'
import { endSessions } from '../../people/sessions.store.ts'
import { dropWelcomeCodes } from '../../people/welcome-codes.store.ts'
import { checkEmail } from './check-email.ts'
import { handOut, type Invitation, invite } from './invitations.actions.ts'
import { mustFindUser } from './must-find-user.ts'
import { requireSelf } from './require-self.ts'
import { users } from './users.resource.ts'
import { changeUser, insertUser } from './users.store.ts'

/** `POST users.json`: the new user is in no project; with `invite=true` there is a link to set a password. */
export function createUser(people: People) {
  return async (context: Context): Promise<Answer> => {
    const { sent } = oneElement(context.body())
    const problems = createProblems()
    const cells = readForCreate({ resource: users, sent, problems })
    problems.throwIfAny()
    const { accountId } = context.caller
    const isInvited = context.query.flag('invite')
    let invitation: Invitation | undefined
    const answer = await context.write(
      async (tx) => {
        await checkEmail(tx, accountId, String(cells.email), { problems, place: sent.place })
        const id = await insertUser(tx, { accountId, cells, now: context.now })
        const user = await mustFindUser(tx, context.caller, id)
        noteSetting(tx, { entity: 'user', entityId: id, action: 'create', changes: changesOf(users, undefined, user) })
        invitation = isInvited ? await invite(tx, context, user) : undefined
        return { show: 'users', id }
      },
      { secret: isInvited },
    )
    if (invitation === undefined) return answer
    return { ...answer, meta: { invitation: await handOut(people, String(cells.email).toLowerCase(), invitation) } }
  }
}

/** 403 unless somebody else than the user decides whether the user is active; 422 for putting oneself out. */
function checkActive({ caller }: Context, id: number, active: unknown, place: Pointer): void {
  if (active === undefined) return
  if (!caller.passesAll) {
    throw apiError('forbidden', { title: 'Whether a user is active takes an account token, or an account owner' })
  }
  if (caller.userId === id && active === 0) {
    throw invalidAt(inside(place, 'active'), 'You cannot put yourself out: another account owner can')
  }
}

/**
 * `PUT users/:id.json`: names of a user, by an account token or the user's own personal token; by an account token also
 * whether the user is active. Who is not has no session any more, and can neither sign in nor use a token (§14.2).
 */
export async function updateUser(context: Context): Promise<Answer> {
  const id = context.id()
  requireSelf(context, id)
  const { caller } = context
  const { sent } = oneElement(context.body())
  return context.write(async (tx) => {
    if (sent.values.active !== undefined) await lockSignIn(tx, id)
    const row = await mustFindUser(tx, caller, id)
    const problems = createProblems()
    const cells = readForUpdate({ resource: users, sent, problems, row: { ...row } })
    problems.throwIfAny()
    checkActive(context, id, cells.active, sent.place)
    if (cells.display_name === null) cells.display_name = row.email
    const changes = changesOf(users, row, { ...row, ...cells })
    noteSetting(tx, { entity: 'user', entityId: id, action: 'update', changes })
    await changeUser(tx, id, cells)
    if (cells.active === 0) {
      await endSessions(tx, id)
      await dropWelcomeCodes(tx, id)
    }
    return { show: 'users', id }
  })
}
