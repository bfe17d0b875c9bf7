import type { Cells } from '../../core/resource/read-attributes.ts'
import { fold } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import { withFolded } from '../../db/search-columns.ts'
import { insertRows } from '../../db/store.ts'

/** Serialises the making of users with one e-mail, in lower case, until the transaction ends. */
export const lockEmail = (tx: Tx, accountId: number, email: string): Promise<void> =>
  tx.dialect.lock(tx.db, `user ${accountId} ${email}`)

/** Stores a user, who is in no project, and returns its id. */
export async function insertUser(
  tx: Tx,
  { accountId, cells, now, isOwner = false }: { accountId: number; cells: Cells; now: number; isOwner?: boolean },
): Promise<number> {
  const id = tx.nextId()
  const email = String(cells.email).toLowerCase()
  const text = (column: string) => (cells[column] ?? null) as string | null
  const displayName = text('display_name') ?? email
  await insertRows(tx, 'users', [
    {
      id,
      account_id: accountId,
      email,
      first_name: text('first_name'),
      last_name: text('last_name'),
      display_name: displayName,
      display_name_folded: fold(displayName),
      time_zone: text('time_zone'),
      is_owner: isOwner ? 1 : 0,
      active: 1,
      last_activity: null,
      created_at: now,
    },
  ])
  return id
}

/** Stores changed cells of a user; nothing without any. */
export async function changeUser(tx: Tx, id: number, cells: Cells): Promise<void> {
  if (Object.keys(cells).length === 0) return
  await tx.db
    .updateTable('users')
    .set(withFolded(cells, ['display_name']))
    .where('id', '=', id)
    .execute()
}
