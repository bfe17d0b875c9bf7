import { array, object, sentId } from '../../core/resource/json-schema.ts'
import { BY_ID, shownOf } from '../../db/list.ts'
import { idsFilter, nameFilters, type Room } from '../../engine/room.ts'
import { readRoutes } from '../../engine/room-routes.ts'
import { UPDATED_BY } from '../../features/entities/named-entity.ts'
import { relationshipsOf } from '../../features/links/relationships.ts'
import { criteriaOf } from '../filters/criteria.ts'
import { createRequirement, deleteRequirement, updateRequirement } from './requirements.actions.ts'
import { requirements } from './requirements.resource.ts'

const PATH = '/projects/:project_id/requirements'

export const requirementsRoom: Room = {
  resource: requirements,
  order: BY_ID,
  counted: 'requirements',
  criteria: criteriaOf('requirement'),
  select: shownOf(requirements),
  filters: [...nameFilters({ trigrams: 'requirements' }, 'name'), idsFilter('t.display_id', 'display-ids')],
  relationships: relationshipsOf(requirements),
  routes: [
    ...readRoutes(() => requirementsRoom, {
      path: PATH,
      access: 'requirements_view',
      list: 'List requirements',
      show: 'Show a requirement',
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
