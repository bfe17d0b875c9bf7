import { type Element, oneElement } from '../../core/jsonapi/body.ts'
import { MAX_NAME } from '../../core/limits.ts'
import { createProblems, inside, type Problems } from '../../core/problems.ts'
import { readId } from '../../core/resource/kinds.ts'
import { type Cells, type Input, readForUpdate } from '../../core/resource/read-attributes.ts'
import { blankAsNull, cut } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import { changeRow, findById } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { listRows } from '../../engine/show-rows.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { createCells, entityParts } from '../../features/entities/named-entity.ts'
import { addLinks, lockLinks } from '../../features/links/links.store.ts'
import { existingUsers } from '../../features/members/users.store.ts'
import { checkReferences } from '../../features/references/references.ts'
import { issues } from '../../resources/issues/issues.resource.ts'
import { insertIssue } from '../../resources/issues/issues.store.ts'
import { failuresList, onePerCause } from './failures.list.ts'
import { FAILURE_STATES, failures } from './failures.resource.ts'
import { type FailureRow, lockFailure, testsOfFailure } from './failures.store.ts'

/** `GET failures.json`; `group=cause` gives one row per cause (contract §11.1). */
export async function listFailures(context: Context): Promise<Answer> {
  const filters = context.query.get('group') === 'cause' ? [...failuresList.filters, onePerCause] : failuresList.filters
  return { page: await listRows({ ...failuresList, filters }, context) }
}

/** An id that a body brings, of something that must exist; undefined when it was not sent. */
async function referenceIn(
  sent: Input,
  key: string,
  o: { label: string; exists: (id: number) => Promise<boolean>; problems: Problems },
): Promise<number | null | undefined> {
  const sentValue = sent.values[key]
  if (sentValue === undefined) return undefined
  const value = blankAsNull(sentValue) ?? null
  if (value === null) return null
  const place = inside(sent.place, key)
  const id = readId(value, { problems: o.problems, place, label: o.label })
  if (id === undefined) return undefined
  if (!(await o.exists(id))) o.problems.at(place, `${o.label} names nothing here: ${id}`)
  return id
}

/** `PUT failures/:id.json`: what people know of it. */
export async function updateFailure(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    const row = await mustFind(tx, failures, projectId, id, { lock: true })
    const problems = createProblems()
    const cells: Cells = readForUpdate({ resource: failures, sent, problems, row: { ...row } })
    const { state } = sent.values
    if (state !== undefined && state !== null) {
      const word = FAILURE_STATES.find((each) => each === String(state).trim().toLowerCase())
      if (word === undefined) {
        problems.at(inside(sent.place, 'state'), `State must be one of: ${FAILURE_STATES.join(', ')}`, state)
      } else cells.state = word
    }
    const issueId = await referenceIn(sent, 'issue-id', {
      label: 'Issue id',
      exists: async (each) => (await findById(tx, 'issues', projectId, each)) !== undefined,
      problems,
    })
    if (issueId !== undefined) cells.issue_id = issueId
    const assignedTo = await referenceIn(sent, 'assigned-to-id', {
      label: 'Assigned to id',
      exists: async (each) => (await existingUsers(tx, context.caller.accountId, [each])).has(each),
      problems,
    })
    if (assignedTo !== undefined) cells.assigned_to_id = assignedTo
    problems.throwIfAny()
    const changes = changesOf(failures, { ...row }, { ...row, ...cells })
    if (changes.length > 0) await changeRow(tx, 'failures', { projectId, id, cells, now: context.now })
    noteSetting(tx, { entity: 'failure', entityId: id, projectId, action: 'update', changes })
    return { show: 'failures', id }
  })
}

/** What an issue about a failure says, unless the body says otherwise. */
function issueAbout(
  context: Context,
  failure: FailureRow,
  { sent }: Pick<Element, 'sent'>,
  buildUrl: string | null,
): Input {
  const lines = [
    failure.kind === null ? '' : `Kind: ${failure.kind}`,
    `Seen ${failure.occurrences} times in ${failure.tests_count} tests and ${failure.builds_count} builds.`,
    `Build: ${buildUrl ?? `${context.baseUrl}/api/v2/projects/${failure.project_id}/builds/${failure.last_build_id}.json`}`,
    '',
    failure.sample,
  ]
  const own = {
    title: cut(failure.title, MAX_NAME),
    description: lines.filter((line, index) => line !== '' || index > 2).join('\n'),
    'issue-type': 'Bug',
  }
  return { ...sent, values: { ...own, ...sent.values } }
}

/** Links an issue to the tests of a failure. */
async function linkTests(tx: Tx, projectId: number, issueId: number, failureId: number): Promise<void> {
  const ids = await testsOfFailure(tx, projectId, failureId)
  await addLinks(tx, { projectId, from: 'issues', id: issueId, to: 'tests', ids })
}

/** `POST failures/:id/issue.json`: an issue about the failure, once: a second call answers the first. */
export async function createFailureIssue(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  const body = context.optionalBody()
  const element =
    body === undefined ? { sent: { values: {}, place: { pointer: '' }, literal: () => '' } } : oneElement(body)
  return context.write(async (tx) => {
    await lockLinks(tx, projectId)
    const failure = await mustFind(tx, failures, projectId, id)
    const locked = (await lockFailure(tx, projectId, id)) ?? failure
    if (locked.issue_id !== null && (await findById(tx, 'issues', projectId, locked.issue_id))) {
      return { show: 'issues', id: locked.issue_id }
    }
    const build = await findById(tx, 'builds', projectId, locked.last_build_id)
    const sent = issueAbout(context, locked, element, build?.url ?? null)
    const parts = await entityParts(tx, { context, resource: issues, sent })
    const cells = await createCells(tx, { ...parts, authorRequired: false })
    await checkReferences(tx, parts)
    const issueId = await insertIssue(tx, { projectId, cells, fields: parts.fields, now: context.now })
    await linkTests(tx, projectId, issueId, id)
    const after = { ...locked, issue_id: issueId }
    await changeRow(tx, 'failures', { projectId, id, cells: { issue_id: issueId }, now: context.now })
    const changes = changesOf(failures, { ...locked }, { ...after })
    noteSetting(tx, { entity: 'failure', entityId: id, projectId, action: 'update', changes })
    return { show: 'issues', id: issueId }
  })
}
