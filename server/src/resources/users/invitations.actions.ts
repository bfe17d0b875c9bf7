import { apiError } from '../../core/errors.ts'
import { formatTimestamp } from '../../core/scalars.ts'
import type { Tx } from '../../db/handle.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { invitationMail } from '../../people/mail.ts'
import { lockSignIn } from '../../people/passwords.store.ts'
import type { People } from '../../people/people.ts'
import { insertWelcomeCode, welcomeLink } from '../../people/welcome-codes.store.ts'
import { mustFindUser } from './must-find-user.ts'

/** A link by which a user sets a password. */
export interface Invitation {
  url: string
  expiresAt: number
}

/** Makes the link for a user; it is in no other place (contract §14.2). */
export async function invite(
  tx: Tx,
  { now, baseUrl }: Context,
  user: { id: number; account_id: number },
): Promise<Invitation> {
  const { code, expiresAt } = await insertWelcomeCode(tx, user, { purpose: 'invitation', now })
  const changes = [{ field: 'invited-at', from: null, to: formatTimestamp(now) }]
  noteSetting(tx, { entity: 'user', entityId: user.id, action: 'update', changes })
  return { url: welcomeLink(baseUrl, code), expiresAt }
}

/** Mails an invitation where mail is configured, and answers what the caller is shown of it. */
export async function handOut(
  { mailer, warn }: Pick<People, 'mailer' | 'warn'>,
  email: string,
  { url, expiresAt }: Invitation,
): Promise<object> {
  let mailed = false
  try {
    await mailer?.send(invitationMail(email, url))
    mailed = mailer !== undefined
  } catch (error) {
    warn(`an invitation could not be mailed: ${(error as Error).message}`)
  }
  return { url, 'expires-at': formatTimestamp(expiresAt), mailed }
}

/** `POST users/:id/invitation.json`: a link to set a password, also for somebody who forgot theirs. */
export function inviteUser(people: People) {
  return async (context: Context): Promise<Answer> => {
    const id = context.id()
    context.optionalBody()
    let made: { email: string; invitation: Invitation } | undefined
    await context.write(
      async (tx) => {
        await lockSignIn(tx, id)
        const user = await mustFindUser(tx, context.caller, id)
        if (user.active !== 1) {
          const title = 'This user is not active, and so cannot sign in: set "active" to true first'
          throw apiError('invalid', { title })
        }
        made = { email: user.email, invitation: await invite(tx, context, user) }
        return { body: {} }
      },
      { ids: 0, secret: true },
    )
    const { email, invitation } = made as NonNullable<typeof made>
    const attributes = await handOut(people, email, invitation)
    return { body: { data: { id: String(id), type: 'invitations', attributes } } }
  }
}
