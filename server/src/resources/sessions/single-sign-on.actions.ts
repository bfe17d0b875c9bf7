import { NOBODY } from '../../auth/caller.ts'
import { findCookie, sessionCookie } from '../../auth/session.ts'
import { apiError } from '../../core/errors.ts'
import { MAX_SHORT_TEXT } from '../../core/limits.ts'
import { cleanText, cut } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { lockMembers } from '../../features/members/lock-members.ts'
import { findUser } from '../../features/members/users.store.ts'
import { insertIdentity, userOfIdentity } from '../../people/identities.store.ts'
import { findPeople, findPerson, firstAccount, lockSignIn, type Person } from '../../people/passwords.store.ts'
import type { People } from '../../people/people.ts'
import { callerOf } from '../../people/person-caller.ts'
import { type Identity, matching, refusalOf } from '../../people/single-sign-on.rules.ts'
import type { SingleSignOn, SingleSignOnSettings } from '../../people/single-sign-on.ts'
import { noteAccess } from '../users/access.ts'
import { accessOf, lockAccess, replaceAccess } from '../users/memberships.store.ts'
import { users } from '../users/users.resource.ts'
import { insertUser, lockEmail } from '../users/users.store.ts'
import { beginSession, isOverTls, noteFailure } from './begin-session.ts'
import { groupsNamed } from './single-sign-on.store.ts'

/** The cookie that knows a browser again when it comes back from the provider, and for how long, in seconds. */
const BEGUN = 'assay_sign_on'
const PATIENCE = 600

/** Where somebody arrives who signed in. */
const HOME = '/docs'

const callbackOf = ({ baseUrl }: Context) => `${baseUrl}/session/oidc/callback`

const begunCookie = (context: Context, secret: string) =>
  `${BEGUN}=${secret}; Path=/session/oidc; HttpOnly; SameSite=Lax${isOverTls(context) ? '; Secure' : ''}; Max-Age=${secret === '' ? 0 : PATIENCE}`

function mustBeOn({ singleSignOn }: People): SingleSignOn {
  if (singleSignOn) return singleSignOn
  throw apiError('not_found', { title: 'This server has no single sign-on; its operator can set ASSAY_OIDC_ISSUER' })
}

/** `GET /session/methods`: how people may sign in here. */
export const showMethods = ({ singleSignOn, passwordLogin, mailer }: People) => {
  const attributes = {
    password: passwordLogin,
    reset: passwordLogin && mailer !== undefined,
    'single-sign-on': singleSignOn ? { name: singleSignOn.settings.name, path: '/session/oidc' } : null,
  }
  return async (): Promise<Answer> => ({ body: { data: { id: '0', type: 'sign-in-methods', attributes } } })
}

/** `GET /session/oidc`: sends the browser to the identity provider (contract §14.3). */
export function beginSignOn(people: People) {
  return async (context: Context): Promise<Answer> => {
    const { url, secret } = await mustBeOn(people).begin(callbackOf(context))
    return { redirect: url, cookies: [begunCookie(context, secret)] }
  }
}

/** Puts a user into the groups that the provider names, and out of those that it could name and does not. */
async function applyGroups(tx: Tx, person: Person, { groupsMap }: SingleSignOnSettings, claim: unknown): Promise<void> {
  const known = await groupsNamed(tx, person.account_id, groupsMap)
  if (known.length === 0) return
  const wanted = new Set(matching(groupsMap, claim))
  await lockAccess(tx, person.id)
  await lockMembers(
    tx,
    known.map(({ projectId }) => projectId),
  )
  const before = await accessOf(tx, person.id)
  const groupsIn = new Map(before.map(({ projectId, groupIds }) => [projectId, new Set(groupIds)]))
  for (const { projectId, groupId } of known) groupsIn.get(projectId)?.delete(groupId)
  for (const { rule, projectId, groupId } of known) {
    if (wanted.has(rule)) groupsIn.set(projectId, (groupsIn.get(projectId) ?? new Set()).add(groupId))
  }
  const after = [...groupsIn]
    .map(([projectId, groups]) => ({ projectId, groupIds: [...groups].sort((a, b) => a - b) }))
    .filter(({ groupIds }) => groupIds.length > 0)
    .sort((a, b) => a.projectId - b.projectId)
  await replaceAccess(tx, person.id, after)
  noteAccess(tx, person.id, before, after)
}

/** The user whom the provider means: known to it from before, or by the e-mail, or made now; undefined for nobody. */
async function personOf(
  tx: Tx,
  identity: Identity,
  { accountId, createUsers, now }: { accountId: number; createUsers: boolean; now: number },
): Promise<Person | undefined> {
  const known = await userOfIdentity(tx, identity)
  if (known !== undefined) return findPerson(tx, known)
  const email = String(identity.email).toLowerCase()
  await lockEmail(tx, accountId, email)
  const [first] = await findPeople(tx, email)
  if (first) return first
  if (!createUsers) return undefined
  const name = typeof identity.name === 'string' ? cut(cleanText(identity.name), MAX_SHORT_TEXT) : ''
  const cells = { email, display_name: name.trim() === '' ? null : name }
  const id = await insertUser(tx, { accountId, cells, now })
  const changes = changesOf(users, undefined, await findUser(tx, accountId, id))
  noteSetting(tx, { entity: 'user', entityId: id, action: 'create', changes })
  return findPerson(tx, id)
}

/** `GET /session/oidc/callback`: begins the session of whom the provider vouches for. 401, or 403 for whom it may not. */
export function finishSignOn(people: People) {
  return async (context: Context): Promise<Answer> => {
    const singleSignOn = mustBeOn(people)
    const { settings } = singleSignOn
    const begun = findCookie(context.header('cookie'), BEGUN)
    if (begun === undefined) {
      throw apiError('unauthorized', { title: 'This browser began no sign-in, or did so too long ago; begin again' })
    }
    const identity = await singleSignOn.finish(`${callbackOf(context)}?${context.query.text}`, begun)
    const refuse = async (title: string) => {
      await noteFailure(context, [], String(identity.email))
      return apiError('forbidden', { title })
    }
    const refusal = refusalOf(identity, settings.allowedDomains)
    if (refusal) throw await refuse(refusal)
    const accountId = await firstAccount(context.reader)
    const { now } = context
    let person: Person | undefined
    let secret = ''
    await context.as({ ...NOBODY, accountId }).write(
      async (tx) => {
        person = await personOf(tx, identity, { accountId, createUsers: settings.createUsers, now })
        return { body: {} }
      },
      { ids: 1, secret: true },
    )
    if (person === undefined) throw await refuse('Nobody here has this e-mail; ask an account owner for an invitation')
    if (person.active !== 1) throw await refuse('This user was put out')
    const found = person
    await context.as(callerOf(found)).write(
      async (tx) => {
        secret = ''
        await lockSignIn(tx, found.id)
        if ((await findPerson(tx, found.id))?.active !== 1) return { body: {} }
        await insertIdentity(tx, identity, { ...found, now })
        if (settings.groupsClaim !== undefined) await applyGroups(tx, found, settings, identity.groups)
        secret = await beginSession(tx, context, { person: found, remember: false, via: 'provider' })
        return { body: {} }
      },
      { ids: 1, secret: true },
    )
    if (secret === '') throw await refuse('This user was put out')
    const cookie = sessionCookie(secret, { overTls: isOverTls(context), remember: false })
    return { redirect: HOME, cookies: [cookie, begunCookie(context, '')] }
  }
}
