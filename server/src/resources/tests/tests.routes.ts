import { MAX_BULK } from '../../core/limits.ts'
import { answering, array, closed, object, ref, sending, text, whole } from '../../core/resource/json-schema.ts'
import { listing, type ResourceRoutes, showing } from '../../engine/resource-routes.ts'
import { describeClone } from '../../features/entities/clone-entity.ts'
import { findOrCreate } from '../../features/entities/find-or-create.ts'
import { UPDATED_BY } from '../../features/entities/named-entity.ts'
import { cloneTest } from './clone-test.ts'
import { bulkSearch, countRunStatuses, createTests, deleteTest, updateTest } from './tests.actions.ts'
import { testsList } from './tests.list.ts'
import { COUNTED_STATUSES, tests } from './tests.resource.ts'

const PATH = '/projects/:project_id/tests'
export const testsRoutes: ResourceRoutes = {
  list: testsList,
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'tests_view',
      summary: 'List tests',
      handle: listing(testsList),
    },
    {
      method: 'POST',
      path: PATH,
      access: 'tests_editor',
      summary: 'Create a test',
      bulk: true,
      beside: { steps: object({ data: array(ref('NewStep')) }) },
      parameters: [findOrCreate('test')],
      handle: createTests,
    },
    {
      method: 'GET',
      path: `${PATH}/run_statuses_count`,
      access: 'tests_view',
      summary: 'Count tests per run status',
      id: 'countTestRunStatuses',
      filtered: true,
      answer: answering(
        closed({
          type: { const: 'tests' },
          'run-statuses-count': closed(Object.fromEntries(COUNTED_STATUSES.map((status) => [status, whole]))),
        }),
      ),
      handle: countRunStatuses,
    },
    {
      method: 'POST',
      path: `${PATH}/bulk_search`,
      access: 'tests_view',
      summary: `Find tests for up to ${MAX_BULK} names in one call`,
      id: 'bulkSearchTests',
      body: sending({ ...array(object({ name_exact: text, name_like: text })), minItems: 1, maxItems: MAX_BULK }),
      answer: answering(array(closed({ query: { type: 'object' }, tests: answering(array(ref('Test'))) }))),
      handle: bulkSearch,
    },
    {
      method: 'GET',
      path: `${PATH}/:id`,
      access: 'tests_view',
      summary: 'Show a test',
      handle: showing(testsList),
    },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: 'tests_editor',
      summary: 'Update a test',
      attributes: UPDATED_BY,
      handle: updateTest,
    },
    {
      method: 'POST',
      path: `${PATH}/:id/clone`,
      access: 'tests_editor',
      summary: 'Clone a test',
      ...describeClone(tests),
      handle: cloneTest,
    },
    { method: 'DELETE', path: `${PATH}/:id`, access: 'tests_admin', summary: 'Delete a test', handle: deleteTest },
  ],
}
