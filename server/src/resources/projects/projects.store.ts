import type { Updateable } from 'kysely'
import type { Project } from '../../auth/enter-project.ts'
import { DEFAULT_GROUPS } from '../../core/permissions.ts'
import { SYSTEM_FIELDS } from '../../core/resource/system-fields.ts'
import { fold } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'
import { initialCounters, insertRows } from '../../db/store.ts'
import { defaultWorkflow } from '../issues/issues.rules.ts'

/** Ids a new project takes: itself, four groups, six statuses and their transitions, its system fields. */
export const IDS_OF_A_PROJECT = 32 + SYSTEM_FIELDS.length

/** The cells of a project that a client or operator may choose. */
export type ProjectCells = Pick<
  Project,
  'name' | 'automation_support' | 'enable_delete_issues' | 'time_management_support' | 'assign_to_group'
>

/** Whether the account has a live project of that name, in any case. */
export async function projectNameTaken(tx: Tx, accountId: number, name: string): Promise<boolean> {
  await tx.dialect.lock(tx.db, `project name ${accountId} ${fold(name)}`)
  const row = await tx.db
    .selectFrom('projects')
    .select('id')
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .where('name_folded', '=', fold(name))
    .executeTakeFirst()
  return row !== undefined
}

/** Stores a project with its default groups, workflow and counters; `ownerId` joins Administrators. Returns its id. */
export async function insertProject(
  tx: Tx,
  { accountId, cells, ownerId, now }: { accountId: number; cells: ProjectCells; ownerId: number | null; now: number },
): Promise<number> {
  const id = tx.nextId()
  await insertRows(tx, 'projects', [
    { id, account_id: accountId, ...cells, name_folded: fold(cells.name), deleted_at: null, created_at: now },
  ])
  await insertRows(tx, 'counters', initialCounters(id))
  const groups = DEFAULT_GROUPS.map(({ name, permissions }) => ({
    project_id: id,
    id: tx.nextId(),
    name,
    name_folded: fold(name),
    is_default: 1,
    permissions: JSON.stringify(permissions),
    created_at: now,
  }))
  await insertRows(tx, 'groups', groups)
  if (ownerId !== null) {
    const administrators = groups[0]?.id as number
    await insertRows(tx, 'memberships', [{ project_id: id, group_id: administrators, user_id: ownerId }])
  }
  const { statuses, transitions } = defaultWorkflow(id, tx.nextId)
  await insertRows(tx, 'issue_statuses', statuses)
  await insertRows(tx, 'issue_transitions', transitions)
  await insertRows(
    tx,
    'system_fields',
    SYSTEM_FIELDS.map((field) => ({ project_id: id, id: tx.nextId(), ...field })),
  )
  return id
}

/** A live project of the account, locked. */
export async function lockProject(tx: Tx, accountId: number, id: number): Promise<Project | undefined> {
  return tx.db
    .selectFrom('projects')
    .selectAll()
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .modifyEnd(tx.dialect.forUpdate)
    .executeTakeFirst()
}

/** Stores changed cells of a project; nothing without any. */
export async function changeProject(tx: Tx, id: number, cells: Updateable<Schema['projects']>): Promise<void> {
  if (Object.keys(cells).length === 0) return
  await tx.db.updateTable('projects').set(cells).where('id', '=', id).execute()
}

/** Nobody is in any group of the project from then on. */
export async function removeAllMembers(tx: Tx, projectId: number): Promise<void> {
  await tx.db.deleteFrom('memberships').where('project_id', '=', projectId).execute()
}
