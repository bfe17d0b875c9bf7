import { filled, flag, id, int, json, name, shortText, timestamp } from '../../core/resource/define-resource.ts'
import { SHAPES } from '../../core/resource/json-schema.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** Contract §7.12. The secret is no attribute: it is shown only by the answer that set or made it. */
export const webhooks = defineResource({
  type: 'webhooks',
  path: 'webhooks',
  noun: 'webhook',
  table: 'webhooks',
  scope: 'project',
  attributes: {
    'project-id': id('-', filled),
    name: name('C*U'),
    url: name('C*U'),
    events: json('CU', '["*"]', { schema: SHAPES.words }),
    enabled: flag('CU', true),
    'disabled-reason': shortText('-'),
    'created-at': timestamp('-', filled),
    'updated-at': timestamp('-', filled),
  },
})

/** An attempt to deliver a message, or a ping that is about to be tried. */
export const webhookDeliveries = defineResource({
  type: 'webhook-deliveries',
  path: 'deliveries',
  noun: 'delivery',
  table: 'webhook_deliveries',
  scope: 'project',
  attributes: {
    'webhook-id': id('-', filled),
    event: shortText('-', filled),
    attempt: int('-', filled),
    state: shortText('-', filled),
    'response-code': int('-'),
    error: shortText('-'),
    'created-at': timestamp('-', filled),
  },
})
