import { hashToken } from '../../auth/caller.ts'
import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems } from '../../core/problems.ts'
import { readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { formatTimestamp } from '../../core/scalars.ts'
import type { Reader } from '../../db/handle.ts'
import { notFound } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { mustFindUser } from '../users/must-find-user.ts'
import { requireSelf } from '../users/require-self.ts'
import { showSecret } from './show-secret.ts'
import { personalTokens } from './tokens.resource.ts'
import {
  changeToken,
  deleteToken,
  findPersonalToken,
  insertToken,
  lockPersonalToken,
  newToken,
  type TokenRow,
} from './tokens.store.ts'

/** 404 unless the user of the path is one of the account and has a token. */
async function mustFind(reader: Pick<Reader, 'db'>, { caller }: Context, userId: number): Promise<TokenRow> {
  await mustFindUser(reader, caller, userId)
  const row = await findPersonalToken(reader, caller.accountId, userId)
  if (!row) throw notFound(personalTokens)
  return row
}

/** `GET users/:id/personal_token.json`; 404 while there is none. */
export async function showPersonalToken(context: Context): Promise<Answer> {
  const userId = context.id()
  requireSelf(context, userId)
  const row = await mustFind(context.reader, context, userId)
  return { show: 'personal-tokens', id: row.id }
}

/**
 * `POST users/:id/personal_token.json`: makes the token of a user, or gives it a new secret and leaves its flags as
 * they are; while it is disabled only an account token may (contract §7.9). The secret is in this answer only.
 */
export async function createPersonalToken(context: Context): Promise<Answer> {
  const userId = context.id()
  requireSelf(context, userId)
  context.optionalBody()
  const token = newToken()
  const { caller, now } = context
  return context.write(
    async (tx) => {
      const user = await mustFindUser(tx, caller, userId)
      await lockPersonalToken(tx, userId)
      const before = await findPersonalToken(tx, caller.accountId, userId)
      if (before === undefined) {
        const { accountId } = caller
        const row = await insertToken(tx, { accountId, userId, name: user.email, token, impersonation: false, now })
        const changes = changesOf(personalTokens, undefined, { ...row })
        noteSetting(tx, { entity: 'token', entityId: row.id, action: 'create', changes })
        return showSecret(personalTokens, row, token)
      }
      if (before.enabled === 0 && !caller.passesAll) {
        throw apiError('forbidden', { title: 'This personal token is disabled: only an account token may renew it' })
      }
      const cells = { hash: hashToken(token), last_used_at: null, created_at: now }
      await changeToken(tx, before, cells)
      // Of a new secret the audit tells when it was made, and nothing else.
      const changes = [{ field: 'created-at', from: formatTimestamp(before.created_at), to: formatTimestamp(now) }]
      noteSetting(tx, { entity: 'token', entityId: before.id, action: 'update', changes })
      return showSecret(personalTokens, { ...before, ...cells }, token)
    },
    { secret: true },
  )
}

/** `PUT users/:id/personal_token.json`: whether it works, and whether it may record other users. */
export async function updatePersonalToken(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const userId = context.id()
  return context.write(async (tx) => {
    const row = await mustFind(tx, context, userId)
    const problems = createProblems()
    const cells = readForUpdate({ resource: personalTokens, sent, problems, row: { ...row } })
    problems.throwIfAny()
    await changeToken(tx, row, cells)
    const changes = changesOf(personalTokens, { ...row }, { ...row, ...cells })
    noteSetting(tx, { entity: 'token', entityId: row.id, action: 'update', changes })
    return { show: 'personal-tokens', id: row.id }
  })
}

/** `DELETE users/:id/personal_token.json`. */
export async function removePersonalToken(context: Context): Promise<Answer> {
  const userId = context.id()
  return context.write(async (tx) => {
    const row = await mustFind(tx, context, userId)
    await deleteToken(tx, row)
    const changes = changesOf(personalTokens, { ...row }, undefined)
    noteSetting(tx, { entity: 'token', entityId: row.id, action: 'delete', changes })
    return { body: renderDeleted(personalTokens, row.id) }
  })
}
