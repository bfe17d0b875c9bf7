import { filled, id, int, name, shortText, timestamp } from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** Contract §4.7. */
export const attachments = defineResource({
  type: 'attachments',
  path: 'attachments',
  noun: 'attachment',
  table: 'attachments',
  scope: 'project',
  attributes: {
    name: name('-', { about: ['File name', 'one.log'] }),
    size: int('-', filled),
    'content-type': shortText('-', filled),
    entity: shortText('-', { ...filled, about: ['Kind of entity that carries it', 'run'] }),
    'entity-id': id('-', filled),
    'created-at': timestamp('-', filled),
  },
})
