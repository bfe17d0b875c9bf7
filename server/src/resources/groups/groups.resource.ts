import { completeResource, derived, filled, name, timestamp } from '../../core/resource/define-resource.ts'
import type { JsonSchema } from '../../core/resource/json-schema.ts'
import { defineResource } from '../../engine/define-resource.ts'
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
    'created-at': timestamp('-', filled),
  },
})

const PERMISSION: JsonSchema = {
  type: 'object',
  required: ['key', 'title', 'description', 'allowed'],
  additionalProperties: false,
  properties: {
    key: { type: 'string' },
    title: { type: 'string' },
    description: { type: 'string' },
    allowed: { type: 'boolean' },
  },
}

/** A single group, with its permissions. */
export const singleGroup = completeResource({
  ...groups,
  attributes: {
    ...groups.attributes,
    permissions: derived((row) => showPermissions(String(row.permissions)), {
      ...filled,
      schema: { type: 'array', items: PERMISSION },
      about: ['The 20 permissions and whether the group has each', []],
    }),
  },
})
