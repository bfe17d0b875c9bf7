import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems, inside, invalidAt } from '../../core/problems.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { fold } from '../../core/text.ts'
import type { Tx } from '../../db/database.ts'
import { addToCounts, findById } from '../../db/store.ts'
import type { Answer, Context } from '../../http/route.ts'
import { notFound } from '../../http/show-rows.ts'
import { clearBelow } from '../shared/clear-below.ts'
import { changeEntity, deleteEntity } from '../shared/entity-store.ts'
import { actingUser, checkReferences, noReferences } from '../shared/references.ts'
import { issues } from './issues.resource.ts'

/** Whether a user is in one of the groups; an empty list of groups means everybody. */
async function isIn(tx: Tx, projectId: number, userId: number, groupIds: readonly number[]): Promise<boolean> {
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

/** `PUT issues/:id/update_status.json`: one step along the workflow (contract §4.16). */
export async function updateIssueStatus(context: Context): Promise<Answer> {
  const id = context.id()
  const { sent } = oneElement(context.body())
  const projectId = context.project.id
  const { caller } = context
  return context.write(0, async (tx) => {
    const issue = await findById(tx, 'issues', projectId, id, { lock: true })
    if (!issue) throw notFound(issues)
    const problems = createProblems()
    const references = noReferences()
    const actor = actingUser({ context, sent, problems, references, key: 'user-id', required: true })
    await checkReferences(tx, context, references, problems)
    const place = inside(sent.place, 'status-name')
    const wanted = sent.values['status-name']
    if (typeof wanted !== 'string' || wanted.trim() === '') problems.at(place, "Status name can't be blank")
    problems.throwIfAny()

    const statuses = await tx.db.selectFrom('issue_statuses').selectAll().where('project_id', '=', projectId).execute()
    const target = statuses.find((status) => status.name_folded === fold(String(wanted)))
    const current = statuses.find((status) => status.id === issue.status_id)
    if (!target) {
      const names = statuses.map(({ name }) => name).join(', ')
      throw invalidAt(place, `Status name "${wanted}" is no status of this project; there are: ${names}`)
    }
    if (target.id === issue.status_id) return { show: 'issues', id }
    const transition = await tx.db
      .selectFrom('issue_transitions')
      .select('group_ids')
      .where('project_id', '=', projectId)
      .where('from_id', '=', issue.status_id)
      .where('to_id', '=', target.id)
      .executeTakeFirst()
    if (!transition)
      throw invalidAt(place, `The workflow has no transition from "${current?.name}" to "${target.name}"`)
    const groupIds = JSON.parse(transition.group_ids) as number[]
    // Of a personal token the owner is asked, also when it records somebody else.
    const judged = caller.userId ?? (actor as number)
    const passes = caller.userId !== null && caller.passesAll
    if (!passes && !(await isIn(tx, projectId, judged, groupIds))) {
      const title = `The transition from "${current?.name}" to "${target.name}" is limited to groups this user is not in`
      if (caller.userId !== null) throw apiError('forbidden', { title })
      throw invalidAt(inside(sent.place, 'user-id'), title)
    }
    const closed =
      target.closed === 1 ? { closed_at: context.now, closed_by_id: actor } : { closed_at: null, closed_by_id: null }
    await changeEntity(tx, issues, {
      row: { ...issue },
      cells: { status_id: target.id, ...closed },
      fields: [],
      now: context.now,
      action: 'status',
      userId: actor,
      changes: [{ field: 'status-name', from: current?.name, to: target.name }],
    })
    return { show: 'issues', id }
  })
}

/** `DELETE issues/:id.json`: only where the project allows it, for account tokens too (contract §4.16). */
export async function deleteIssue(context: Context): Promise<Answer> {
  const { project } = context
  if (project.enable_delete_issues !== 1) {
    throw apiError('forbidden', { title: 'Issues of this project cannot be deleted: its enable-delete-issues is off' })
  }
  const id = context.id()
  return context.write(0, async (tx) => {
    const row = await findById(tx, 'issues', project.id, id, { lock: true })
    if (!row) throw notFound(issues)
    await clearBelow(tx, project.id, 'issues', id)
    await deleteEntity(tx, issues, { ...row })
    await addToCounts(tx, project.id, { issues: -1 })
    return { body: renderDeleted(issues, id) }
  })
}
