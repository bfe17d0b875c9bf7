import type { Project } from '../../auth/enter-project.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { DEFAULT_GROUPS } from '../../core/permissions.ts'
import { createProblems, inside } from '../../core/problems.ts'
import { readForCreate } from '../../core/resource/read-attributes.ts'
import { SYSTEM_FIELDS } from '../../core/resource/system-fields.ts'
import { fold } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import { initialCounters, insertRows } from '../../db/store.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { defaultWorkflow } from '../issues/issues.rules.ts'
import { projects } from './projects.resource.ts'

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

/** `POST projects.json` (contract §7.2). */
export async function createProject(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const problems = createProblems()
  const cells = readForCreate({ resource: projects, sent, problems }) as unknown as ProjectCells
  problems.throwIfAny()
  const { accountId, userId } = context.caller
  return context.write(
    async (tx) => {
      if (await projectNameTaken(tx, accountId, cells.name)) {
        problems.at(inside(sent.place, 'name'), 'Name is taken: project names are unique in an account')
      }
      problems.throwIfAny()
      const id = await insertProject(tx, { accountId, cells, ownerId: userId, now: context.now })
      const changes = changesOf(projects, undefined, { ...cells })
      noteSetting(tx, { entity: 'project', entityId: id, action: 'create', changes })
      return { show: 'projects', id }
    },
    { ids: IDS_OF_A_PROJECT },
  )
}
