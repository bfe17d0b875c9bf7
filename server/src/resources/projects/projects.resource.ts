import { filled, flag, name, timestamp } from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** Contract §4.1 and §7.2. */
export const projects = defineResource({
  type: 'projects',
  path: 'projects',
  noun: 'project',
  table: 'projects',
  scope: 'account',
  attributes: {
    name: name('C*U'),
    'created-at': timestamp('-', filled),
    'automation-support': flag('CU', true),
    'enable-delete-issues': flag('CU', true),
    'time-management-support': flag('CU', true),
    'assign-to-group': flag('CU', false),
  },
})
