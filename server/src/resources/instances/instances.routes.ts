import { MAX_BULK } from '../../core/limits.ts'
import { listing, type ResourceRoutes, showing } from '../../engine/resource-routes.ts'
import { UPDATED_BY } from '../../features/entities/named-entity.ts'
import { createInstances, deleteInstance, updateInstance } from './instances.actions.ts'
import { instancesList } from './instances.list.ts'
import { BDD_PARAMETERS } from './instances.resource.ts'

const PATH = '/projects/:project_id/instances'
export const instancesRoutes: ResourceRoutes = {
  list: instancesList,
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'tests_view',
      summary: 'List instances',
      handle: listing(instancesList),
    },
    {
      method: 'POST',
      path: PATH,
      access: 'runs',
      summary: `Create one instance, or up to ${MAX_BULK}`,
      bulk: true,
      attributes: BDD_PARAMETERS,
      handle: createInstances,
    },
    {
      method: 'GET',
      path: `${PATH}/:id`,
      access: 'tests_view',
      summary: 'Show an instance',
      handle: showing(instancesList),
    },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: 'runs',
      summary: 'Update an instance',
      attributes: { ...BDD_PARAMETERS, ...UPDATED_BY },
      handle: updateInstance,
    },
    {
      method: 'DELETE',
      path: `${PATH}/:id`,
      access: 'runs_admin',
      summary: 'Delete an instance and its runs',
      handle: deleteInstance,
    },
  ],
}
