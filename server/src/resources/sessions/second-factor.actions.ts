import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { inside, invalidAt } from '../../core/problems.ts'
import type { Tx } from '../../db/handle.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { findPerson, lockSignIn, type Person } from '../../people/passwords.store.ts'
import type { People } from '../../people/people.ts'
import {
  acceptCode,
  confirmTotp,
  dropTotp,
  findTotp,
  insertTotp,
  recoveryCodesLeft,
  requiresSecondFactor,
} from '../../people/second-factors.store.ts'
import { newTotpSecret, totpUrl } from '../../people/totp.ts'
import { mustFindUser } from '../users/must-find-user.ts'

const TYPE = 'totp'

/** Notes that a second factor came or went, and nothing of it. */
function noteFactor(tx: Tx, userId: number, { from, to }: { from: boolean; to: boolean }): void {
  const changes = from === to ? [] : [{ field: 'second-factor', from, to }]
  noteSetting(tx, { entity: 'user', entityId: userId, action: 'update', changes })
}

/** `GET me/totp.json`: whether the caller has a second factor, and must. */
export async function showTotp({ caller, reader }: Context): Promise<Answer> {
  const userId = caller.userId as number
  const attributes = {
    confirmed: (await findTotp(reader, userId))?.confirmed === 1,
    required: await requiresSecondFactor(reader, caller.accountId),
    'recovery-codes-left': await recoveryCodesLeft(reader, userId),
  }
  return { body: { data: { id: String(userId), type: TYPE, attributes } } }
}

/** `POST me/totp.json`: a secret for an app; it counts once a code confirms it (contract §14.4). */
export async function startTotp(context: Context): Promise<Answer> {
  const { caller, now } = context
  const userId = caller.userId as number
  context.optionalBody()
  const secret = newTotpSecret()
  return context.write(
    async (tx) => {
      await lockSignIn(tx, userId)
      const person = (await findPerson(tx, userId)) as Person
      if (person.factor !== null) {
        throw apiError('invalid', { title: 'There is a second factor already: switch it off with a code of it first' })
      }
      await insertTotp(tx, person, { secret, now })
      const attributes = { secret, 'otpauth-url': totpUrl(secret, person.email) }
      return { body: { data: { id: String(userId), type: TYPE, attributes } } }
    },
    { ids: 0, secret: true },
  )
}

/**
 * `PUT me/totp.json`: a code of the app confirms it, and is answered with the codes for when it is lost; with
 * `enabled: false` a code switches the second factor off (contract §14.4). 429 after too many wrong ones.
 */
export function confirmOrStop({ attempts }: People) {
  return async (context: Context): Promise<Answer> => {
    const { caller, now, address, reader } = context
    const userId = caller.userId as number
    const { sent } = oneElement(context.body())
    const { code, enabled = true } = sent.values
    const place = inside(sent.place, 'code')
    if (typeof code !== 'string' || code === '') throw invalidAt(place, "Code can't be blank, and must be a text")
    if (typeof enabled !== 'boolean') throw invalidAt(inside(sent.place, 'enabled'), 'Enabled must be true or false')
    const { email } = (await findPerson(reader, userId)) as Person
    const answer = await attempts.limit({ email, address }, async () => {
      let accepted = false
      const done = await context.write(
        async (tx) => {
          await lockSignIn(tx, userId)
          const person = (await findPerson(tx, userId)) as Person
          const before = person.factor !== null
          accepted = !(before && enabled) && (await acceptCode(tx, userId, code, now))
          if (!accepted) return { body: {} }
          noteFactor(tx, userId, { from: before, to: enabled })
          const codes = enabled ? await confirmTotp(tx, person, now) : []
          if (!enabled) await dropTotp(tx, userId)
          const attributes = { confirmed: enabled, 'recovery-codes': codes }
          return { body: { data: { id: String(userId), type: TYPE, attributes } } }
        },
        { ids: 0, secret: true },
      )
      return accepted ? done : undefined
    })
    if (answer) return answer
    throw invalidAt(place, 'This code is wrong, was used already, or there is nothing that it could confirm')
  }
}

/** `DELETE users/:id/totp.json`: takes the second factor away from somebody who lost it. */
export async function removeTotp(context: Context): Promise<Answer> {
  const id = context.id()
  return context.write(async (tx) => {
    await lockSignIn(tx, id)
    await mustFindUser(tx, context.caller, id)
    const had = (await findTotp(tx, id))?.confirmed === 1
    await dropTotp(tx, id)
    noteFactor(tx, id, { from: had, to: false })
    return { body: { data: { id: String(id), type: TYPE } } }
  })
}
