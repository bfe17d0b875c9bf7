import type { JsonSchema } from '../core/resource/json-schema.ts'
import { type Parameter, parameter } from '../engine/room.ts'
import { COMMON_SCHEMAS, closed, ref } from './common-schemas.ts'

/** What an operation takes and answers, where that does not follow from its method, path and resource. */
export interface Special {
  id?: string
  parameters?: readonly Parameter[]
  /** A JSON body; null = none; `optional` marks one that may be left out. */
  body?: JsonSchema | null
  optional?: boolean
  /** The answer with status 200. */
  answer?: JsonSchema
  /** The answer is no JSON: a redirect, or a file. */
  answersWith?: 'redirect' | 'file'
  description?: string
}

const array = (items: JsonSchema): JsonSchema => ({ type: 'array', items })
const data = (schema: JsonSchema): JsonSchema => closed({ data: schema })
const page = (items: JsonSchema): JsonSchema => closed({ data: array(items), links: ref('Links'), meta: ref('Meta') })
const id: JsonSchema = { type: ['integer', 'string'] }
const whole: JsonSchema = { type: 'integer', minimum: 0 }
const text: JsonSchema = { type: 'string' }
const nullableText: JsonSchema = { type: ['string', 'null'] }

const object = (properties: Record<string, JsonSchema>, required?: string[]): JsonSchema => ({
  type: 'object',
  ...(required === undefined ? {} : { required }),
  properties,
})
/** A body of `{"data": …}`. */
const sending = (schema: JsonSchema): JsonSchema => object({ data: schema }, ['data'])
/** A body of `{"data": {"attributes": …}}`, with what may stand beside the attributes. */
const sendingAttributes = (
  properties: Record<string, JsonSchema>,
  required: string[],
  beside: Record<string, JsonSchema> = {},
): JsonSchema => sending(object({ attributes: object(properties, required), ...beside }))

const ENTITY = [
  parameter('entity', 'Kind of the entity: requirement, test, step, testset, instance, run, step-run or issue'),
  parameter('entity-id', 'System id of the entity', { type: 'integer' }),
]
const HISTORY = [
  parameter('entity', 'Only events of this kind of entity'),
  parameter('entity-id', 'Only events of the entity with this id', { type: 'integer' }),
  parameter('user-id', 'Only what this user did', { type: 'integer' }),
  parameter('action', 'Only this action: create, update, delete, status, link, unlink or run'),
  parameter('since', 'Only from this time on'),
  parameter('until', 'Only before this time'),
]

const findOrCreate = (noun: string) =>
  parameter('find-or-create', `Answer the ${noun} of exactly that name, if there is one`, { type: 'boolean' })

const userProjects = (): JsonSchema => page(ref('UserProject'))
const replaceAccess: Special = {
  body: sending(object({ projects: array(object({ id, groups: array(object({ id })) })) }, ['projects'])),
  answer: userProjects(),
  description: 'Projects that are not named lose the user; without groups the user joins Testers.',
}

const clone = (noun: string): Special => ({
  id: `clone${noun}`,
  body: object({ data: object({ attributes: ref(`${noun}Overrides`) }) }),
  optional: true,
  answer: ref(`${noun}Answer`),
  description: 'Attributes of the body override those of the source.',
})

const v1Upload = [
  parameter('instance_id', 'System id of the instance', { type: 'integer' }),
  parameter('exit_code', '0 = PASSED, anything else = FAILED'),
  parameter('result', 'Output of the tool'),
  parameter('project_id', 'With instance_display_id, or with testset_display_id and test_display_id', {
    type: 'integer',
  }),
  parameter('instance_display_id', 'Such as 2:1'),
  parameter('run_duration', 'Seconds or HH:MM:SS; duration is another name'),
  parameter('version', 'Version that was tested'),
  parameter('steps', 'JSON text of an array of steps; they decide the status'),
  parameter('custom_fields', 'JSON text of an object: values of custom fields of the run; unknown ones are ignored'),
  parameter('instance_custom_fields', 'The same for the instance'),
]

/** Schemas that only special operations need. */
export const SPECIAL_SCHEMAS: Record<string, JsonSchema> = {
  Workflow: closed({
    id: text,
    type: { const: 'workflows' },
    attributes: closed({
      statuses: array(
        closed({
          id: whole,
          name: text,
          resolution: nullableText,
          initial: { type: 'boolean' },
          closed: { type: 'boolean' },
          position: whole,
        }),
      ),
      transitions: array(closed({ id: whole, 'from-id': whole, 'to-id': whole, 'group-ids': array(whole) })),
    }),
  }),
  Field: closed({
    id: whole,
    type: { enum: ['SystemField', 'CustomField'] },
    name: text,
    field_format: text,
    possible_values: { type: ['array', 'object', 'null'], items: text, additionalProperties: array(text) },
    uniq_name: text,
    entities: array(text),
  }),
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
}

const P = '/projects/:project_id'

/** By method and path as routes spell them. */
export const SPECIAL_OPERATIONS: Record<string, Special> = {
  'GET /me': {
    id: 'showMe',
    answer: data(
      closed({
        id: text,
        type: { const: 'me' },
        attributes: closed({
          'token-kind': { enum: ['personal', 'account'] },
          impersonation: { type: 'boolean' },
          owner: { type: 'boolean' },
          user: { oneOf: [{ type: 'null' }, { type: 'object' }] },
        }),
      }),
    ),
  },
  'GET /users/:id/projects': { id: 'listUserProjects', answer: userProjects() },
  'PUT /users/:id/projects': { id: 'replaceUserProjects', ...replaceAccess },
  'PUT /users/:id/groups': { id: 'replaceUserGroups', ...replaceAccess },
  'DELETE /users/:id/projects': { id: 'revokeUserProjects', body: null, answer: data({ type: 'array', maxItems: 0 }) },
  'POST /tokens': { answer: ref('NewTokenAnswer') },
  'GET /users/:id/personal_token': { id: 'showPersonalToken', answer: ref('PersonalTokenAnswer') },
  'POST /users/:id/personal_token': { id: 'createPersonalToken', body: null, answer: ref('NewPersonalTokenAnswer') },
  'PUT /users/:id/personal_token': { id: 'updatePersonalToken' },
  'DELETE /users/:id/personal_token': { id: 'deletePersonalToken' },
  'DELETE /projects/:id': {
    parameters: [parameter('confirm', 'The name of the project; may stand in the body instead')],
    body: object({ confirm: text }),
    optional: true,
  },
  [`GET ${P}/groups/:id`]: { answer: data(ref('GroupWithPermissions')) },
  [`POST ${P}/groups`]: { answer: data(ref('GroupWithPermissions')) },
  [`PUT ${P}/groups/:id`]: { answer: data(ref('GroupWithPermissions')) },
  [`GET ${P}/workflow`]: { id: 'showWorkflow', answer: data(ref('Workflow')) },
  [`POST ${P}/custom_fields/prepare_testrail_import`]: {
    id: 'prepareTestrailImport',
    body: null,
    answer: data(array(ref('CustomField'))),
  },
  [`GET ${P}/tests/run_statuses_count`]: {
    id: 'countTestRunStatuses',
    answer: data(
      closed({
        type: { const: 'tests' },
        'run-statuses-count': closed(
          Object.fromEntries(
            ['PASSED', 'FAILED', 'NOT COMPLETED', 'NO RUN', 'BLOCKED'].map((status) => [status, whole]),
          ),
        ),
      }),
    ),
  },
  [`POST ${P}/tests/bulk_search`]: {
    id: 'bulkSearchTests',
    body: sending({ type: 'array', minItems: 1, maxItems: 100, items: object({ name_exact: text, name_like: text }) }),
    answer: data(array(closed({ query: { type: 'object' }, tests: data(array(ref('Test'))) }))),
  },
  [`POST ${P}/tests`]: {
    parameters: [findOrCreate('test')],
  },
  [`POST ${P}/sets`]: {
    parameters: [findOrCreate('set')],
  },
  [`POST ${P}/tests/:id/clone`]: clone('Test'),
  [`POST ${P}/sets/:id/clone`]: clone('Set'),
  [`POST ${P}/issues/:id/clone`]: clone('Issue'),
  [`POST ${P}/steps`]: {
    id: 'createSteps',
    body: sendingAttributes(
      {
        'test-id': id,
        steps: { ...array(ref('NewStep')), minItems: 1, maxItems: 100 },
        // One step may stand here directly, and is answered as an object.
        ...(COMMON_SCHEMAS.NewStep?.properties as Record<string, JsonSchema>),
      },
      ['test-id'],
    ),
    answer: data({ oneOf: [ref('Step'), array(ref('Step'))] }),
  },
  [`POST ${P}/runs/auto_create`]: {
    id: 'autoCreateRun',
    body: sendingAttributes(
      {
        'set-id': id,
        'test-id': { type: ['integer', 'string', 'null'] },
        'exit-code': { type: ['integer', 'string', 'null'] },
        'automated-execution-output': nullableText,
        'run-duration': { type: ['string', 'number', 'null'] },
        version: nullableText,
      },
      ['set-id'],
      { 'test-attributes': ref('TestOverrides'), steps: ref('NewStepRuns'), files: ref('Files') },
    ),
    answer: closed({
      data: ref('Run'),
      meta: {
        type: 'object',
        additionalProperties: false,
        properties: { 'created-test': whole, 'created-instance': whole },
      },
    }),
  },
  'POST /api/v1/automated_tests/upload_test_result': {
    id: 'uploadTestResult',
    parameters: v1Upload,
    body: object({ instance_id: id, exit_code: id, result: text }),
    optional: true,
    answer: ref('RunAnswer'),
    description: 'Parameters may come in the query, a form or a flat JSON object; the query wins.',
  },
  'GET /api/v1/automated_tests/next_test': {
    id: 'nextTest',
    parameters: [parameter('client_id', 'What the agent calls itself')],
    answer: ref('AgentTask'),
  },
  'PUT /api/v1/integration_issues/:id': {
    id: 'updateIntegrationIssue',
    body: object({ integration_issue: object({ external_id: id, description: text, status: text }) }),
    optional: true,
    answer: ref('IssueAnswer'),
  },
  [`GET ${P}/attachments`]: { parameters: ENTITY },
  [`POST ${P}/attachments`]: {
    id: 'createAttachments',
    body: object({ entity: text, 'entity-id': id, data: object({ type: text, files: ref('Files') }, ['files']) }, [
      'data',
    ]),
    answer: data(array(ref('Attachment'))),
  },
  'POST /issues': {
    id: 'createFlatIssue',
    body: {
      type: 'object',
      properties: { project_id: id, name: text, author_id: id },
      additionalProperties: true,
    },
    answer: ref('IssueAnswer'),
  },
  [`PUT ${P}/issues/:id/update_status`]: {
    id: 'updateIssueStatus',
    body: sendingAttributes({ 'status-name': text, 'user-id': id }, ['status-name']),
    answer: ref('IssueAnswer'),
  },
  [`GET ${P}/filters/:id/values`]: {
    id: 'listFilterValues',
    parameters: [parameter('autofilter-value', 'Value of the first level: list those of the second under it')],
    answer: page(closed({ value: text, count: whole })),
  },
  [`GET ${P}/comments`]: { parameters: ENTITY },
  [`GET ${P}/history`]: { id: 'listHistory', parameters: HISTORY, answer: page(ref('HistoryEvent')) },
  'GET /audit': { id: 'listAudit', parameters: HISTORY, answer: page(ref('HistoryEvent')) },
  [`POST ${P}/webhooks`]: { answer: ref('WebhookWithSecretAnswer') },
  [`PUT ${P}/webhooks/:id`]: { answer: ref('WebhookWithSecretAnswer') },
  [`POST ${P}/webhooks/:id/test`]: { id: 'testWebhook', body: null, answer: ref('WebhookDeliveryAnswer') },
  [`GET ${P}/webhooks/:id/deliveries`]: { id: 'listWebhookDeliveries', answer: page(ref('WebhookDelivery')) },
  [`GET ${P}/fields`]: { id: 'listFields', answer: page(ref('Field')) },
  [`GET ${P}/groups/:id/relationships/users`]: { id: 'listGroupUsers' },
  [`POST ${P}/groups/:id/relationships/users`]: { id: 'addGroupUsers' },
  [`DELETE ${P}/groups/:id/relationships/users`]: { id: 'removeGroupUsers' },
  'GET /api/kittens': {
    id: 'listKittens',
    parameters: [
      parameter('include_cats', 'Cats too', { type: 'boolean' }),
      parameter('available', 'false: those too that were adopted', { type: 'boolean' }),
    ],
    answer: array(ref('Kitten')),
  },
  'GET /api/kittens/:id': { id: 'showKitten', answer: ref('Kitten') },
  'GET /kittens/:id': { id: 'showKittenAsPrinted', answer: ref('Kitten') },
}
