import { object, ref } from '../../core/resource/json-schema.ts'
import { parameter } from '../../engine/parameter.ts'
import { type ResourceRoutes, showing } from '../../engine/resource-routes.ts'
import { createFailureIssue, listFailures, updateFailure } from './failures.actions.ts'
import { failuresList } from './failures.list.ts'

const PATH = '/projects/:project_id/failures'

export const failuresRoutes: ResourceRoutes = {
  list: failuresList,
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'tests_view',
      summary: 'List failures: what went wrong in the same way, in whatever test and build',
      parameters: [parameter('group', 'cause: one row per cause, the failure of it that was seen last')],
      handle: listFailures,
    },
    {
      method: 'GET',
      path: `${PATH}/:id`,
      access: 'tests_view',
      summary: 'Show a failure',
      handle: showing(failuresList),
    },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: 'runs',
      summary: 'Update what is known of a failure',
      handle: updateFailure,
    },
    {
      method: 'POST',
      path: `${PATH}/:id/issue`,
      access: 'issues_editor',
      summary: 'Create an issue about a failure, or answer the one there is',
      id: 'createFailureIssue',
      body: object({ data: object({ attributes: ref('IssueOverrides') }) }),
      bodyOptional: true,
      answer: ref('IssueAnswer'),
      handle: createFailureIssue,
    },
  ],
}
