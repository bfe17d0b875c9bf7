import { ASSIGNEE_TYPES, naming } from '../../core/kinds.ts'
import {
  derived,
  duration,
  fieldValues,
  filled,
  id,
  int,
  json,
  shortText,
  timestamp,
} from '../../core/resource/define-resource.ts'
import { type JsonSchema, orNull, SHAPES } from '../../core/resource/json-schema.ts'
import { RUN_STATUSES } from '../../core/run-statuses.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** An array stands for the keys "1", "2" and so on (contract §4.12). */
const SENT_PARAMETERS: JsonSchema = {
  type: ['object', 'array'],
  items: { type: ['string', 'number', 'boolean', 'null'] },
  additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
}

/** What creating and changing take besides the attributes. */
export const BDD_PARAMETERS: Record<string, JsonSchema> = {
  'bdd-parameters': {
    ...orNull(SENT_PARAMETERS),
    description: 'Another name for the parameters, of BDD tests only',
    examples: [{}],
  },
}

/** Contract §4.12. `name`, display ids and `test_type` come from the joined set and test. */
export const instances = defineResource({
  ...naming('instance'),
  scope: 'project',
  joined: ['test_name', 'set_display_id', 'test_display_id'],
  columns: { name: 'test_name', 'last-run': 'last_run_at' },
  attributes: {
    name: shortText('-', filled),
    'project-id': id('-', filled),
    'set-id': id('C*', { byAction: true, ...filled }),
    'set-display-id': int('-', filled),
    'test-id': id('C*', { byAction: true, ...filled }),
    'test-display-id': int('-', filled),
    'custom-fields': fieldValues('CU'),
    'display-id': derived((row) => `${row.set_display_id}:${row.number}`, {
      ...filled,
      schema: { type: 'string', pattern: '^\\d+:\\d+$' },
      about: ['Display-id of the set and number within it', '117:3'],
    }),
    'tester-id': id('-', { names: 'user' }),
    priority: shortText('CU'),
    version: shortText('CU'),
    'last-run-duration': duration('-'),
    'last-run': timestamp('-'),
    'run-status': shortText('-', { ...filled, words: RUN_STATUSES }),
    'planned-execution': timestamp('CU'),
    'assigned-to-id': id('CU', { byAction: true, names: 'assignee' }),
    'assigned-to-type': shortText('CU', { byAction: true, words: ASSIGNEE_TYPES }),
    parameters: json('CU', '{}', { schema: SHAPES.texts, input: SENT_PARAMETERS }),
    'bdd-parameters': derived((row) => (row.test_type === 'BDDTest' ? JSON.parse(String(row.parameters)) : {}), {
      ...filled,
      schema: SHAPES.texts,
    }),
    'created-at': timestamp('-', filled),
    'updated-at': timestamp('-', filled),
    variant: shortText('-', {
      about: ['Environment that its tests ran in, where reports tell several apart', 'linux'],
    }),
  },
})
