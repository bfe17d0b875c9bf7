import { BY_ID, shownOf } from '../../db/list.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { idsFilter, nameFilters } from '../../engine/resource-list.ts'
import { relationshipsOf } from '../../features/links/relationships.ts'
import { criteriaOf } from '../filters/criteria.ts'
import { requirements } from './requirements.resource.ts'

export const requirementsList: ResourceList = {
  resource: requirements,
  order: BY_ID,
  sortable: {},
  counted: 'requirements',
  criteria: criteriaOf('requirement'),
  select: shownOf(requirements),
  filters: [...nameFilters({ trigrams: 'requirements' }, 'name'), idsFilter('t.display_id', 'display-ids')],
  relationships: relationshipsOf(requirements),
}
