import { sql } from 'kysely'
import { BY_ID, shownOf } from '../../db/list.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { idsFilter, nameFilters } from '../../engine/resource-list.ts'
import { relationshipsOf } from '../../features/links/relationships.ts'
import { criteriaOf } from '../filters/criteria.ts'
import { tests } from './tests.resource.ts'

export const testsList: ResourceList = {
  resource: tests,
  order: BY_ID,
  sortable: {
    attributes: {
      'steps-count': {
        as: 'number',
        mayBeEmpty: false,
        value: sql`case when t.test_type = 'BDDTest' then 0 else t.steps_count end`,
      },
    },
  },
  counted: 'tests',
  criteria: criteriaOf('test'),
  select: shownOf(tests, ['steps_count']),
  filters: [...nameFilters({ trigrams: 'tests' }, 'name'), idsFilter('t.display_id', 'display-ids')],
  relationships: relationshipsOf(tests),
}
