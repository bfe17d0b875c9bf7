import { sql } from 'kysely'
import { answering, array, closed, object, ref, sending, sentId, text } from '../../core/resource/json-schema.ts'
import { extendedSchemas, pascal } from '../../core/resource/resource-schemas.ts'
import { BY_ID } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import { documented, type Filter, type Room } from '../../engine/room.ts'
import { listRows, showRow } from '../../engine/show-rows.ts'
import { projects } from '../projects/projects.resource.ts'
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
      id: 'listUserProjects',
      pageOf: ref('UserProject'),
      schemas: extendedSchemas('UserProject', projects, {
        groups: {
          ...array(closed({ id: { type: 'integer' }, name: text })),
          description: 'Groups of the user in the project',
        },
      }),
      handle: listUserProjects,
    },
    ...['projects', 'groups'].map((word) => ({
      method: 'PUT' as const,
      path: `/users/:id/${word}`,
      access: 'account' as const,
      summary: 'Replace project and group access of a user',
      description: 'Projects that are not named lose the user; without groups the user joins Testers.',
      id: `replaceUser${pascal(word)}`,
      body: sending(
        object({ projects: array(object({ id: sentId, groups: array(object({ id: sentId })) })) }, ['projects']),
      ),
      pageOf: ref('UserProject'),
      handle: replaceUserProjects,
    })),
    {
      method: 'DELETE',
      path: '/users/:id/projects',
      access: 'account',
      summary: 'Revoke all project access of a user',
      id: 'revokeUserProjects',
      body: null,
      answer: answering({ type: 'array', maxItems: 0 }),
      handle: revokeUserProjects,
    },
    {
      method: 'GET',
      path: '/me',
      access: 'any',
      summary: 'Describe the calling token',
      id: 'showMe',
      answer: answering(
        closed({
          id: text,
          type: { const: 'me' },
          attributes: closed({
            'token-kind': { enum: ['personal', 'account'] },
            impersonation: { type: 'boolean' },
            owner: { type: 'boolean' },
            user: { oneOf: [{ type: 'null' }, { type: 'object' }] },
          }),
        }),
      ),
      handle: showMe,
    },
    { method: 'PUT', path: '/users/:id', access: 'any', summary: 'Update names of a user', handle: updateUser },
  ],
}
