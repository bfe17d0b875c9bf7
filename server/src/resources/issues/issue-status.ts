import type { Change } from '../../core/audit.ts'
import type { Cells } from '../../core/resource/read-attributes.ts'
import { fold } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { IssueRow } from '../../db/schema.ts'
import { changeEntity } from '../../features/entities/entity-store.ts'
import { loadStatuses, type StatusRow } from '../workflow/workflow.store.ts'
import { issues } from './issues.resource.ts'

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

/** The groups that a transition is limited to, none = open to everybody; undefined when the workflow has none. */
export async function groupsOfTransition(tx: Tx, issue: IssueRow, target: StatusRow): Promise<number[] | undefined> {
  const transition = await tx.db
    .selectFrom('issue_transitions')
    .select('group_ids')
    .where('project_id', '=', issue.project_id)
    .where('from_id', '=', issue.status_id)
    .where('to_id', '=', target.id)
    .executeTakeFirst()
  return transition && (JSON.parse(transition.group_ids) as number[])
}

/** Whether a user is in one of the groups; an empty list of groups means everybody. */
export async function isInOneOf(
  tx: Tx,
  projectId: number,
  userId: number,
  groupIds: readonly number[],
): Promise<boolean> {
  if (groupIds.length === 0) return true
  const row = await tx.db
    .selectFrom('memberships')
    .select('group_id')
    .where('project_id', '=', projectId)
    .where('user_id', '=', userId)
    .where('group_id', 'in', groupIds)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
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
