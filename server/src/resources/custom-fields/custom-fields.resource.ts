import { filled, flag, id, json, name, oneOf, timestamp } from '../../core/resource/define-resource.ts'
import { SHAPES } from '../../core/resource/json-schema.ts'
import { defineResource } from '../../engine/define-resource.ts'
import { FORMATS } from '../../features/custom-fields/custom-fields.rules.ts'

/** Contract §4.6 and §7.3. */
export const customFields = defineResource({
  type: 'custom-fields',
  path: 'custom_fields',
  noun: 'custom field',
  table: 'custom_fields',
  scope: 'project',
  joined: ['possible_values'],
  columns: { 'possible-values-parent-cf-id': 'borrows_from_id' },
  attributes: {
    name: name('C*U'),
    'field-format': oneOf(FORMATS, 'text', 'C*'),
    'project-id': id('-', filled),
    'possible-values': json('CU', null, {
      schema: { type: ['array', 'object', 'null'], items: { type: 'string' }, additionalProperties: SHAPES.words },
    }),
    'parent-list-id': id('CU', { byAction: true }),
    'possible-values-parent-cf-id': id('CU', { byAction: true }),
    'created-at': timestamp('-', filled),
    'updated-at': timestamp('-', filled),
    entities: json('C*U', '[]', { schema: SHAPES.words }),
    mandatory: flag('CU', false),
    strict: flag('CU', false),
    'default-value': json('CU', null, {
      schema: { type: ['string', 'array', 'null'], items: { type: 'string' } },
      input: { type: ['string', 'number', 'boolean', 'array', 'null'] },
    }),
  },
})
