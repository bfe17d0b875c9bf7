import { createProblems, invalidAt } from '../../core/problems.ts'
import type { Tx } from '../../db/handle.ts'
import { insertRows } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { type Identifier, readIdentifiers } from '../../features/links/read-identifiers.ts'
import { allIdentifiers, showIdentifiers } from '../../features/links/show-identifiers.ts'
import { lockMembers } from '../../features/members/lock-members.ts'
import { existingUsers } from '../../features/members/users.store.ts'
import { usersOf } from './group-users.list.ts'
import { groups } from './groups.resource.ts'
import { type GroupRow, removeMembers } from './groups.store.ts'

/** `GET groups/:id/relationships/users.json`. */
export async function listGroupUsers(context: Context): Promise<Answer> {
  const row = await mustFind(context.reader, groups, context.project.id, context.id())
  return { page: await showIdentifiers(context, usersOf(context.reader, row), 'users') }
}

/** One writing request: all users named must exist, then they join or leave in one transaction. */
async function write(context: Context, change: (tx: Tx, row: GroupRow, o: Members) => Promise<void>): Promise<Answer> {
  const problems = createProblems()
  const named: Identifier[] = readIdentifiers(context.body(), 'users', problems)
  const id = context.id()
  const projectId = context.project.id
  return context.write(
    async (tx) => {
      await lockMembers(tx, [projectId])
      const row = await mustFind(tx, groups, projectId, id)
      const wanted = new Set(named.map((identifier) => identifier.id))
      const known = await existingUsers(tx, context.caller.accountId, wanted)
      for (const { id: user, place } of named) {
        if (!known.has(user)) problems.at(place, `There is no user with the id ${user} in this account`)
      }
      problems.throwIfAny()
      const members = (await usersOf(tx, row).execute()).map((member) => Number(member.id))
      await change(tx, row, { wanted, members: new Set(members) })
      return { body: await allIdentifiers(usersOf(tx, row), 'users') }
    },
    { ids: 0 },
  )
}

interface Members {
  /** Users that the body names. */
  wanted: ReadonlySet<number>
  /** Users that are in the group now. */
  members: ReadonlySet<number>
}

function noteUsers(tx: Tx, row: GroupRow, action: 'link' | 'unlink', users: readonly number[]): void {
  if (users.length === 0) return
  const changes = users.map((id) => ({
    field: 'users',
    from: action === 'link' ? null : id,
    to: action === 'link' ? id : null,
  }))
  noteSetting(tx, { entity: 'group', entityId: row.id, projectId: row.project_id, action, changes })
}

/** `POST groups/:id/relationships/users.json`: who is in the group already is skipped. */
export const addGroupUsers = (context: Context): Promise<Answer> =>
  write(context, async (tx, row, { wanted, members }) => {
    const joining = [...wanted].filter((id) => !members.has(id))
    const rows = joining.map((id) => ({ project_id: row.project_id, group_id: row.id, user_id: id }))
    await insertRows(tx, 'memberships', rows, { skipExisting: true })
    noteUsers(tx, row, 'link', joining)
  })

/**
 * `DELETE groups/:id/relationships/users.json`: who is not in the group is skipped; the last member of Administrators
 * stays (contract §7.3).
 */
export const removeGroupUsers = (context: Context): Promise<Answer> =>
  write(context, async (tx, row, { wanted, members }) => {
    if (wanted.size === 0) throw invalidAt({ pointer: '/data' }, "Data can't be empty: name who leaves the group")
    const leaving = [...wanted].filter((id) => members.has(id))
    if (
      row.is_default === 1 &&
      row.name === 'Administrators' &&
      leaving.length > 0 &&
      leaving.length === members.size
    ) {
      throw invalidAt(
        { pointer: '/data' },
        'The last member of Administrators cannot be removed: add another one first',
      )
    }
    if (leaving.length === 0) return
    await removeMembers(tx, row, leaving)
    noteUsers(tx, row, 'unlink', leaving)
  })
