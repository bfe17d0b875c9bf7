import { defineResource, derived, name, timestamp } from '../../core/resource/define-resource.ts'
import { showPermissions } from './groups.rules.ts'

/** Contract §4.4, as lists show it. */
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

/** A single group, with its permissions. */
export const singleGroup = defineResource({
  ...groups,
  attributes: { ...groups.attributes, permissions: derived((row) => showPermissions(String(row.permissions))) },
})
