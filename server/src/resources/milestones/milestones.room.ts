import { BY_ID, shownOf } from '../../db/list.ts'
import { idsFilter, nameFilters, type Room } from '../../engine/room.ts'
import { readRoutes } from '../../engine/room-routes.ts'
import { relationshipsOf } from '../../features/links/relationships.ts'
import { createMilestone, deleteMilestone, updateMilestone } from './milestones.actions.ts'
import { milestones } from './milestones.resource.ts'

const PATH = '/projects/:project_id/milestones'

export const milestonesRoom: Room = {
  resource: milestones,
  order: BY_ID,
  counted: 'milestones',
  select: shownOf(milestones),
  filters: [...nameFilters({ trigrams: 'milestones' }, 'name'), idsFilter('t.display_id', 'display-ids')],
  relationships: relationshipsOf(milestones),
  routes: [
    ...readRoutes(() => milestonesRoom, {
      path: PATH,
      access: 'member',
      list: 'List milestones',
      show: 'Show a milestone',
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
