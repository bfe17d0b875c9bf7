import { BY_ID, shownOf } from '../../db/list.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { idsFilter, nameFilters } from '../../engine/resource-list.ts'
import { relationshipsOf } from '../../features/links/relationships.ts'
import { milestones } from './milestones.resource.ts'

export const milestonesList: ResourceList = {
  resource: milestones,
  order: BY_ID,
  sortable: {},
  counted: 'milestones',
  select: shownOf(milestones),
  filters: [...nameFilters({ trigrams: 'milestones' }, 'name'), idsFilter('t.display_id', 'display-ids')],
  relationships: relationshipsOf(milestones),
}
