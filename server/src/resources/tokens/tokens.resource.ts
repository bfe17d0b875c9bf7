import { filled, flag, name, timestamp } from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** Tokens of the account (contract §7.9). The secret is no attribute: only its hash is stored. */
export const tokens = defineResource({
  type: 'tokens',
  path: 'tokens',
  noun: 'token',
  table: 'tokens',
  scope: 'account',
  attributes: {
    name: name('C*U'),
    enabled: flag('U', true),
    'last-used-at': timestamp('-'),
    'created-at': timestamp('-', filled),
  },
})

/** The one personal token of a user (contract §7.9). */
export const personalTokens = defineResource({
  type: 'personal-tokens',
  path: 'personal_token',
  noun: 'personal token',
  table: 'tokens',
  scope: 'account',
  attributes: {
    enabled: flag('U', true),
    impersonation: flag('U', false),
    'last-used-at': timestamp('-'),
    'created-at': timestamp('-', filled),
  },
})
