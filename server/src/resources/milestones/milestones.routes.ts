import { type ResourceRoutes, readRoutes } from '../../engine/resource-routes.ts'
import { createMilestone, deleteMilestone, updateMilestone } from './milestones.actions.ts'
import { milestonesList } from './milestones.list.ts'

const PATH = '/projects/:project_id/milestones'
export const milestonesRoutes: ResourceRoutes = {
  list: milestonesList,
  routes: [
    ...readRoutes(milestonesList, {
      path: PATH,
      access: 'member',
      summaries: ['List milestones', 'Show a milestone'],
    }),
    { method: 'POST', path: PATH, access: 'tests_editor', summary: 'Create a milestone', handle: createMilestone },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: 'tests_editor',
      summary: 'Update a milestone',
      handle: updateMilestone,
    },
    {
      method: 'DELETE',
      path: `${PATH}/:id`,
      access: 'tests_admin',
      summary: 'Delete a milestone',
      handle: deleteMilestone,
    },
  ],
}
