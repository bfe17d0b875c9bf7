import {
  answering,
  array,
  closed,
  object,
  ref,
  sendingAttributes,
  text,
  whole,
} from '../../core/resource/json-schema.ts'
import { parameter } from '../../engine/parameter.ts'
import { type ResourceRoutes, readRoutes } from '../../engine/resource-routes.ts'
import { checkGate, createGate, deleteGate, showGate, updateGate } from './gates.actions.ts'
import { gatesList } from './gates.list.ts'
import { RULES } from './gates.resource.ts'

const PATH = '/projects/:project_id/gates'

const VERDICT = { enum: ['passed', 'failed', 'pending'] }
const ID_OR_NULL = { type: ['integer', 'null'] }

const GATE_VERDICT = closed({
  id: text,
  type: { const: 'gate-verdicts' },
  attributes: closed({
    verdict: VERDICT,
    'build-id': whole,
    'gate-id': ID_OR_NULL,
    'as-of': text,
    rules: array(
      closed({
        rule: text,
        limit: {},
        actual: {},
        verdict: VERDICT,
        explanation: text,
        examples: array(closed({ 'test-id': whole, 'test-name': text, 'run-id': ID_OR_NULL })),
      }),
    ),
    text,
  }),
})

export const gatesRoutes: ResourceRoutes = {
  list: gatesList,
  routes: [
    ...readRoutes(gatesList, { path: PATH, access: 'tests_view', summaries: ['List gates', 'Show a gate'] }),
    { method: 'POST', path: PATH, access: 'project_settings', summary: 'Create a gate', handle: createGate },
    { method: 'PUT', path: `${PATH}/:id`, access: 'project_settings', summary: 'Update a gate', handle: updateGate },
    { method: 'DELETE', path: `${PATH}/:id`, access: 'project_settings', summary: 'Delete a gate', handle: deleteGate },
    {
      method: 'GET',
      path: '/projects/:project_id/builds/:id/gate',
      access: 'tests_view',
      summary: 'Judge a build by its gates',
      id: 'showBuildGate',
      parameters: [parameter('gate-id', 'Only by this gate', { type: 'integer' })],
      schemas: { GateVerdict: GATE_VERDICT },
      answer: answering(ref('GateVerdict')),
      handle: showGate,
    },
    {
      method: 'POST',
      path: `${PATH}/check`,
      access: 'tests_view',
      summary: 'Try rules on a build, or on the last ones of a pipeline; nothing is stored',
      id: 'checkGate',
      body: sendingAttributes({ rules: object(RULES), 'build-id': whole, pipeline: text, last: whole }, ['rules']),
      answer: answering(array(ref('GateVerdict'))),
      handle: checkGate,
    },
  ],
}
