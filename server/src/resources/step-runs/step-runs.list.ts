import { ascending, shownOf } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { documented, type Filter, idsFilter, nameFilters } from '../../engine/resource-list.ts'
import { stepRuns } from './step-runs.resource.ts'

/** Compared exactly; another text matches nothing (contract §4.14). */
const withStatus: Filter = (listing, { query }) => {
  const status = query.get('status')
  return status === undefined ? listing : listing.where('t.status', '=', status)
}

export const stepRunsList: ResourceList = {
  resource: stepRuns,
  order: ascending('t.run_id', 't.position', 't.id'),
  counted: 'step_runs',
  select: shownOf(stepRuns),
  filters: [
    idsFilter('t.run_id', 'run-ids', 'run-id', 'runs-ids'),
    ...nameFilters({}, 'name'),
    documented(withStatus, parameter('status', 'Only those with exactly this status, in upper case')),
  ],
}
