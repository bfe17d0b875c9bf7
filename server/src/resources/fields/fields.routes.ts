import { array, closed, ref, text, whole } from '../../core/resource/json-schema.ts'
import type { Route } from '../../engine/route.ts'
import { listFields } from './fields.actions.ts'

/** System and custom fields of a project in one flat list; no resource of its own (contract §4.5). */
export const FIELDS_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/projects/:project_id/fields',
    access: 'customization',
    summary: 'List system and custom fields (flat items)',
    id: 'listFields',
    tag: 'fields',
    pageOf: ref('Field'),
    schemas: {
      Field: closed({
        id: whole,
        type: { enum: ['SystemField', 'CustomField'] },
        name: text,
        field_format: text,
        possible_values: { type: ['array', 'object', 'null'], items: text, additionalProperties: array(text) },
        uniq_name: text,
        entities: array(text),
      }),
    },
    handle: listFields,
  },
]
