import { derived, filled, id, json, shortText, timestamp } from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** `117:3` of an instance stays text; the others count in numbers. */
function displayId(stored: unknown): string | number | null {
  if (stored === null || stored === undefined) return null
  return /^\d+$/.test(String(stored)) ? Number(stored) : String(stored)
}

/** Contract §7.10. Rows number themselves. */
export const historyEvents = defineResource({
  type: 'history-events',
  path: 'history',
  noun: 'history event',
  table: 'history_events',
  scope: 'project',
  attributes: {
    entity: shortText('-', filled),
    'entity-id': id('-', filled),
    'entity-display-id': derived((row) => displayId(row.entity_display_id), {
      schema: { type: ['integer', 'string', 'null'] },
    }),
    action: shortText('-', filled),
    'user-id': id('-'),
    'token-kind': shortText('-', filled),
    changes: json('-', '[]', {
      schema: {
        type: 'array',
        items: {
          type: 'object',
          required: ['field', 'from', 'to'],
          properties: { field: { type: 'string' }, from: {}, to: {} },
        },
      },
    }),
    'created-at': timestamp('-', filled),
  },
})
