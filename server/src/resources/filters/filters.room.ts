import { closed, text, whole } from '../../core/resource/json-schema.ts'
import { BY_ID } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import { documented, type Filter, type Room } from '../../engine/room.ts'
import { readRoutes } from '../../engine/room-routes.ts'
import { readEntity } from '../../features/entities/name-entity.ts'
import { listFilterValues } from './filter-values.ts'
import { createFilter, deleteFilter, updateFilter } from './filters.actions.ts'
import { FILTERED, filters } from './filters.resource.ts'

const PATH = '/projects/:project_id/filters'

const ofEntity: Filter = (listing, { query }) => {
  const word = query.get('entity')
  if (word === undefined) return listing
  return listing.where('t.entity', '=', readEntity(word, FILTERED, { parameter: 'entity' }))
}

export const filtersRoom: Room = {
  resource: filters,
  order: BY_ID,
  // Public ones and one's own; account tokens see all.
  visible: (listing, { caller }) =>
    caller.passesAll
      ? listing
      : listing.where((eb) => eb.or([eb('t.private', '=', 0), eb('t.owner_id', '=', caller.userId)])),
  filters: [documented(ofEntity, parameter('entity', 'Only those for this kind of entity', { enum: FILTERED }))],
  routes: [
    ...readRoutes(() => filtersRoom, { path: PATH, access: 'member', list: 'List filters', show: 'Show a filter' }),
    { method: 'POST', path: PATH, access: 'entity', summary: 'Create a filter', handle: createFilter },
    { method: 'PUT', path: `${PATH}/:id`, access: 'entity', summary: 'Update a filter', handle: updateFilter },
    { method: 'DELETE', path: `${PATH}/:id`, access: 'entity', summary: 'Delete a filter', handle: deleteFilter },
    {
      method: 'GET',
      path: `${PATH}/:id/values`,
      access: 'member',
      summary: 'List values of an auto-filter level',
      id: 'listFilterValues',
      parameters: [parameter('autofilter-value', 'Value of the first level: list those of the second under it')],
      pageOf: closed({ value: text, count: whole }),
      handle: listFilterValues,
    },
  ],
}
