import { answering, ref } from '../../core/resource/json-schema.ts'
import { resourceSchema } from '../../core/resource/resource-schemas.ts'
import { type ResourceRoutes, readRoutes } from '../../engine/resource-routes.ts'
import type { Description } from '../../engine/route.ts'
import { addGroupUsers, listGroupUsers, removeGroupUsers } from './group-users.actions.ts'
import { createGroup, deleteGroup, updateGroup } from './groups.actions.ts'
import { groupsList } from './groups.list.ts'
import { singleGroup } from './groups.resource.ts'

const PATH = '/projects/:project_id/groups'
const USERS = `${PATH}/:id/relationships/users`
const WITH_PERMISSIONS: Description = {
  attributes: {
    permissions: {
      type: ['object', 'array', 'null'],
      description: 'Permissions by key, or as a single group shows them; what is left out stays, or is not granted',
      items: { type: 'object' },
      additionalProperties: { type: 'boolean' },
      examples: [{ runs: true }],
    },
  },
  answer: answering(ref('GroupWithPermissions')),
}

export const groupsRoutes: ResourceRoutes = {
  list: groupsList,
  routes: [
    ...readRoutes(groupsList, {
      path: PATH,
      access: 'project_settings',
      summaries: ['List groups of the project', 'Show a group with its 20 permissions'],
      one: {
        answer: answering(ref('GroupWithPermissions')),
        schemas: { GroupWithPermissions: resourceSchema(singleGroup) },
      },
    }),
    {
      method: 'POST',
      path: PATH,
      access: 'project_settings',
      summary: 'Create a group',
      ...WITH_PERMISSIONS,
      handle: createGroup,
    },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: 'project_settings',
      summary: 'Rename a group or change its permissions',
      ...WITH_PERMISSIONS,
      handle: updateGroup,
    },
    {
      method: 'DELETE',
      path: `${PATH}/:id`,
      access: 'project_settings',
      summary: 'Delete a group',
      handle: deleteGroup,
    },
    {
      method: 'GET',
      path: USERS,
      access: 'project_settings',
      summary: 'List users of a group',
      links: true,
      handle: listGroupUsers,
    },
    {
      method: 'POST',
      path: USERS,
      access: 'project_settings',
      summary: 'Add users to a group',
      links: true,
      handle: addGroupUsers,
    },
    {
      method: 'DELETE',
      path: USERS,
      access: 'project_settings',
      summary: 'Remove users from a group',
      links: true,
      handle: removeGroupUsers,
    },
  ],
}
