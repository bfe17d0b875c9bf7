import { oneElement } from '../../core/jsonapi/body.ts'
import { inside, invalidAt } from '../../core/problems.ts'
import type { Schema } from '../../db/schema.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changeAccount, readAccount } from './account.store.ts'

const NAME = 'require-second-factor'

const shown = ({ id, name, require_second_factor }: Schema['accounts']): Answer => {
  const attributes = { name, [NAME]: require_second_factor === 1 }
  return { body: { data: { id: String(id), type: 'accounts', attributes } } }
}

/** `GET account.json`. */
export const showAccount = async ({ reader, caller }: Context): Promise<Answer> =>
  shown(await readAccount(reader, caller.accountId))

/** `PUT account.json`: whether people must have a second factor (contract §14.4). Who has none may set one up only. */
export async function updateAccount(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const required = sent.values[NAME] ?? undefined
  if (required !== undefined && typeof required !== 'boolean') {
    throw invalidAt(inside(sent.place, NAME), 'Require second factor must be true or false', required)
  }
  const id = context.caller.accountId
  return context.write(async (tx) => {
    const before = await readAccount(tx, id)
    const after = {
      ...before,
      require_second_factor: required === undefined ? before.require_second_factor : Number(required),
    }
    const [from, to] = [before.require_second_factor === 1, after.require_second_factor === 1]
    const changes = from === to ? [] : [{ field: NAME, from, to }]
    noteSetting(tx, { entity: 'account', entityId: id, action: 'update', changes })
    await changeAccount(tx, id, { require_second_factor: after.require_second_factor })
    return shown(after)
  })
}
