import { listing, type ResourceRoutes } from '../../engine/resource-routes.ts'
import { flakyTestsList } from './flaky-tests.list.ts'

export const flakyTestsRoutes: ResourceRoutes = {
  list: flakyTestsList,
  routes: [
    {
      method: 'GET',
      path: '/projects/:project_id/flaky_tests',
      access: 'tests_view',
      summary: 'List tests whose verdict says little, the worst first',
      handle: listing(flakyTestsList),
    },
  ],
}
