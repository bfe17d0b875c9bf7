import type { Change } from '../../core/audit.ts'
import type { Cells } from '../../core/resource/read-attributes.ts'
import { fold } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { IssueRow, StatusRow } from '../../db/schema.ts'
import { changeEntity } from '../../features/entities/entity-store.ts'
import { isInOneOf } from '../groups/groups.store.ts'
import { loadStatuses } from '../workflow/workflow.store.ts'
import { issues } from './issues.resource.ts'
import { closeFailures } from './issues.store.ts'

/** Where a locked issue stands in its workflow, which is held still, and where a status name would take it. */
export interface Move {
  issue: IssueRow
  statuses: readonly StatusRow[]
  current: StatusRow | undefined
  /** undefined: no status has that name. */
  target: StatusRow | undefined
}

/** Finds the status that a word means among those of a workflow. */
type Choice = (word: string, current: StatusRow | undefined, statuses: readonly StatusRow[]) => StatusRow | undefined

const byName: Choice = (name, _, statuses) => statuses.find((status) => status.name_folded === fold(name))

/** Looks a status up by its name, without case, or by another rule. The caller has taken `lockWorkflow`, before the issue. */
export async function findMove(tx: Tx, issue: IssueRow, word: string, choose = byName): Promise<Move> {
  const statuses = await loadStatuses(tx, issue.project_id)
  const current = statuses.find((status) => status.id === issue.status_id)
  return { issue, statuses, current, target: choose(word, current, statuses) }
}

/** Whether a user may use a transition that is limited to some groups; to none means it is open to everybody. */
export async function mayUse(
  tx: Tx,
  { project_id: projectId }: IssueRow,
  userId: number,
  groupIds: readonly number[],
): Promise<boolean> {
  return groupIds.length === 0 || isInOneOf(tx, projectId, userId, groupIds)
}

/**
 * Gives an issue another status: entering a closed one keeps when and by whom it was closed, leaving it forgets both
 * (contract §4.16). Nothing is asked; `now` in milliseconds. `beside`: what changes with it.
 */
export async function moveIssue(
  tx: Tx,
  o: Move & { target: StatusRow; actor: number | null; now: number; beside?: { cells: Cells; changes: Change[] } },
): Promise<void> {
  const { issue, current, target, actor, now, beside } = o
  const closed = target.closed === 1 ? { closed_at: now, closed_by_id: actor } : { closed_at: null, closed_by_id: null }
  if (target.closed === 1) await closeFailures(tx, issue, now)
  await changeEntity(tx, issues, {
    row: { ...issue },
    cells: { status_id: target.id, ...closed, ...beside?.cells },
    fields: [],
    now,
    action: 'status',
    userId: actor,
    changes: [{ field: 'status-name', from: current?.name, to: target.name }, ...(beside?.changes ?? [])],
  })
}
