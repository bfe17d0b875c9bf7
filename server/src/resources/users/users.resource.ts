import { defineResource, name, shortText, timestamp } from '../../core/resource/define-resource.ts'
import type { Kind } from '../../core/resource/kinds.ts'

/** `last_activity` is kept as a time and shown as a day. */
const dayKind: Kind = {
  name: 'date',
  cleared: undefined,
  write: (cell) => (cell === null ? null : new Date(cell as number).toISOString().slice(0, 10)),
  read: () => undefined,
}

/** Contract §4.2. */
export const users = defineResource({
  type: 'users',
  path: 'users',
  noun: 'user',
  table: 'users',
  scope: 'account',
  attributes: {
    'first-name': shortText('CU'),
    'last-name': shortText('CU'),
    'display-name': shortText('CU'),
    email: name('C*', { max: 255 }),
    'time-zone': shortText('CU'),
    'created-at': timestamp('-'),
    'last-activity': { kind: dayKind, writable: '-', column: '', initial: null, onRequest: 'last-activity' },
  },
})
