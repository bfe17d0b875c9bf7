import type { Reader, Tx } from '../../db/handle.ts'
import { insertRows } from '../../db/store.ts'

/** A project that a user may enter, and the groups that decide what the user may do there. */
export interface Access {
  projectId: number
  groupIds: number[]
}

/** What a user may enter, as the audit shows it: projects with groups, all by ascending id. */
export async function accessOf(tx: Tx, userId: number): Promise<Access[]> {
  const rows = await tx.db
    .selectFrom('memberships')
    .select(['project_id', 'group_id'])
    .where('user_id', '=', userId)
    .orderBy('project_id')
    .orderBy('group_id')
    .execute()
  return [...Map.groupBy(rows, (row) => row.project_id)].map(([projectId, members]) => ({
    projectId,
    groupIds: members.map((member) => member.group_id),
  }))
}

/** Serialises changes of what a user may enter until the transaction ends. */
export const lockAccess = (tx: Tx, userId: number): Promise<void> => tx.dialect.lock(tx.db, `memberships of ${userId}`)

/** Replaces all that a user may enter. */
export async function replaceAccess(tx: Tx, userId: number, access: readonly Access[]): Promise<void> {
  await tx.db.deleteFrom('memberships').where('user_id', '=', userId).execute()
  const rows = new Map<string, { project_id: number; group_id: number; user_id: number }>()
  for (const { projectId, groupIds } of access) {
    for (const groupId of groupIds) {
      rows.set(`${projectId} ${groupId}`, { project_id: projectId, group_id: groupId, user_id: userId })
    }
  }
  await insertRows(tx, 'memberships', [...rows.values()])
}

/** The groups of some projects that a user is in, by id. */
export async function groupsOfUser({ db }: Pick<Reader, 'db'>, userId: number, projectIds: readonly number[]) {
  if (projectIds.length === 0) return []
  return db
    .selectFrom('memberships as m')
    .innerJoin('groups as g', (join) =>
      join.onRef('g.project_id', '=', 'm.project_id').onRef('g.id', '=', 'm.group_id'),
    )
    .select(['m.project_id', 'g.id', 'g.name'])
    .where('m.user_id', '=', userId)
    .where('m.project_id', 'in', projectIds)
    .orderBy('g.id')
    .execute()
}

/** The ids of all projects of an account. */
export async function liveProjects({ db }: Pick<Reader, 'db'>, accountId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('projects')
    .select('id')
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}
