import { hashSecret } from '../auth/session.ts'
import type { Reader, Tx } from '../db/handle.ts'
import type { Schema } from '../db/schema.ts'
import { insertRows } from '../db/store.ts'
import type { Person } from './passwords.store.ts'
import { newRecoveryCode, plainCode, RECOVERY_CODES, stepOf } from './totp.ts'

export type TotpRow = Schema['totp_secrets']

/** The secret of a user's app, confirmed or not. */
export const findTotp = ({ db }: Pick<Reader, 'db'>, userId: number): Promise<TotpRow | undefined> =>
  db.selectFrom('totp_secrets').selectAll().where('user_id', '=', userId).executeTakeFirst()

/** Takes away a user's second factor, and the codes for when it is lost. */
export async function dropTotp({ db }: Tx, userId: number): Promise<void> {
  await db.deleteFrom('totp_secrets').where('user_id', '=', userId).execute()
  await db.deleteFrom('recovery_codes').where('user_id', '=', userId).execute()
}

/** Stores a secret that counts once a code of it confirms it. */
export async function insertTotp(
  tx: Tx,
  { id, account_id }: Pick<Person, 'id' | 'account_id'>,
  { secret, now }: { secret: string; now: number },
): Promise<void> {
  await dropTotp(tx, id)
  const row = { user_id: id, account_id, secret, confirmed: 0, last_step: 0, created_at: now }
  await insertRows(tx, 'totp_secrets', [row])
}

/** Confirms the secret of a user, and answers the codes for when it is lost: they are in no other place. */
export async function confirmTotp(
  tx: Tx,
  { id, account_id }: Pick<Person, 'id' | 'account_id'>,
  now: number,
): Promise<string[]> {
  await tx.db.updateTable('totp_secrets').set({ confirmed: 1 }).where('user_id', '=', id).execute()
  const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
  const rows = codes.map((code) => ({ hash: hashOf(id, code), account_id, user_id: id, created_at: now }))
  await insertRows(tx, 'recovery_codes', rows)
  return codes
}

/** Of one user, so that nobody else's code is looked up by it. */
const hashOf = (userId: number, code: string) => hashSecret(`${userId} ${plainCode(code)}`)

/** How many codes a user has left for when the app is lost. */
export async function recoveryCodesLeft({ db }: Pick<Reader, 'db'>, userId: number): Promise<number> {
  return (await db.selectFrom('recovery_codes').select('hash').where('user_id', '=', userId).execute()).length
}

/**
 * Whether a code is one of the user's second factor: of the app, and no earlier than the last, or one for when the app is
 * lost, if there is a confirmed factor. It is used up. Call it with the sign-ins of the user locked.
 */
export async function acceptCode(tx: Tx, userId: number, code: string, now: number): Promise<boolean> {
  const totp = await findTotp(tx, userId)
  if (totp === undefined) return false
  const step = stepOf(totp.secret, plainCode(code), now)
  if (step !== undefined) {
    if (step <= totp.last_step) return false
    await tx.db.updateTable('totp_secrets').set({ last_step: step }).where('user_id', '=', userId).execute()
    return true
  }
  if (totp.confirmed !== 1) return false
  const used = await tx.db.deleteFrom('recovery_codes').where('hash', '=', hashOf(userId, code)).executeTakeFirst()
  return used.numDeletedRows > 0n
}

/** Whether the people of an account must have a second factor. */
export async function requiresSecondFactor({ db }: Pick<Reader, 'db'>, accountId: number): Promise<boolean> {
  const row = await db
    .selectFrom('accounts')
    .select('require_second_factor')
    .where('id', '=', accountId)
    .executeTakeFirst()
  return row?.require_second_factor === 1
}
