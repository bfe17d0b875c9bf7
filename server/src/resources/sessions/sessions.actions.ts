import { findSessionSecret, refuseCrossSite, requireConsole, sessionCookie } from '../../auth/session.ts'
import { apiError } from '../../core/errors.ts'
import type { Answer, Context } from '../../engine/route.ts'
import type { PasswordHasher } from '../../people/password-hash.ts'
import { findPeople, findPerson, lockSignIn, type Person, renewHash } from '../../people/passwords.store.ts'
import type { People } from '../../people/people.ts'
import { callerOf } from '../../people/person-caller.ts'
import { acceptCode } from '../../people/second-factors.store.ts'
import { endSessions, sessionOf } from '../../people/sessions.store.ts'
import { answerSignedIn, beginSession, isOverTls, noteFailure, noteSignOut } from './begin-session.ts'
import { codeNeeded, mustTakePasswords, readCode, readFlag, readTexts } from './read-credentials.ts'
import { sessions } from './sessions.resource.ts'

/** The one whose password it is; the work is the same when nobody has that e-mail, or no password. */
async function whosePassword(passwords: PasswordHasher, people: readonly Person[], password: string) {
  let found: Person | undefined
  let worked = false
  for (const person of people) {
    if (person.hash === null) continue
    worked = true
    if (await passwords.matches(password, person.hash)) found ??= person
  }
  if (!worked) await passwords.pretend(password)
  return found?.active === 1 ? found : undefined
}

interface SigningIn {
  remember: boolean
  /** The password hashed anew, where the stored hash is of other work. */
  renewed: string | undefined
  /** Of the second factor; undefined when none was sent. */
  code: string | undefined
}

/**
 * The secret of a new session; `null` where a code of the second factor is missing; undefined when it is wrong, or when the
 * password was changed, or its user put out, while it was compared.
 */
async function signedIn(
  context: Context,
  person: Person,
  { remember, renewed, code }: SigningIn,
): Promise<string | null | undefined> {
  let secret: string | null | undefined
  await context.as(callerOf(person)).write(
    async (tx) => {
      secret = undefined
      await lockSignIn(tx, person.id)
      const now = await findPerson(tx, person.id)
      if (now?.hash !== person.hash || now.active !== 1) return { body: {} }
      if (now.factor !== null && code === undefined) secret = null
      else if (now.factor === null || (await acceptCode(tx, person.id, code ?? '', context.now))) {
        if (renewed !== undefined) await renewHash(tx, person.id, renewed)
        secret = await beginSession(tx, context, { person, remember })
      }
      return { body: {} }
    },
    { secret: true },
  )
  return secret
}

/**
 * `POST /session`: signs in with e-mail and password (contract §14.1). 401 for a wrong one of either, the same in words,
 * status and time, and where a code of the second factor is missing (`meta`); 429 after too many.
 */
export function signIn(people: People) {
  const { passwords, attempts } = people
  return async (context: Context): Promise<Answer> => {
    refuseCrossSite(context.origin)
    mustTakePasswords(people)
    const body = context.body()
    const { email, password } = readTexts(body, ['email', 'password'])
    const remember = readFlag(body, 'remember')
    const code = readCode(body, 'code')
    const begun = await attempts.limit({ email, address: context.address }, async () => {
      const found = await findPeople(context.reader, email)
      const person = await whosePassword(passwords, found, password)
      const isOld = person?.hash != null && passwords.isOutdated(person.hash)
      const renewed = isOld ? await passwords.make(password) : undefined
      const secret = person && (await signedIn(context, person, { remember, renewed, code }))
      if (person !== undefined && secret !== undefined) return { person, secret }
      await noteFailure(context, found, email)
      return undefined
    })
    if (begun === undefined) {
      const title = code === undefined ? 'E-mail or password is wrong' : 'E-mail, password or code is wrong'
      throw apiError('unauthorized', { title })
    }
    const { person, secret } = begun
    if (secret === null) throw codeNeeded('code')
    return answerSignedIn(context, { person, secret, remember })
  }
}

/** The sessions that ended, as an answer. */
const ended = (ids: readonly number[]) => ({ data: ids.map((id) => ({ id: String(id), type: sessions.type })) })

/** `DELETE /session`: ends the session of the cookie, and takes the cookie away, also one of a session that is over. */
export async function signOut(context: Context): Promise<Answer> {
  const secret = findSessionSecret({ cookie: context.header('cookie') })
  if (secret === undefined) refuseCrossSite(context.origin)
  else requireConsole(context.origin)
  const session = secret === undefined ? undefined : await sessionOf(context.reader, secret)
  if (session) {
    const { id, user_id, account_id, is_owner } = session
    await context.as(callerOf({ id: user_id, account_id, is_owner })).write(
      async (tx) => {
        noteSignOut(tx, user_id, await endSessions(tx, user_id, { only: [id] }))
        return { body: {} }
      },
      { ids: 0, secret: true },
    )
  }
  const cookie = sessionCookie(undefined, { overTls: isOverTls(context), remember: false })
  return { body: ended(session ? [session.id] : []), cookie }
}

/** `DELETE me/sessions.json`: ends the caller's other sessions, or some of them. */
export async function endOtherSessions(context: Context): Promise<Answer> {
  const { caller, query } = context
  const userId = caller.userId as number
  const only = query.ids('session-ids')
  return context.write(async (tx) => {
    await lockSignIn(tx, userId)
    const ids = await endSessions(tx, userId, { except: caller.sessionId, only })
    noteSignOut(tx, userId, ids)
    return { body: ended(ids) }
  })
}
