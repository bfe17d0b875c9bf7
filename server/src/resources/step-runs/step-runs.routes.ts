import { listing, type ResourceRoutes, showing } from '../../engine/resource-routes.ts'
import { updateStepRun } from './step-runs.actions.ts'
import { stepRunsList } from './step-runs.list.ts'

export const stepRunsRoutes: ResourceRoutes = {
  list: stepRunsList,
  routes: [
    {
      method: 'GET',
      path: '/projects/:project_id/step_runs',
      access: 'tests_view',
      summary: 'List step-runs',
      handle: listing(stepRunsList),
    },
    {
      method: 'GET',
      path: '/projects/:project_id/step_runs/:id',
      access: 'tests_view',
      summary: 'Show a step-run',
      handle: showing(stepRunsList),
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
