import { answering, closed, ref, sendingAttributes, text } from '../../core/resource/json-schema.ts'
import type { Route } from '../../engine/route.ts'
import { showAccount, updateAccount } from './account.actions.ts'

const required = { type: 'boolean', description: 'Whether people must have a second factor to sign in' }

/** The account as a whole (contract §14.4). */
export const ACCOUNT_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/account',
    access: 'account',
    summary: 'Show the account',
    id: 'showAccount',
    tag: 'account',
    answer: ref('AccountAnswer'),
    schemas: {
      AccountAnswer: answering(
        closed({
          id: text,
          type: { const: 'accounts' },
          attributes: closed({ name: text, 'require-second-factor': required }),
        }),
      ),
    },
    handle: showAccount,
  },
  {
    method: 'PUT',
    path: '/account',
    access: 'account',
    summary: 'Require a second factor of everybody, or no longer',
    description: 'Who has none can sign in, and then do nothing but set one up. Tokens are not affected.',
    id: 'updateAccount',
    tag: 'account',
    body: sendingAttributes({ 'require-second-factor': required }, []),
    answer: ref('AccountAnswer'),
    handle: updateAccount,
  },
]
