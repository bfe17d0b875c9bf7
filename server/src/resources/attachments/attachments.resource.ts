import { defineResource, id, int, name, shortText, timestamp } from '../../core/resource/define-resource.ts'

/** Contract §4.7. */
export const attachments = defineResource({
  type: 'attachments',
  path: 'attachments',
  noun: 'attachment',
  table: 'attachments',
  scope: 'project',
  attributes: {
    name: name('-'),
    size: int('-'),
    'content-type': shortText('-'),
    entity: shortText('-'),
    'entity-id': id('-'),
    'created-at': timestamp('-'),
  },
})
