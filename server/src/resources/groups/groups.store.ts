import { among } from '../../db/among.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'

export type GroupRow = Schema['groups']

/** The groups of a project. */
export async function groupsOf({ db }: Pick<Reader, 'db'>, projectId: number): Promise<{ id: number; name: string }[]> {
  return db.selectFrom('groups').select(['id', 'name']).where('project_id', '=', projectId).execute()
}

/** Whether another group of the project has the name of this one, in any case. */
export async function isNameTaken(tx: Tx, row: GroupRow): Promise<boolean> {
  const taken = await tx.db
    .selectFrom('groups')
    .select('id')
    .where('project_id', '=', row.project_id)
    .where('name_folded', '=', row.name_folded)
    .where('id', '<>', row.id)
    .executeTakeFirst()
  return taken !== undefined
}

/** Whether a user is in one of some groups. */
export async function isInOneOf(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  userId: number,
  groupIds: readonly number[],
): Promise<boolean> {
  const row = await db
    .selectFrom('memberships')
    .select('group_id')
    .where('project_id', '=', projectId)
    .where('user_id', '=', userId)
    .where('group_id', 'in', groupIds)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Takes users out of a group; everybody when left out. */
export async function removeMembers(
  tx: Tx,
  { project_id: projectId, id }: GroupRow,
  userIds?: readonly number[],
): Promise<void> {
  await tx.db
    .deleteFrom('memberships')
    .where('project_id', '=', projectId)
    .where('group_id', '=', id)
    .$if(userIds !== undefined, (query) => query.where(among(tx, 'user_id', userIds ?? [])))
    .execute()
}
