import { MAX_BULK } from '../../core/limits.ts'
import { answering, array, object, ref, sendingAttributes, sentId } from '../../core/resource/json-schema.ts'
import { listing, type ResourceRoutes, showing } from '../../engine/resource-routes.ts'
import { createSteps, deleteStep, updateStep } from './steps.actions.ts'
import { stepsList } from './steps.list.ts'
import { NEW_STEP } from './steps.rules.ts'

const PATH = '/projects/:project_id/steps'
export const stepsRoutes: ResourceRoutes = {
  list: stepsList,
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'tests_view',
      summary: 'List test steps',
      handle: listing(stepsList),
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
      handle: showing(stepsList),
    },
    { method: 'PUT', path: `${PATH}/:id`, access: 'tests_editor', summary: 'Update a step', handle: updateStep },
    { method: 'DELETE', path: `${PATH}/:id`, access: 'tests_editor', summary: 'Delete a step', handle: deleteStep },
  ],
}
