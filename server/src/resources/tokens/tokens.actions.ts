import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems } from '../../core/problems.ts'
import { readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import type { Tx } from '../../db/handle.ts'
import { notFound } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { showSecret } from './show-secret.ts'
import { tokens } from './tokens.resource.ts'
import { changeToken, deleteToken, findAccountToken, insertToken, newToken, type TokenRow } from './tokens.store.ts'

async function mustFind(tx: Tx, { caller }: Context, id: number): Promise<TokenRow> {
  const row = await findAccountToken(tx, caller.accountId, id)
  if (!row) throw notFound(tokens)
  return row
}

/** `POST tokens.json`: the secret is in this answer and nowhere else (contract §7.9). */
export async function createToken(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const problems = createProblems()
  const { name } = readForCreate({ resource: tokens, sent, problems })
  problems.throwIfAny()
  const token = newToken()
  const { accountId } = context.caller
  return context.write(
    async (tx) => {
      const row = await insertToken(tx, {
        accountId,
        userId: null,
        name: String(name),
        token,
        impersonation: false,
        now: context.now,
      })
      const changes = changesOf(tokens, undefined, { ...row })
      noteSetting(tx, { entity: 'token', entityId: row.id, action: 'create', changes })
      return showSecret(tokens, row, token)
    },
    { secret: true },
  )
}

/** `PUT tokens/:id.json`: name, and whether it works. Disabling takes effect with the next request. */
export async function updateToken(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  return context.write(async (tx) => {
    const row = await mustFind(tx, context, id)
    const problems = createProblems()
    const cells = readForUpdate({ resource: tokens, sent, problems, row: { ...row } })
    problems.throwIfAny()
    await changeToken(tx, row, cells)
    const changes = changesOf(tokens, { ...row }, { ...row, ...cells })
    noteSetting(tx, { entity: 'token', entityId: id, action: 'update', changes })
    return { show: 'tokens', id }
  })
}

/**
 * `DELETE tokens/:id.json`. The calling token may go, and the last one too: an operator can always make another on the
 * server itself.
 */
export async function removeToken(context: Context): Promise<Answer> {
  const id = context.id()
  return context.write(async (tx) => {
    const row = await mustFind(tx, context, id)
    await deleteToken(tx, row)
    const changes = changesOf(tokens, { ...row }, undefined)
    noteSetting(tx, { entity: 'token', entityId: id, action: 'delete', changes })
    return { body: renderDeleted(tokens, id) }
  })
}
