import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems, inside, type Place, type Problems } from '../../core/problems.ts'
import { type Cells, readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import { fold } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import { withSearchColumns } from '../../db/search-columns.ts'
import { insertRows } from '../../db/store.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { findUserByEmail } from '../../features/members/users.store.ts'
import { mustFindUser } from './must-find-user.ts'
import { requireSelf } from './require-self.ts'
import { users } from './users.resource.ts'
import { isEmail } from './users.rules.ts'

/** Stores a user and returns its id; adds a problem when the e-mail is malformed or taken. */
export async function insertUser(
  tx: Tx,
  {
    accountId,
    cells,
    now,
    problems,
    place,
  }: { accountId: number; cells: Cells; now: number; problems: Problems; place: Place },
  isOwner = false,
): Promise<number> {
  const email = String(cells.email).toLowerCase()
  await tx.dialect.lock(tx.db, `user ${accountId} ${email}`)
  if (!isEmail(email)) problems.at(inside(place, 'email'), 'Email is not an e-mail address', email)
  else if (await findUserByEmail(tx, accountId, email)) {
    problems.at(inside(place, 'email'), `Email is taken: a user ${email} exists already`)
  }
  problems.throwIfAny()
  const id = tx.nextId()
  const text = (column: string) => (cells[column] ?? null) as string | null
  const displayName = text('display_name') ?? email
  await insertRows(tx, 'users', [
    {
      id,
      account_id: accountId,
      email,
      first_name: text('first_name'),
      last_name: text('last_name'),
      display_name: displayName,
      display_name_folded: fold(displayName),
      time_zone: text('time_zone'),
      is_owner: isOwner ? 1 : 0,
      last_activity: null,
      created_at: now,
    },
  ])
  return id
}

/** `POST users.json`: the new user is in no project. */
export async function createUser(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const problems = createProblems()
  const cells = readForCreate({ resource: users, sent, problems })
  problems.throwIfAny()
  const { accountId } = context.caller
  return context.write(async (tx) => {
    const id = await insertUser(tx, { accountId, cells, now: context.now, problems, place: sent.place })
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
    if (Object.keys(cells).length > 0) {
      const complete = withSearchColumns('users', cells)
      await tx.db.updateTable('users').set(complete).where('id', '=', id).execute()
    }
    return { show: 'users', id }
  })
}
