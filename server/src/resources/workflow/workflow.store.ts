import type { Reader, Tx } from '../../db/handle.ts'
import type { StatusRow, TransitionRow } from '../../db/schema.ts'

/**
 * Holds the workflow of a project still until the transaction ends: taken by whoever changes it, and by whoever gives
 * an issue a status, so that no issue ends in one that is being deleted.
 */
export const lockWorkflow = (tx: Tx, projectId: number): Promise<void> =>
  tx.dialect.lock(tx.db, `workflow ${projectId}`)

/** The statuses of a project in their order. */
export async function loadStatuses({ db }: Pick<Reader, 'db'>, projectId: number): Promise<StatusRow[]> {
  return db
    .selectFrom('issue_statuses')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('position')
    .orderBy('id')
    .execute()
}

/** The transitions of a project, by id. */
export async function loadTransitions({ db }: Pick<Reader, 'db'>, projectId: number): Promise<TransitionRow[]> {
  return db.selectFrom('issue_transitions').selectAll().where('project_id', '=', projectId).orderBy('id').execute()
}

/** The id of the status in which issues of a project begin. */
export async function initialStatus({ db }: Pick<Reader, 'db'>, projectId: number): Promise<number> {
  const { id } = await db
    .selectFrom('issue_statuses')
    .select('id')
    .where('project_id', '=', projectId)
    .where('initial', '=', 1)
    .executeTakeFirstOrThrow()
  return id
}

/** The groups that the way from one status to another is limited to, none = open to everybody; undefined without a way. */
export async function groupsOfTransition(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  { from, to }: { from: number; to: number },
): Promise<number[] | undefined> {
  const transition = await db
    .selectFrom('issue_transitions')
    .select('group_ids')
    .where('project_id', '=', projectId)
    .where('from_id', '=', from)
    .where('to_id', '=', to)
    .executeTakeFirst()
  return transition && (JSON.parse(transition.group_ids) as number[])
}

/** Whether an issue is in a status. */
export async function isInUse({ db }: Pick<Reader, 'db'>, projectId: number, statusId: number): Promise<boolean> {
  const issue = await db
    .selectFrom('issues')
    .select('id')
    .where('project_id', '=', projectId)
    .where('status_id', '=', statusId)
    .limit(1)
    .executeTakeFirst()
  return issue !== undefined
}
