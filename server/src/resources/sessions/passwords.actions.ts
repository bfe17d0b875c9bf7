import { refuseCrossSite } from '../../auth/session.ts'
import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems, inside, invalidAt } from '../../core/problems.ts'
import { formatTimestamp } from '../../core/scalars.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { resetMail } from '../../people/mail.ts'
import { wrongWith } from '../../people/password.rules.ts'
import { findPeople, findPerson, lockSignIn, type Person } from '../../people/passwords.store.ts'
import type { People } from '../../people/people.ts'
import { callerOf } from '../../people/person-caller.ts'
import { acceptCode } from '../../people/second-factors.store.ts'
import { endSessions } from '../../people/sessions.store.ts'
import { dropWelcomeCodes, insertWelcomeCode, userOfCode, welcomeLink } from '../../people/welcome-codes.store.ts'
import { answerSignedIn, beginSession, noteSignOut, storePassword } from './begin-session.ts'
import { codeNeeded, mustTakePasswords, readCode, readFlag, readTexts } from './read-credentials.ts'

/**
 * `PUT me/password.json`: `current` is needed once there is a password. Every other session of the user ends, and links
 * that would set another password are void (contract §14.2).
 */
export function changePassword({ passwords, attempts }: People) {
  return async (context: Context): Promise<Answer> => {
    const { caller, address, now } = context
    const { sent } = oneElement(context.body())
    const person = (await findPerson(context.reader, caller.userId as number)) as Person
    const problems = createProblems()
    const read = (name: 'current' | 'new'): string => {
      const value = sent.values[name] ?? ''
      if (typeof value === 'string' && value !== '') return value
      problems.at(inside(sent.place, name), `${name === 'new' ? 'New' : 'Current'} password can't be blank`)
      return ''
    }
    const next = read('new')
    const current = person.hash === null ? '' : read('current')
    const wrong = next === '' ? undefined : wrongWith(next, person.email)
    if (wrong) problems.at(inside(sent.place, 'new'), `New password ${wrong}`)
    problems.throwIfAny()
    const { hash: stored, email } = person
    const isRight =
      stored === null ||
      (await attempts.limit({ email, address }, async () => (await passwords.matches(current, stored)) || undefined))
    const refused = invalidAt(inside(sent.place, 'current'), 'Current password is wrong')
    if (!isRight) throw refused
    const hash = await passwords.make(next)
    return context.write(
      async (tx) => {
        await lockSignIn(tx, person.id)
        if ((await findPerson(tx, person.id))?.hash !== stored) throw refused
        await storePassword(tx, person, { hash, now })
        await dropWelcomeCodes(tx, person.id)
        noteSignOut(tx, person.id, await endSessions(tx, person.id, { except: caller.sessionId }))
        const attributes = { 'changed-at': formatTimestamp(now) }
        return { body: { data: { id: String(person.id), type: 'passwords', attributes } } }
      },
      { ids: 0, secret: true },
    )
  }
}

/** `POST /session/welcome`: sets a password by the code of a link, once, and signs in (contract §14.2). */
export function useWelcomeCode({ passwords, attempts }: People) {
  return async (context: Context): Promise<Answer> => {
    refuseCrossSite(context.origin)
    const { now, address, reader } = context
    const body = context.body()
    const { code, password } = readTexts(body, ['code', 'password'])
    const remember = readFlag(body, 'remember')
    const secondFactor = readCode(body, 'second-factor')
    const userId = await userOfCode(reader, code, now)
    const person = userId === undefined ? undefined : await findPerson(reader, userId)
    // Codes of a second factor must not be tried out from many addresses.
    const attempt = person?.factor == null ? { address } : { email: person.email, address }
    const begun = await attempts.limit(attempt, async () => {
      if (person?.active !== 1) return undefined
      const wrong = wrongWith(password, person.email)
      if (wrong) throw invalidAt({ pointer: '/password' }, `Password ${wrong}`)
      if (person.factor !== null && secondFactor === undefined) throw codeNeeded('second-factor')
      const hash = await passwords.make(password)
      let secret: string | undefined
      await context.as(callerOf(person)).write(
        async (tx) => {
          secret = undefined
          await lockSignIn(tx, person.id)
          const isStillGood = (await userOfCode(tx, code, now)) === person.id
          const current = await findPerson(tx, person.id)
          if (!isStillGood || current?.active !== 1) return { body: {} }
          if (current.factor !== null && !(await acceptCode(tx, person.id, secondFactor ?? '', now)))
            return { body: {} }
          await storePassword(tx, person, { hash, now })
          await dropWelcomeCodes(tx, person.id)
          noteSignOut(tx, person.id, await endSessions(tx, person.id))
          secret = await beginSession(tx, context, { person, remember })
          return { body: {} }
        },
        { secret: true },
      )
      return secret === undefined ? undefined : { person, secret }
    })
    if (begun) return answerSignedIn(context, { ...begun, remember })
    if (person?.active === 1 && secondFactor !== undefined) {
      throw invalidAt({ pointer: '/second-factor' }, 'The code of the second factor is wrong, or was used already')
    }
    throw invalidAt({ pointer: '/code' }, 'This link is unknown, was used already, or is too old; ask for a new one')
  }
}

/**
 * `POST /session/reset`: mails a link to whoever has the e-mail. The answer is the same, and given at once, whether
 * anybody has. 422 where the server sends no mail.
 */
export function requestReset(people: People) {
  const { attempts, mailer, inBackground } = people
  return async (context: Context): Promise<Answer> => {
    refuseCrossSite(context.origin)
    mustTakePasswords(people)
    const { email } = readTexts(context.body(), ['email'])
    if (mailer === undefined) {
      throw apiError('invalid', {
        title: 'This server sends no mail; ask an account owner for an invitation',
        detail: 'Its operator can set ASSAY_SMTP_URL, or print a link with "assay user welcome".',
      })
    }
    const { address, now, baseUrl, reader } = context
    await attempts.countReset({ email, address })
    inBackground(async () => {
      for (const person of await findPeople(reader, email)) {
        if (person.active !== 1) continue
        let link = ''
        await context.as(callerOf(person)).write(
          async (tx) => {
            await lockSignIn(tx, person.id)
            const { code } = await insertWelcomeCode(tx, person, { purpose: 'reset', now })
            link = welcomeLink(baseUrl, code)
            const changes = [{ field: 'reset-asked-at', from: null, to: formatTimestamp(now) }]
            noteSetting(tx, { entity: 'user', entityId: person.id, action: 'update', changes })
            return { body: {} }
          },
          { ids: 0, secret: true },
        )
        await mailer.send(resetMail(person.email, link))
      }
    })
    return { body: { data: { id: '0', type: 'password-resets', attributes: { accepted: true } } } }
  }
}
