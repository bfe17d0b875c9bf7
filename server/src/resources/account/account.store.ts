import type { Reader, Tx } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'

/** The account of the caller. */
export const readAccount = ({ db }: Pick<Reader, 'db'>, id: number): Promise<Schema['accounts']> =>
  db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

/** Stores whether people must have a second factor. */
export async function changeAccount(tx: Tx, id: number, cells: { require_second_factor: number }): Promise<void> {
  await tx.db.updateTable('accounts').set(cells).where('id', '=', id).execute()
}
