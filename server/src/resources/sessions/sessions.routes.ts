import { answering, array, closed, object, ref, sendingAttributes, text } from '../../core/resource/json-schema.ts'
import { parameter } from '../../engine/parameter.ts'
import { listing, type ResourceRoutes } from '../../engine/resource-routes.ts'
import type { People } from '../../people/people.ts'
import { showMe } from '../users/describe-caller.ts'
import { changePassword, requestReset, useWelcomeCode } from './passwords.actions.ts'
import { endOtherSessions, signIn, signOut } from './sessions.actions.ts'
import { sessionsList } from './sessions.list.ts'

const AT_ROOT = { atRoot: true, noSuffix: true } as const
const ENDED = answering(array(ref('Identifier')))
const remember = {
  type: 'boolean',
  description: 'Whether the session outlives the browser, for 30 days; else it ends after 12 hours without a request',
}
const password = { type: 'string', format: 'password' }

export const sessionsRoutes = (people: People): ResourceRoutes => ({
  list: sessionsList,
  routes: [
    {
      ...AT_ROOT,
      method: 'POST',
      path: '/session',
      access: 'none',
      summary: 'Sign in',
      description:
        'Sets the cookie `assay_session`, which counts as the personal token of the user, without impersonation. With it, ' +
        'requests other than GET and HEAD need the header `X-Assay-Console: 1`, too.',
      id: 'signIn',
      body: object({ email: text, password, remember }, ['email', 'password']),
      answer: ref('MeAnswer'),
      handle: signIn(people),
    },
    {
      ...AT_ROOT,
      method: 'GET',
      path: '/session',
      access: 'user',
      summary: 'Describe who is signed in',
      id: 'showSession',
      answer: ref('MeAnswer'),
      handle: showMe,
    },
    {
      ...AT_ROOT,
      method: 'DELETE',
      path: '/session',
      access: 'none',
      summary: 'Sign out',
      description: 'Ends the session of the cookie, and answers which that was.',
      id: 'signOut',
      body: null,
      answer: ENDED,
      handle: signOut,
    },
    {
      ...AT_ROOT,
      method: 'POST',
      path: '/session/welcome',
      access: 'none',
      summary: 'Set a password by the code of a link, and sign in',
      description: 'The code is the end of the link of an invitation, or of one that was mailed; it works once.',
      id: 'useWelcomeCode',
      body: object({ code: text, password, remember }, ['code', 'password']),
      answer: ref('MeAnswer'),
      handle: useWelcomeCode(people),
    },
    {
      ...AT_ROOT,
      method: 'POST',
      path: '/session/reset',
      access: 'none',
      summary: 'Have a link mailed that sets a new password',
      description: 'The answer is the same whether anybody has the e-mail.',
      id: 'requestPasswordReset',
      body: object({ email: text }, ['email']),
      answer: answering(
        closed({ id: text, type: { const: 'password-resets' }, attributes: closed({ accepted: { const: true } }) }),
      ),
      handle: requestReset(people),
    },
    {
      method: 'GET',
      path: '/me/sessions',
      access: 'user',
      summary: 'List where the caller is signed in',
      handle: listing(sessionsList),
    },
    {
      method: 'DELETE',
      path: '/me/sessions',
      access: 'user',
      summary: 'End the other sessions of the caller',
      description: 'Never the one that the request belongs to. Answers those that ended.',
      id: 'endSessions',
      parameters: [parameter('session-ids', 'Only these, separated by commas')],
      body: null,
      answer: ENDED,
      handle: endOtherSessions,
    },
    {
      method: 'PUT',
      path: '/me/password',
      access: 'user',
      summary: 'Change the password of the caller',
      description: 'Ends every other session. `current` is needed once there is a password.',
      id: 'changePassword',
      body: sendingAttributes({ current: password, new: password }, ['new']),
      answer: answering(
        closed({
          id: text,
          type: { const: 'passwords' },
          attributes: closed({ 'changed-at': { type: 'string', format: 'date-time' } }),
        }),
      ),
      handle: changePassword(people),
    },
  ],
})
