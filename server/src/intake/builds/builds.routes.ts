import { array, closed, nullableText, ref, text, whole } from '../../core/resource/json-schema.ts'
import { resourceSchema } from '../../core/resource/resource-schemas.ts'
import { attributeParameters } from '../../engine/attribute-filters.ts'
import { parameter } from '../../engine/parameter.ts'
import { type ResourceRoutes, readRoutes } from '../../engine/resource-routes.ts'
import { sortParameters } from '../../engine/sorting.ts'
import { compareBuilds, createBuild, deleteBuild, listResults, updateBuild } from './builds.actions.ts'
import { buildsList } from './builds.list.ts'
import { resultsList } from './results.list.ts'
import { results } from './results.resource.ts'

const PATH = '/projects/:project_id/builds'

const DIFFERENCE = closed({
  'instance-id': whole,
  'test-id': whole,
  'test-name': text,
  variant: text,
  from: nullableText,
  to: nullableText,
})

/** Builds; how long one waits for a missing shard is for an operator to say. */
export const buildsRoutes = ({ shardTimeout }: { shardTimeout: number }): ResourceRoutes => ({
  list: buildsList,
  routes: [
    ...readRoutes(buildsList, { path: PATH, access: 'tests_view', summaries: ['List builds', 'Show a build'] }),
    { method: 'POST', path: PATH, access: 'runs', summary: 'Create a build', handle: createBuild },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: 'runs',
      summary: 'Update a build',
      handle: (context) => updateBuild(context, shardTimeout),
    },
    {
      method: 'DELETE',
      path: `${PATH}/:id`,
      access: 'runs_admin',
      summary: 'Delete a build; its runs stay unless they are to go too',
      parameters: [parameter('runs', 'Whether its runs are deleted too', { type: 'boolean' })],
      handle: deleteBuild,
    },
    {
      method: 'GET',
      path: `${PATH}/:id/results`,
      access: 'tests_view',
      summary: 'List the verdicts of a build, unexplained new failures first',
      id: 'listBuildResults',
      tag: 'results',
      parameters: [
        ...resultsList.filters.flatMap(({ parameters = [] }) => parameters),
        ...sortParameters(resultsList),
        ...attributeParameters(resultsList),
        parameter('missing', 'Whether tests that are missing are listed too', { type: 'boolean' }),
      ],
      schemas: { Result: resourceSchema(results) },
      pageOf: ref('Result'),
      handle: listResults,
    },
    {
      method: 'GET',
      path: `${PATH}/:id/compare`,
      access: 'tests_view',
      summary: 'Compare the verdicts of two builds',
      id: 'compareBuilds',
      parameters: [parameter('with', 'Id of the build to compare with', { type: 'integer' })],
      schemas: { Difference: DIFFERENCE },
      pageOf: ref('Difference'),
      answer: closed({ data: array(ref('Difference')), links: { type: 'object' }, meta: { type: 'object' } }),
      handle: compareBuilds,
    },
  ],
})
