import { ref } from '../../core/resource/json-schema.ts'
import { extendedSchemas, SHOWN_SECRET } from '../../core/resource/resource-schemas.ts'
import { asListing, BY_ID } from '../../db/list.ts'
import type { Room } from '../../engine/room.ts'
import { listRows } from '../../engine/show-rows.ts'
import {
  createPersonalToken,
  removePersonalToken,
  showPersonalToken,
  updatePersonalToken,
} from './personal-token.actions.ts'
import { createToken, removeToken, updateToken } from './tokens.actions.ts'
import { personalTokens, tokens } from './tokens.resource.ts'

/** Tokens of the account; personal ones are their users' (contract §7.9). */
export const tokensRoom: Room = {
  resource: tokens,
  order: BY_ID,
  select: ({ db }) => asListing(db.selectFrom('tokens as t').selectAll('t').where('t.user_id', 'is', null)),
  filters: [],
  routes: [
    {
      method: 'GET',
      path: '/tokens',
      access: 'account',
      summary: 'List account tokens',
      handle: async (context) => ({ page: await listRows(tokensRoom, context) }),
    },
    {
      method: 'POST',
      path: '/tokens',
      access: 'account',
      summary: 'Create an account token; its secret is shown once',
      answer: ref('NewTokenAnswer'),
      schemas: extendedSchemas('NewToken', tokens, { token: SHOWN_SECRET }),
      handle: createToken,
    },
    {
      method: 'PUT',
      path: '/tokens/:id',
      access: 'account',
      summary: 'Rename, disable or enable an account token',
      handle: updateToken,
    },
    {
      method: 'DELETE',
      path: '/tokens/:id',
      access: 'account',
      summary: 'Delete an account token',
      handle: removeToken,
    },
  ],
}

const PERSONAL = '/users/:id/personal_token'

/** The one personal token of each user. */
export const personalTokensRoom: Room = {
  resource: personalTokens,
  order: BY_ID,
  select: ({ db }) => asListing(db.selectFrom('tokens as t').selectAll('t').where('t.user_id', 'is not', null)),
  filters: [],
  routes: [
    {
      method: 'GET',
      path: PERSONAL,
      access: 'any',
      summary: 'Show the personal token of a user, without its secret',
      id: 'showPersonalToken',
      answer: ref('PersonalTokenAnswer'),
      handle: showPersonalToken,
    },
    {
      method: 'POST',
      path: PERSONAL,
      access: 'any',
      summary: 'Create or renew the personal token of a user; its secret is shown once',
      id: 'createPersonalToken',
      body: null,
      answer: ref('NewPersonalTokenAnswer'),
      schemas: extendedSchemas('NewPersonalToken', personalTokens, { token: SHOWN_SECRET }),
      handle: createPersonalToken,
    },
    {
      method: 'PUT',
      path: PERSONAL,
      access: 'account',
      summary: 'Disable or enable a personal token, or let it record other users',
      handle: updatePersonalToken,
    },
    {
      method: 'DELETE',
      path: PERSONAL,
      access: 'account',
      summary: 'Delete the personal token of a user',
      handle: removePersonalToken,
    },
  ],
}
