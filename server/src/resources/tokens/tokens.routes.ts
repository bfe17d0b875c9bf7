import { ref } from '../../core/resource/json-schema.ts'
import { extendedSchemas, SHOWN_SECRET } from '../../core/resource/resource-schemas.ts'
import { listing, type ResourceRoutes } from '../../engine/resource-routes.ts'
import {
  createPersonalToken,
  removePersonalToken,
  showPersonalToken,
  updatePersonalToken,
} from './personal-token.actions.ts'
import { createToken, removeToken, updateToken } from './tokens.actions.ts'
import { personalTokensList, tokensList } from './tokens.list.ts'
import { personalTokens, tokens } from './tokens.resource.ts'

export const tokensRoutes: ResourceRoutes = {
  list: tokensList,
  routes: [
    {
      method: 'GET',
      path: '/tokens',
      access: 'account',
      summary: 'List account tokens',
      handle: listing(tokensList),
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
export const personalTokensRoutes: ResourceRoutes = {
  list: personalTokensList,
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
