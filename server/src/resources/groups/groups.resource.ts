import { defineResource, name, timestamp } from '../../core/resource/define-resource.ts'

/** Contract §4.4. `permissions` is shown of a single group only. */
export const groups = defineResource({
  type: 'groups',
  path: 'groups',
  noun: 'group',
  table: 'groups',
  scope: 'project',
  attributes: {
    name: name('C*U'),
    'created-at': timestamp('-'),
  },
})
