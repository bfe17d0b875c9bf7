import { object, text } from '../../core/resource/json-schema.ts'
import { parameter } from '../../engine/parameter.ts'
import { listing, type ResourceRoutes, showing } from '../../engine/resource-routes.ts'
import { deleteProject, updateProject } from './change-project.ts'
import { createProject } from './projects.actions.ts'
import { projectsList } from './projects.list.ts'

export const projectsRoutes: ResourceRoutes = {
  list: projectsList,
  routes: [
    {
      method: 'GET',
      path: '/projects',
      access: 'any',
      summary: 'List projects',
      handle: listing(projectsList),
    },
    { method: 'POST', path: '/projects', access: 'account', summary: 'Create a project', handle: createProject },
    {
      method: 'GET',
      path: '/projects/:id',
      access: 'member',
      summary: 'Show a project',
      handle: showing(projectsList),
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
