import { type Permission, withImplied } from '../../core/permissions.ts'
import type { Context } from '../../engine/route.ts'

/**
 * Projects of the caller's account that it may see, by ascending id; with a permission only those where it has it. For
 * paths that name no project (contract §6.2).
 */
export async function visibleProjects(
  { reader, caller }: Pick<Context, 'reader' | 'caller'>,
  permission?: Permission,
): Promise<number[]> {
  const live = reader.db
    .selectFrom('projects as p')
    .where('p.account_id', '=', caller.accountId)
    .where('p.deleted_at', 'is', null)
    .orderBy('p.id')
  if (caller.passesAll) return (await live.select('p.id').execute()).map(({ id }) => id)
  const rows = await live
    .innerJoin('memberships as m', 'm.project_id', 'p.id')
    .innerJoin('groups as g', (join) =>
      join.onRef('g.project_id', '=', 'm.project_id').onRef('g.id', '=', 'm.group_id'),
    )
    .select(['p.id', 'g.permissions'])
    .where('m.user_id', '=', caller.userId)
    .execute()
  return [...Map.groupBy(rows, (row) => row.id)]
    .filter(([, groups]) => {
      if (permission === undefined) return true
      return withImplied(groups.flatMap((group) => JSON.parse(group.permissions) as Permission[])).has(permission)
    })
    .map(([id]) => id)
}
