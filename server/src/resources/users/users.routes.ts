import { answering, array, closed, object, ref, sending, sentId, text } from '../../core/resource/json-schema.ts'
import { extendedSchemas, pascal } from '../../core/resource/resource-schemas.ts'
import { parameter } from '../../engine/parameter.ts'
import { listing, type ResourceRoutes, showing } from '../../engine/resource-routes.ts'
import type { People } from '../../people/people.ts'
import { projects } from '../projects/projects.resource.ts'
import { showMe } from './describe-caller.ts'
import { inviteUser } from './invitations.actions.ts'
import { listUserProjects, replaceUserProjects, revokeUserProjects } from './user-projects.actions.ts'
import { createUser, updateUser } from './users.actions.ts'
import { usersList } from './users.list.ts'

const invitation = {
  url: { type: 'string', format: 'uri', description: 'Link to set a password, which works once' },
  'expires-at': { type: 'string', format: 'date-time' },
  mailed: { type: 'boolean', description: 'Whether it was mailed to the user' },
}

export const usersRoutes = (people: People): ResourceRoutes => ({
  list: usersList,
  routes: [
    {
      method: 'GET',
      path: '/users',
      access: 'any',
      summary: 'List users',
      handle: listing(usersList),
    },
    {
      method: 'POST',
      path: '/users',
      access: 'account',
      summary: 'Create a user',
      description: 'With `invite=true` the answer has `meta.invitation`: a link by which the user sets a password.',
      parameters: [parameter('invite', 'Also make a link to set a password', { type: 'boolean' })],
      handle: createUser(people),
    },
    {
      method: 'POST',
      path: '/users/:id/invitation',
      access: 'account',
      summary: 'Make a link by which a user sets a password',
      id: 'inviteUser',
      body: null,
      answer: answering(closed({ id: text, type: { const: 'invitations' }, attributes: closed(invitation) })),
      handle: inviteUser(people),
    },
    {
      method: 'GET',
      path: '/users/:id',
      access: 'any',
      summary: 'Show a user',
      handle: showing(usersList),
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
      beforeSecondFactor: true,
      summary: 'Describe the calling token',
      id: 'showMe',
      answer: ref('MeAnswer'),
      schemas: {
        MeAnswer: answering(
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
      },
      handle: showMe,
    },
    { method: 'PUT', path: '/users/:id', access: 'any', summary: 'Update names of a user', handle: updateUser },
  ],
})
