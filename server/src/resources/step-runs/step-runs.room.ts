import { shownOf } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import { documented, type Filter, idsFilter, nameFilters, type Room } from '../../engine/room.ts'
import { listRows, showRow } from '../../engine/show-rows.ts'
import { updateStepRun } from './step-runs.actions.ts'
import { stepRuns } from './step-runs.resource.ts'

/** Compared exactly; another text matches nothing (contract §4.14). */
const withStatus: Filter = (listing, { query }) => {
  const status = query.get('status')
  return status === undefined ? listing : listing.where('t.status', '=', status)
}

export const stepRunsRoom: Room = {
  resource: stepRuns,
  order: { columns: ['t.run_id', 't.position', 't.id'], direction: 'asc' },
  counted: 'step_runs',
  select: shownOf(stepRuns),
  filters: [
    idsFilter('t.run_id', 'run-ids', 'run-id', 'runs-ids'),
    ...nameFilters({}, 'name'),
    documented(withStatus, parameter('status', 'Only those with exactly this status, in upper case')),
  ],
  routes: [
    {
      method: 'GET',
      path: '/projects/:project_id/step_runs',
      access: 'tests_view',
      summary: 'List step-runs',
      handle: async (context) => ({ page: await listRows(stepRunsRoom, context) }),
    },
    {
      method: 'GET',
      path: '/projects/:project_id/step_runs/:id',
      access: 'tests_view',
      summary: 'Show a step-run',
      handle: (context) => showRow(stepRunsRoom, context),
    },
    {
      method: 'PUT',
      path: '/projects/:project_id/step_runs/:id',
      access: 'runs',
      summary: 'Set status and results of a step-run',
      handle: updateStepRun,
    },
  ],
}
