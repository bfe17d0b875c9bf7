import { ascending } from '../../db/list.ts'
import { prefixPredicate } from '../../db/search-columns.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { groups, singleGroup } from './groups.resource.ts'

// The index holds the first characters of names; those that share them are sorted.
const BY_NAME = ascending(prefixPredicate('t.name'), 't.name', 't.id')

export const groupsList: ResourceList = {
  resource: groups,
  single: singleGroup,
  order: BY_NAME,
  filters: [],
}
