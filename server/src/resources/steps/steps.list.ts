import { ascending, asListing } from '../../db/list.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { idsFilter, nameFilters } from '../../engine/resource-list.ts'
import { steps } from './steps.resource.ts'

export const stepsList: ResourceList = {
  resource: steps,
  order: ascending('t.test_id', 't.position', 't.id'),
  // Steps of a test that became a BDD test are hidden until it changes back (contract §4.9).
  select: ({ db }) =>
    asListing(
      db
        .selectFrom('steps as t')
        .innerJoin('tests as test', (join) =>
          join.onRef('test.project_id', '=', 't.project_id').onRef('test.id', '=', 't.test_id'),
        )
        .selectAll('t')
        .where('test.test_type', '<>', 'BDDTest'),
    ),
  filters: [idsFilter('t.test_id', 'test-ids', 'test-id'), ...nameFilters({ trigrams: 'steps' }, 'name')],
}
