import { MAX_BULK } from '../../core/limits.ts'
import { answering, array, object, ref, sendingAttributes, sentId } from '../../core/resource/json-schema.ts'
import { asListing } from '../../db/list.ts'
import { idsFilter, nameFilters, type Room } from '../../engine/room.ts'
import { listRows, showRow } from '../../engine/show-rows.ts'
import { createSteps, deleteStep, updateStep } from './steps.actions.ts'
import { steps } from './steps.resource.ts'
import { NEW_STEP } from './steps.rules.ts'

const PATH = '/projects/:project_id/steps'

export const stepsRoom: Room = {
  resource: steps,
  order: { columns: ['t.test_id', 't.position', 't.id'], direction: 'asc' },
  // Steps of a test that became a BDD test are hidden until it changes back (contract §4.9).
  select: ({ db }) =>
    asListing(
      db
        .selectFrom('steps as t')
        .innerJoin('tests as test', (join) =>
          join.onRef('test.project_id', '=', 't.project_id').onRef('test.id', '=', 't.test_id'),
        )
        .selectAll('t')
        .where('test.test_type', '<>', 'BDDTest'),
    ),
  filters: [idsFilter('t.test_id', 'test-ids', 'test-id'), ...nameFilters({ trigrams: 'steps' }, 'name')],
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'tests_view',
      summary: 'List test steps',
      handle: async (context) => ({ page: await listRows(stepsRoom, context) }),
    },
    {
      method: 'POST',
      path: PATH,
      access: 'tests_editor',
      summary: 'Append steps to a test',
      id: 'createSteps',
      // One step may stand directly in the attributes, and is answered as an object.
      body: sendingAttributes(
        { 'test-id': sentId, steps: { ...array(ref('NewStep')), minItems: 1, maxItems: MAX_BULK }, ...NEW_STEP },
        ['test-id'],
      ),
      answer: answering({ oneOf: [ref('Step'), array(ref('Step'))] }),
      schemas: { NewStep: object(NEW_STEP) },
      handle: createSteps,
    },
    {
      method: 'GET',
      path: `${PATH}/:id`,
      access: 'tests_view',
      summary: 'Show a step',
      handle: (context) => showRow(stepsRoom, context),
    },
    { method: 'PUT', path: `${PATH}/:id`, access: 'tests_editor', summary: 'Update a step', handle: updateStep },
    { method: 'DELETE', path: `${PATH}/:id`, access: 'tests_editor', summary: 'Delete a step', handle: deleteStep },
  ],
}
