import { BY_ID, shownOf } from '../../db/list.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { idsFilter, nameFilters } from '../../engine/resource-list.ts'
import { criteriaOf } from '../filters/criteria.ts'
import { sets } from './sets.resource.ts'

export const setsList: ResourceList = {
  resource: sets,
  order: BY_ID,
  sortable: {},
  counted: 'sets',
  criteria: criteriaOf('testset'),
  select: shownOf(sets),
  filters: [...nameFilters({ trigrams: 'sets' }, 'name'), idsFilter('t.display_id', 'display-ids')],
}
