import type { Change } from '../../core/audit.ts'
import { apiError } from '../../core/errors.ts'
import { type Body, inputAt } from '../../core/jsonapi/body.ts'
import { isObject } from '../../core/jsonapi/key-spelling.ts'
import { MAX_NAME, MAX_SHORT_TEXT } from '../../core/limits.ts'
import { createProblems, inside, invalidAt, type Problems } from '../../core/problems.ts'
import { type Cells, type Input, readForUpdate } from '../../core/resource/read-attributes.ts'
import { blankAsNull, cut, isBlank } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { IssueRow } from '../../db/schema.ts'
import { projectOf } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { changeEntity } from '../../features/entities/entity-store.ts'
import { visibleProjects } from '../../features/members/visible-projects.ts'
import { groupsOfTransition, lockWorkflow } from '../workflow/workflow.store.ts'
import { findMove, mayUse, moveIssue } from './issue-status.ts'
import { issues } from './issues.resource.ts'

import { statusOfWord } from './tracker-status.ts'

const PLACE = { pointer: '/integration_issue' }

/** What a plug-in sends; nothing when it sends nothing. */
function integrationSent(body: Body | undefined): Input | undefined {
  const value = body?.top['integration-issue']
  if (body === undefined || value === undefined || value === null) return undefined
  if (!isObject(value)) throw invalidAt(PLACE, 'Integration issue must be an object')
  return inputAt(body, value, PLACE)
}

/** The same as an issue takes it: its `description` is our title; what is null or blank there says nothing. */
function asIssue(sent: Input, problems: Problems): Input {
  const values: Record<string, unknown> = {}
  const { description } = sent.values
  const externalId = blankAsNull(sent.values['external-id']) ?? null
  if (externalId !== null) values['external-id'] = externalId
  if (typeof description === 'object' && description !== null) {
    problems.at(inside(PLACE, 'description'), 'Description must be a text')
  } else if (description !== undefined && description !== null) {
    const text = typeof description === 'number' ? sent.literal('description') : String(description)
    if (!isBlank(text)) values.title = cut(text, MAX_NAME)
  }
  return { ...sent, values }
}

/** The word by which a tracker calls the state of an issue; undefined when it sends none. */
function wordOf({ values, literal }: Input): string | undefined {
  const { status } = values
  if (typeof status === 'number') return literal('status')
  return typeof status === 'string' && !isBlank(status) ? cut(status.trim(), MAX_SHORT_TEXT) : undefined
}

/**
 * Keeps a tracker's word, and sets the status that it means, if any, without asking for a transition. A personal token
 * is held only to a transition that exists for groups its owner is not in: then the status stays.
 */
async function followStatus(tx: Tx, { caller, now }: Context, issue: IssueRow, word: string): Promise<void> {
  const from = issue.external_status
  const isNew = word !== from
  const kept: { cells: Cells; changes: Change[] } = {
    cells: isNew ? { external_status: word } : {},
    changes: isNew ? [{ field: 'external-status', from, to: word }] : [],
  }
  const move = await findMove(tx, issue, word, statusOfWord)
  const { target } = move
  let moves = target !== undefined && target.id !== issue.status_id
  if (moves && target && caller.userId !== null && !caller.passesAll) {
    const way = { from: issue.status_id, to: target.id }
    const groups = (await groupsOfTransition(tx, issue.project_id, way)) ?? []
    moves = await mayUse(tx, issue, caller.userId, groups)
  }
  if (moves && target) await moveIssue(tx, { ...move, target, actor: caller.userId, now, beside: kept })
  else await changeEntity(tx, issues, { row: { ...issue }, ...kept, fields: [], now })
}

/** The same request inside the project of the issue that its path names; 404 when no project it may see has it. */
async function enterIssue(context: Context, id: number): Promise<Context> {
  const projects = await visibleProjects(context)
  const projectId = await projectOf(context.reader, 'issues', projects, id)
  if (projectId === undefined)
    throw apiError('not_found', { title: 'There is no such issue, or this token may not see it' })
  return context.enter(projectId)
}

/**
 * `PUT /api/v1/integration_issues/:id.json`: external id, title and status as a tracker has them, each if sent
 * (contract §6.5).
 */
export async function updateIntegrationIssue(context: Context): Promise<Answer> {
  const body = context.optionalBody()
  const id = context.id()
  const entered = await enterIssue(context, id)
  entered.require('issues_editor')
  const sent = integrationSent(body)
  const answer = await entered.write(async (tx) => {
    await lockWorkflow(tx, entered.project.id)
    const row = await mustFind(tx, issues, entered.project.id, id, { lock: true })
    if (sent !== undefined) {
      const problems = createProblems()
      const cells = readForUpdate({ resource: issues, sent: asIssue(sent, problems), problems, row: { ...row } })
      problems.throwIfAny()
      const word = wordOf(sent)
      await changeEntity(tx, issues, { row: { ...row }, cells, fields: [], now: entered.now })
      if (word !== undefined) await followStatus(tx, entered, { ...row, ...cells } as IssueRow, word)
    }
    return { show: 'issues', id }
  })
  return { ...answer, in: entered }
}
