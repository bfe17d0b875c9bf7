import { closed, text, whole } from '../../core/resource/json-schema.ts'
import { parameter } from '../../engine/parameter.ts'
import { type ResourceRoutes, readRoutes } from '../../engine/resource-routes.ts'
import { listFilterValues } from './filter-values.ts'
import { createFilter, deleteFilter, updateFilter } from './filters.actions.ts'
import { filtersList } from './filters.list.ts'

const PATH = '/projects/:project_id/filters'
export const filtersRoutes: ResourceRoutes = {
  list: filtersList,
  routes: [
    ...readRoutes(filtersList, { path: PATH, access: 'member', summaries: ['List filters', 'Show a filter'] }),
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
