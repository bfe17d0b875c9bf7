import { NOBODY } from '../../auth/caller.ts'
import { findSessionSecret, sessionCookie } from '../../auth/session.ts'
import type { Change } from '../../core/audit.ts'
import { MAX_DEVICE, MAX_SHORT_TEXT } from '../../core/limits.ts'
import { formatTimestamp } from '../../core/scalars.ts'
import { cleanText, cut, isLongerThan } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import type { Person } from '../../people/passwords.store.ts'
import { firstAccount, passwordChangedAt, setPassword } from '../../people/passwords.store.ts'
import { callerOf } from '../../people/person-caller.ts'
import { endSessions, insertSession, sessionOf } from '../../people/sessions.store.ts'
import { describeCaller } from '../users/describe-caller.ts'
import { isEmail } from '../users/users.rules.ts'

/** What a browser calls itself; anybody may send anything. */
const deviceOf = (context: Context): string => cut(cleanText(context.header('user-agent') ?? ''), MAX_DEVICE)

/** What the audit tells of where somebody signs in from. */
const comesFrom = (context: Context): Change[] => [
  { field: 'address', from: null, to: context.address },
  { field: 'device', from: null, to: deviceOf(context) },
]

/** Notes what somebody did, or tried, at the door. `userId` 0: nobody whom this server knows. */
export function noteAtDoor(
  tx: Tx,
  context: Context,
  { userId, action, more = [] }: { userId: number; action: 'sign-in' | 'sign-in-failure'; more?: Change[] },
): void {
  noteSetting(tx, { entity: 'user', entityId: userId, action, changes: [...more, ...comesFrom(context)] })
}

/** Tells the accounts that it may concern of a failure. What is no e-mail is not kept: it may be a password. */
export async function noteFailure(
  context: Context,
  people: readonly Pick<Person, 'id' | 'account_id'>[],
  email: string,
): Promise<void> {
  const isKept = isEmail(email) && !isLongerThan(email, MAX_SHORT_TEXT)
  const more = isKept ? [{ field: 'email', from: null, to: email.toLowerCase() }] : []
  const concerned = people.length > 0 ? people : [{ id: 0, account_id: await firstAccount(context.reader) }]
  for (const { id: userId, account_id: accountId } of concerned) {
    await context.as({ ...NOBODY, accountId }).write(
      async (tx) => {
        noteAtDoor(tx, context, { userId, action: 'sign-in-failure', more })
        return { body: {} }
      },
      { ids: 0, secret: true },
    )
  }
}

/** Notes that sessions of a user ended. */
export function noteSignOut(tx: Tx, userId: number, ended: readonly number[]): void {
  if (ended.length === 0) return
  const changes = [{ field: 'sessions', from: ended, to: [] }]
  noteSetting(tx, { entity: 'user', entityId: userId, action: 'sign-out', changes })
}

/** Stores a new password, and notes when it was chosen, nothing else. */
export async function storePassword(
  tx: Tx,
  person: Person,
  { hash, now }: { hash: string; now: number },
): Promise<void> {
  const before = await passwordChangedAt(tx, person.id)
  await setPassword(tx, person, { hash, now })
  const from = before === undefined ? null : formatTimestamp(before)
  const changes = [{ field: 'password-changed-at', from, to: formatTimestamp(now) }]
  noteSetting(tx, { entity: 'user', entityId: person.id, action: 'update', changes })
}

/**
 * Ends the session that the request came with, so that nobody keeps one that somebody else gave them, and begins a new
 * one; answers its secret.
 */
export async function beginSession(
  tx: Tx,
  context: Context,
  { person, remember, via = 'password' }: { person: Person; remember: boolean; via?: 'password' | 'provider' },
): Promise<string> {
  const old = findSessionSecret({ cookie: context.header('cookie') })
  const left = old === undefined ? undefined : await sessionOf(tx, old)
  if (left) await endSessions(tx, left.user_id, { only: [left.id] })
  // Of another account its own audit tells when it was begun.
  if (left?.account_id === person.account_id) noteSignOut(tx, left.user_id, [left.id])
  const { address, now } = context
  const { secret } = await insertSession(tx, person, { address, device: deviceOf(context), remember, via, now })
  noteAtDoor(tx, context, { userId: person.id, action: 'sign-in' })
  return secret
}

/** Who signed in, as `me.json` tells it, with the cookie of the new session. */
export async function answerSignedIn(
  context: Context,
  { person, secret, remember }: { person: Person; secret: string; remember: boolean },
): Promise<Answer> {
  const cookie = sessionCookie(secret, { overTls: isOverTls(context), remember })
  return { body: await describeCaller(context.as(callerOf(person))), cookie }
}

/** Whether browsers reach this server over TLS. */
export const isOverTls = ({ baseUrl }: Context): boolean => baseUrl.startsWith('https:')
