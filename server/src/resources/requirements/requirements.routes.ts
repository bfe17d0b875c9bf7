import { array, object, sentId } from '../../core/resource/json-schema.ts'
import { type ResourceRoutes, readRoutes } from '../../engine/resource-routes.ts'
import { UPDATED_BY } from '../../features/entities/named-entity.ts'
import { createRequirement, deleteRequirement, updateRequirement } from './requirements.actions.ts'
import { requirementsList } from './requirements.list.ts'

const PATH = '/projects/:project_id/requirements'
export const requirementsRoutes: ResourceRoutes = {
  list: requirementsList,
  routes: [
    ...readRoutes(requirementsList, {
      path: PATH,
      access: 'requirements_view',
      summaries: ['List requirements', 'Show a requirement'],
    }),
    {
      method: 'POST',
      path: PATH,
      access: 'requirements_editor',
      summary: 'Create a requirement',
      beside: { traceability: object({ 'test-ids': array(sentId) }) },
      handle: createRequirement,
    },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: 'requirements_editor',
      summary: 'Update a requirement',
      attributes: UPDATED_BY,
      handle: updateRequirement,
    },
    {
      method: 'DELETE',
      path: `${PATH}/:id`,
      access: 'requirements_admin',
      summary: 'Delete a requirement',
      handle: deleteRequirement,
    },
  ],
}
