import { sql } from 'kysely'
import { object, text } from '../../core/resource/json-schema.ts'
import { asListing, BY_ID_DESCENDING } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import type { Room } from '../../engine/room.ts'
import { listRows, showRow } from '../../engine/show-rows.ts'
import { deleteProject, updateProject } from './change-project.ts'
import { createProject } from './projects.actions.ts'
import { projects } from './projects.resource.ts'

export const projectsRoom: Room = {
  resource: projects,
  order: BY_ID_DESCENDING,
  select: ({ db }) => asListing(db.selectFrom('projects as t').selectAll('t').where('t.deleted_at', 'is', null)),
  filters: [
    // A personal token sees the projects of its owner.
    (listing, { caller }) =>
      caller.passesAll
        ? listing
        : listing.where(
            sql<boolean>`exists (select 1 from memberships m where m.user_id = ${caller.userId} and m.project_id = t.id)`,
          ),
  ],
  routes: [
    {
      method: 'GET',
      path: '/projects',
      access: 'any',
      summary: 'List projects',
      handle: async (context) => ({ page: await listRows(projectsRoom, context) }),
    },
    { method: 'POST', path: '/projects', access: 'account', summary: 'Create a project', handle: createProject },
    {
      method: 'GET',
      path: '/projects/:id',
      access: 'member',
      summary: 'Show a project',
      handle: (context) => showRow(projectsRoom, context),
    },
    {
      method: 'PUT',
      path: '/projects/:id',
      access: 'project_settings',
      summary: 'Rename a project or change its settings',
      handle: updateProject,
    },
    {
      method: 'DELETE',
      path: '/projects/:id',
      access: 'account',
      summary: 'Delete a project and everything in it; needs confirm=<its name>',
      parameters: [parameter('confirm', 'The name of the project; may stand in the body instead')],
      body: object({ confirm: text }),
      bodyOptional: true,
      sample: { query: 'confirm=Payments' },
      handle: deleteProject,
    },
  ],
}
