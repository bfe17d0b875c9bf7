import type { Tx } from '../../db/handle.ts'
import type { GroupRule } from '../../people/single-sign-on.rules.ts'
import { groupsOf } from '../groups/groups.store.ts'

/** The groups that rules name, where there are such: whatever is renamed or gone is left out. */
export async function groupsNamed(
  tx: Tx,
  accountId: number,
  rules: readonly GroupRule[],
): Promise<{ rule: GroupRule; projectId: number; groupId: number }[]> {
  if (rules.length === 0) return []
  const projects = await tx.db
    .selectFrom('projects')
    .select(['id', 'name'])
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .where('name', 'in', [...new Set(rules.map(({ project }) => project))])
    .orderBy('id')
    .execute()
  const found = []
  for (const { id: projectId, name } of projects) {
    const groups = await groupsOf(tx, projectId)
    for (const rule of rules.filter(({ project }) => project === name)) {
      const group = groups.find((each) => each.name.toLowerCase() === rule.group.toLowerCase())
      if (group) found.push({ rule, projectId, groupId: group.id })
    }
  }
  return found
}
