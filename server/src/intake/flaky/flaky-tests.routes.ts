import { parameter } from '../../engine/parameter.ts'
import type { ResourceRoutes } from '../../engine/resource-routes.ts'
import { listRows } from '../../engine/show-rows.ts'
import { flakyOrder, flakyTestsList } from './flaky-tests.list.ts'

export const flakyTestsRoutes: ResourceRoutes = {
  list: flakyTestsList,
  routes: [
    {
      method: 'GET',
      path: '/projects/:project_id/flaky_tests',
      access: 'tests_view',
      summary: 'List tests whose verdict says little, the worst first',
      parameters: [parameter('sort', 'score, signals, changes-hit or last-signal-at; - in front turns it round')],
      handle: async (context) => ({ page: await listRows({ ...flakyTestsList, order: flakyOrder(context) }, context) }),
    },
  ],
}
