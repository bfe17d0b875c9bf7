import {
  array,
  closed,
  type JsonSchema,
  object,
  ref,
  sendingAttributes,
  sentId,
  text,
  whole,
} from '../../core/resource/json-schema.ts'
import { attributesSchema } from '../../core/resource/resource-schemas.ts'
import { parameter } from '../../engine/parameter.ts'
import type { Description } from '../../engine/route.ts'
import { STEP_STATUSES } from '../../features/statuses/statuses.rules.ts'
import { NEW_STEP } from '../steps/steps.rules.ts'
import { tests } from '../tests/tests.resource.ts'
import { runs } from './runs.resource.ts'

/** What a new run takes besides its attributes. */
export const EXIT_CODE: Record<string, JsonSchema> = {
  'exit-code': {
    type: ['integer', 'string', 'null'],
    description: '0 = PASSED, anything else = FAILED; steps decide when there are any',
    examples: [0],
  },
}

/** What the update of a run takes besides its attributes. */
export const BY_WHOM_AND_WHEN: Record<string, JsonSchema> = {
  'tester-id': { type: ['integer', 'string', 'null'], description: 'User who ran it', examples: [21] },
  'run-date': {
    type: ['string', 'null'],
    description: 'When it was run; of manual runs only',
    examples: ['2026-11-24T12:00:00Z'],
  },
}

/** What stands beside the attributes of a new run. */
export const RESULTS: Record<string, JsonSchema> = { steps: ref('NewStepRuns'), files: ref('Files') }

export const STEP_RUN_SCHEMAS: Record<string, JsonSchema> = {
  NewStepRun: object({
    name: { type: 'string', examples: ['Open the basket'] },
    description: text,
    'expected-results': text,
    'actual-results': { type: 'string', examples: ['No total'] },
    status: { enum: STEP_STATUSES },
    files: ref('Files'),
  }),
  NewStepRuns: object({ data: array(ref('NewStepRun')) }),
}

const { 'instance-id': _, ...runInputs } = attributesSchema(runs, 'override', EXIT_CODE).properties

/** A step of the test that is made: sent in any order, with its position. */
const PLACED_STEP = object({
  ...NEW_STEP,
  position: { type: ['number', 'string', 'null'], description: 'Steps are made in the order of their positions' },
})

/** What `runs/auto_create` takes and answers. */
export const AUTO_CREATE: Description = {
  id: 'autoCreateRun',
  body: sendingAttributes(
    { 'set-id': sentId, 'test-id': { type: ['integer', 'string', 'null'] }, ...runInputs },
    ['set-id'],
    { 'test-attributes': ref('TestAttributes'), ...RESULTS },
  ),
  schemas: {
    PlacedStep: PLACED_STEP,
    TestAttributes: attributesSchema(tests, 'override', {
      steps: { oneOf: [array(ref('PlacedStep')), object({ data: array(ref('PlacedStep')) })] },
    }),
  },
  answer: closed({
    data: ref('Run'),
    meta: {
      type: 'object',
      additionalProperties: false,
      properties: { 'created-test': whole, 'created-instance': whole },
    },
  }),
}

/** What `automated_tests/upload_test_result` takes and answers. */
export const V1_UPLOAD: Description = {
  id: 'uploadTestResult',
  description: 'Parameters may come in the query, a form or a flat JSON object; the query wins.',
  parameters: [
    parameter('instance_id', 'System id of the instance', { type: 'integer' }),
    parameter('exit_code', '0 = PASSED, anything else = FAILED'),
    parameter('result', 'Output of the tool'),
    parameter('project_id', 'With instance_display_id, or with testset_display_id and test_display_id', {
      type: 'integer',
    }),
    parameter('instance_display_id', 'Such as 2:1'),
    parameter('testset_display_id', 'Display-id of the set, with test_display_id', { type: 'integer' }),
    parameter('test_display_id', 'Display-id of the test: the first instance of it in the set', { type: 'integer' }),
    parameter('run_duration', 'Seconds or HH:MM:SS; duration is another name'),
    parameter('version', 'Version that was tested'),
    parameter('steps', 'JSON text of an array of steps; they decide the status'),
    parameter('custom_fields', 'JSON text of an object: values of custom fields of the run; unknown ones are ignored'),
    parameter('instance_custom_fields', 'The same for the instance'),
  ],
  body: object({
    instance_id: sentId,
    exit_code: sentId,
    result: text,
    project_id: sentId,
    instance_display_id: text,
    testset_display_id: sentId,
    test_display_id: sentId,
    run_duration: { type: ['string', 'number'] },
    version: text,
    steps: { type: ['array', 'string'], items: ref('NewStepRun') },
    custom_fields: { type: ['object', 'string'] },
    instance_custom_fields: { type: ['object', 'string'] },
  }),
  bodyOptional: true,
  answer: ref('RunAnswer'),
}

/** What `automated_tests/next_test` takes and answers. */
export const NEXT_TEST: Description = {
  id: 'nextTest',
  parameters: [parameter('client_id', 'What the agent calls itself')],
  answer: ref('AgentTask'),
  schemas: {
    AgentTask: {
      type: 'object',
      description: 'Empty when there is nothing to run',
      additionalProperties: false,
      properties: {
        instance: closed({ id: whole, timeout_in_seconds: whole }),
        test: closed({ id: whole, path_to_application: text, path_to_results: text, num_of_files_to_upload: whole }),
        testSet: closed({ id: whole, name: text }),
      },
    },
  },
}
