import {
  answering,
  array,
  closed,
  type JsonSchema,
  object,
  ref,
  sendingAttributes,
  text,
} from '../../core/resource/json-schema.ts'
import { parameter } from '../../engine/parameter.ts'
import { listing, type ResourceRoutes } from '../../engine/resource-routes.ts'
import type { People } from '../../people/people.ts'
import { showMe } from '../users/describe-caller.ts'
import { changePassword, requestReset, useWelcomeCode } from './passwords.actions.ts'
import { confirmOrStop, removeTotp, showTotp, startTotp } from './second-factor.actions.ts'
import { endOtherSessions, signIn, signOut } from './sessions.actions.ts'
import { sessionsList } from './sessions.list.ts'
import { beginSignOn, finishSignOn, showMethods } from './single-sign-on.actions.ts'

const AT_ROOT = { atRoot: true, noSuffix: true } as const
const ENDED = answering(array(ref('Identifier')))
const remember = {
  type: 'boolean',
  description: 'Whether the session outlives the browser, for 30 days; else it ends after 12 hours without a request',
}
const factorCode = {
  ...text,
  description: 'Of the second factor, where there is one: of the app, or for when it is lost',
}
const password = { type: 'string', format: 'password' }

const totpAnswer = (attributes: Record<string, JsonSchema>) =>
  answering(closed({ id: text, type: { const: 'totp' }, attributes: closed(attributes) }))

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
      body: object({ email: text, password, remember, code: factorCode }, ['email', 'password']),
      answer: ref('MeAnswer'),
      handle: signIn(people),
    },
    {
      ...AT_ROOT,
      method: 'GET',
      path: '/session',
      access: 'user',
      beforeSecondFactor: true,
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
      body: object({ code: text, password, remember, 'second-factor': factorCode }, ['code', 'password']),
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
      ...AT_ROOT,
      method: 'GET',
      path: '/session/methods',
      access: 'none',
      summary: 'Tell how people may sign in',
      id: 'showSignInMethods',
      answer: answering(
        closed({
          id: text,
          type: { const: 'sign-in-methods' },
          attributes: closed({
            password: { type: 'boolean' },
            reset: { type: 'boolean', description: 'Whether links to a new password are mailed' },
            'single-sign-on': { oneOf: [{ type: 'null' }, closed({ name: text, path: text })] },
          }),
        }),
      ),
      handle: showMethods(people),
    },
    // Browsers are sent here and there: nothing that a program calls.
    {
      ...AT_ROOT,
      method: 'GET',
      path: '/session/oidc',
      access: 'none',
      undocumented: true,
      summary: 'Sign in by the identity provider',
      handle: beginSignOn(people),
    },
    {
      ...AT_ROOT,
      method: 'GET',
      path: '/session/oidc/callback',
      access: 'none',
      undocumented: true,
      summary: 'Come back from the identity provider',
      handle: finishSignOn(people),
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
    {
      method: 'GET',
      path: '/me/totp',
      access: 'user',
      beforeSecondFactor: true,
      summary: 'Show whether the caller has a second factor',
      id: 'showTotp',
      answer: totpAnswer({
        confirmed: { type: 'boolean', description: 'Whether signing in takes a code' },
        required: { type: 'boolean', description: 'Whether the account wants one of everybody' },
        'recovery-codes-left': { type: 'integer', minimum: 0 },
      }),
      handle: showTotp,
    },
    {
      method: 'POST',
      path: '/me/totp',
      access: 'user',
      beforeSecondFactor: true,
      summary: 'Begin to set up a second factor: a secret for an app',
      description: 'It counts once a code confirms it: `PUT me/totp.json`.',
      id: 'startTotp',
      body: null,
      answer: totpAnswer({
        secret: { ...text, description: 'For the app, in base 32; shown once' },
        'otpauth-url': { ...text, description: 'The same as an address, for a QR code' },
      }),
      handle: startTotp,
    },
    {
      method: 'PUT',
      path: '/me/totp',
      access: 'user',
      beforeSecondFactor: true,
      summary: 'Confirm a second factor by a code, or switch it off by one',
      description:
        'The first time the answer has ten codes for when the app is lost; each works once, and they are shown once.',
      id: 'confirmTotp',
      body: sendingAttributes({ code: text, enabled: { type: 'boolean', description: 'false: switch it off' } }, [
        'code',
      ]),
      answer: totpAnswer({ confirmed: { type: 'boolean' }, 'recovery-codes': array(text) }),
      handle: confirmOrStop(people),
    },
    {
      method: 'DELETE',
      path: '/users/:id/totp',
      access: 'account',
      summary: 'Take the second factor away from a user who lost it',
      id: 'removeTotp',
      body: null,
      answer: answering(closed({ id: text, type: { const: 'totp' } })),
      handle: removeTotp,
    },
  ],
})
