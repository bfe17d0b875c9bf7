import { MAX_SHORT_TEXT } from '../../core/limits.ts'
import { filled, flag, name, shortText, timestamp } from '../../core/resource/define-resource.ts'
import type { Kind } from '../../core/resource/kinds.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** `last_activity` is kept as a time and shown as a day. */
const dayKind: Kind = {
  name: 'date',
  schema: { type: 'string', format: 'date' },
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
    'display-name': shortText('CU', filled),
    email: name('C*', { max: MAX_SHORT_TEXT }),
    'time-zone': shortText('CU'),
    active: flag('U', true),
    'created-at': timestamp('-', filled),
    'last-activity': {
      kind: dayKind,
      writable: '-',
      column: 'last_activity',
      initial: null,
      nullable: true,
      onRequest: 'last-activity',
    },
  },
})
