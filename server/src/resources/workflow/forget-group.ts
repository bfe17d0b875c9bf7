import { apiError } from '../../core/errors.ts'
import type { Tx } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'
import { changeCells } from '../../db/store.ts'
import { noteTransition } from './transitions.actions.ts'
import { loadStatuses, loadTransitions, lockWorkflow } from './workflow.store.ts'

/**
 * Takes a group that is deleted out of the transitions that name it; 422 when it is the only one of some, for an empty
 * list would open them to everybody (contract §7.3).
 */
export async function forgetGroup(tx: Tx, projectId: number, group: Schema['groups']): Promise<void> {
  await lockWorkflow(tx, projectId)
  const transitions = (await loadTransitions(tx, projectId)).map((row) => ({
    row,
    groupIds: JSON.parse(row.group_ids) as number[],
  }))
  const naming = transitions.filter(({ groupIds }) => groupIds.includes(group.id))
  const alone = naming.filter(({ groupIds }) => groupIds.length === 1)
  if (alone.length > 0) {
    const statuses = await loadStatuses(tx, projectId)
    const nameOf = (id: number) => statuses.find((status) => status.id === id)?.name
    const names = alone.map(({ row }) => `"${nameOf(row.from_id)}" to "${nameOf(row.to_id)}"`).join(', ')
    throw apiError('invalid', {
      title: `The group "${group.name}" is the only one of the transition from ${names}: give it another group first`,
    })
  }
  for (const { row, groupIds } of naming) {
    const cells = { group_ids: JSON.stringify(groupIds.filter((id) => id !== group.id)) }
    await changeCells(tx, 'issue_transitions', { projectId, id: row.id, cells })
    noteTransition(tx, row, { ...row, ...cells })
  }
}
