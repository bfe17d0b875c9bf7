import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems, inside, invalidAt } from '../../core/problems.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { shownValue } from '../../core/shown-value.ts'
import { addToCounts } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { deleteEntity } from '../../features/entities/entity-store.ts'
import { lockLinks } from '../../features/links/links.store.ts'
import { noteLastLinks } from '../../features/links/note-links.ts'
import { actingUser, addUnknownReferences, noReferences } from '../../features/references/references.ts'
import { clearBelow } from '../../features/trees/clear-below.ts'
import { groupsOfTransition, lockWorkflow } from '../workflow/workflow.store.ts'
import { findMove, mayUse, moveIssue } from './issue-status.ts'
import { issues } from './issues.resource.ts'

/** `PUT issues/:id/update_status.json`: one step along the workflow (contract §4.16). */
export async function updateIssueStatus(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  const { caller } = context
  return context.write(async (tx) => {
    await lockWorkflow(tx, projectId)
    const issue = await mustFind(tx, issues, projectId, id, { lock: true })
    const problems = createProblems()
    const references = noReferences()
    const actor = actingUser({ context, sent, problems, references, key: 'user-id', required: true })
    await addUnknownReferences(tx, { context, references, problems })
    const place = inside(sent.place, 'status-name')
    const wanted = sent.values['status-name']
    if (typeof wanted !== 'string' || wanted.trim() === '') problems.at(place, "Status name can't be blank")
    problems.throwIfAny()

    const move = await findMove(tx, issue, String(wanted))
    const { statuses, current, target } = move
    if (!target) {
      const names = statuses.map(({ name }) => name).join(', ')
      throw invalidAt(place, `Status name ${shownValue(wanted)} is no status of this project; there are: ${names}`)
    }
    if (target.id === issue.status_id) return { show: 'issues', id }
    const groupIds = await groupsOfTransition(tx, projectId, { from: issue.status_id, to: target.id })
    if (!groupIds) throw invalidAt(place, `The workflow has no transition from "${current?.name}" to "${target.name}"`)
    // Of a personal token the owner is asked, also when it records somebody else.
    const judged = caller.userId ?? (actor as number)
    const passes = caller.userId !== null && caller.passesAll
    if (!passes && !(await mayUse(tx, issue, judged, groupIds))) {
      const title = `The transition from "${current?.name}" to "${target.name}" is limited to groups this user is not in`
      if (caller.userId !== null) throw apiError('forbidden', { title })
      throw invalidAt(inside(sent.place, 'user-id'), title)
    }
    await moveIssue(tx, { ...move, target, actor, now: context.now })
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
  return context.write(async (tx) => {
    await lockLinks(tx, project.id)
    const row = await mustFind(tx, issues, project.id, id, { lock: true })
    await noteLastLinks(tx, 'issues', { ...row })
    await clearBelow(tx, project.id, 'issue', id)
    await deleteEntity(tx, issues, { ...row })
    addToCounts(tx, project.id, { issues: -1 })
    return { body: renderDeleted(issues, id) }
  })
}
