import { filled, flag, shortText, timestamp } from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** Where a user is signed in (contract §14.1). The secret is in the cookie only. */
export const sessions = defineResource({
  type: 'sessions',
  path: 'me/sessions',
  noun: 'session',
  table: 'sessions',
  scope: 'account',
  joined: ['current'],
  attributes: {
    device: shortText('-', filled),
    address: shortText('-', filled),
    remember: flag('-', false),
    current: flag('-', false),
    'created-at': timestamp('-', filled),
    'last-seen-at': timestamp('-', filled),
    'expires-at': timestamp('-', filled),
  },
})
