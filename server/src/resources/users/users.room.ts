import { sql } from 'kysely'
import { BY_ID } from '../../db/list.ts'
import { documented, type Filter, parameter, type Room } from '../../engine/room.ts'
import { listRows, showRow } from '../../engine/show-rows.ts'
import { showMe } from './me.actions.ts'
import { listUserProjects, replaceUserProjects, revokeUserProjects } from './user-projects.actions.ts'
import { createUser, updateUser } from './users.actions.ts'
import { users } from './users.resource.ts'

/** A personal token sees its owner and those it shares a project with. */
const visible: Filter = (listing, { caller }) =>
  caller.passesAll
    ? listing
    : listing.where(
        sql<boolean>`(t.id = ${caller.userId} or exists (
          select 1 from memberships mine join memberships theirs on theirs.project_id = mine.project_id
          where mine.user_id = ${caller.userId} and theirs.user_id = t.id))`,
      )

const withEmail: Filter = (listing, { query }) => {
  const email = query.get('email')
  return email === undefined ? listing : listing.where('t.email', '=', email.trim().toLowerCase())
}

const active: Filter = (listing, { query }) =>
  query.flag('active')
    ? listing.where(sql<boolean>`exists (select 1 from memberships m where m.user_id = t.id)`)
    : listing

export const usersRoom: Room = {
  resource: users,
  order: BY_ID,
  visible,
  filters: [
    documented(withEmail, parameter('email', 'Only the user with this e-mail address, in any case')),
    documented(active, parameter('active', 'Only users who are in a project', { type: 'boolean' })),
  ],
  routes: [
    {
      method: 'GET',
      path: '/users',
      access: 'any',
      summary: 'List users',
      handle: async (context) => ({ page: await listRows(usersRoom, context) }),
    },
    { method: 'POST', path: '/users', access: 'account', summary: 'Create a user', handle: createUser },
    {
      method: 'GET',
      path: '/users/:id',
      access: 'any',
      summary: 'Show a user',
      handle: (context) => showRow(usersRoom, context),
    },
    {
      method: 'GET',
      path: '/users/:id/projects',
      access: 'any',
      summary: 'List projects and groups of a user',
      handle: listUserProjects,
    },
    ...['projects', 'groups'].map((word) => ({
      method: 'PUT' as const,
      path: `/users/:id/${word}`,
      access: 'account' as const,
      summary: 'Replace project and group access of a user',
      handle: replaceUserProjects,
    })),
    {
      method: 'DELETE',
      path: '/users/:id/projects',
      access: 'account',
      summary: 'Revoke all project access of a user',
      handle: revokeUserProjects,
    },
    { method: 'GET', path: '/me', access: 'any', summary: 'Describe the calling token', handle: showMe },
    { method: 'PUT', path: '/users/:id', access: 'any', summary: 'Update names of a user', handle: updateUser },
  ],
}
