import { among } from '../../db/among.ts'
import type { Reader, Tx } from '../../db/handle.ts'

/** The sets in a milestone, by ascending id. */
export async function setsOf({ db }: Pick<Reader, 'db'>, projectId: number, milestoneId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('sets')
    .select('id')
    .where('project_id', '=', projectId)
    .where('milestone_id', '=', milestoneId)
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Puts sets into a milestone, or into none; nothing else of them changes. */
export async function putSetsInto(
  tx: Tx,
  projectId: number,
  ids: readonly number[],
  milestoneId: number | null,
): Promise<void> {
  await tx.db
    .updateTable('sets')
    .set({ milestone_id: milestoneId })
    .where('project_id', '=', projectId)
    .where(among(tx, 'id', ids))
    .execute()
}
