import { array, object, sentId } from '../../core/resource/json-schema.ts'
import { listing, type ResourceRoutes, showing } from '../../engine/resource-routes.ts'
import { describeClone } from '../../features/entities/clone-entity.ts'
import { findOrCreate } from '../../features/entities/find-or-create.ts'
import { UPDATED_BY } from '../../features/entities/named-entity.ts'
import { cloneSet } from './clone-set.ts'
import { createSet, deleteSet, updateSet } from './sets.actions.ts'
import { setsList } from './sets.list.ts'
import { sets } from './sets.resource.ts'

const PATH = '/projects/:project_id/sets'
export const setsRoutes: ResourceRoutes = {
  list: setsList,
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'tests_view',
      summary: 'List test sets',
      handle: listing(setsList),
    },
    {
      method: 'POST',
      path: PATH,
      access: 'runs',
      summary: 'Create a test set',
      beside: { instances: object({ 'test-ids': array(sentId) }) },
      parameters: [findOrCreate('set')],
      handle: createSet,
    },
    {
      method: 'GET',
      path: `${PATH}/:id`,
      access: 'tests_view',
      summary: 'Show a test set',
      handle: showing(setsList),
    },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: 'runs',
      summary: 'Update a test set',
      attributes: UPDATED_BY,
      handle: updateSet,
    },
    { method: 'DELETE', path: `${PATH}/:id`, access: 'runs_admin', summary: 'Delete a test set', handle: deleteSet },
    {
      method: 'POST',
      path: `${PATH}/:id/clone`,
      access: 'runs',
      summary: 'Clone a test set',
      ...describeClone(sets),
      handle: cloneSet,
    },
  ],
}
