import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems, inside, type Problems } from '../../core/problems.ts'
import { labelOf, readId } from '../../core/resource/kinds.ts'
import { type Input, readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { blankAsNull } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { TransitionRow } from '../../db/schema.ts'
import { changeCells, deleteRow, insertRows } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { lockMembers } from '../../features/members/lock-members.ts'
import { groupsOf } from '../groups/groups.store.ts'
import { workflowTransitions } from './workflow.resource.ts'
import { loadStatuses, loadTransitions, lockWorkflow } from './workflow.store.ts'

/** Notes what a write did to a transition; `before` undefined = it is new, `after` undefined = it is gone. */
export function noteTransition(tx: Tx, before: TransitionRow | undefined, after: TransitionRow | undefined): void {
  const { id, project_id: projectId } = (after ?? before) as TransitionRow
  const action = before === undefined ? 'create' : after === undefined ? 'delete' : 'update'
  const changes = changesOf(workflowTransitions, before && { ...before }, after && { ...after })
  noteSetting(tx, { entity: 'workflow-transition', entityId: id, projectId, action, changes })
}

/** `group-ids` without repetition, and where each stood; undefined when not sent or wrong, `null` means none. */
function readGroupIds(sent: Input, problems: Problems): { ids: number[]; index: number[] } | undefined {
  const value = blankAsNull(sent.values['group-ids'])
  if (value === undefined) return undefined
  const place = inside(sent.place, 'group-ids')
  if (value !== null && !Array.isArray(value)) {
    problems.at(place, 'Group ids must be an array of ids; [] opens the transition to everybody')
    return undefined
  }
  const read = (value ?? []).map((member: unknown, index: number) =>
    readId(member, { problems, place: inside(place, index), label: 'Group id' }),
  )
  const ids = [...new Set<number>(read.filter((id: number | undefined) => id !== undefined))]
  return { ids, index: ids.map((id) => read.indexOf(id)) }
}

interface Check {
  row: TransitionRow
  sent: Input
  problems: Problems
  groups: ReturnType<typeof readGroupIds>
}

/** Adds what is wrong with a transition that reads well: unknown ends or groups, no way between two, one twice. */
async function checkTransition(tx: Tx, { row, sent, problems, groups }: Check): Promise<void> {
  const statuses = await loadStatuses(tx, row.project_id)
  const at = (key: string) => inside(sent.place, key)
  for (const [key, label, id] of [
    ['from-id', 'From id', row.from_id],
    ['to-id', 'To id', row.to_id],
  ] as const) {
    if (id !== null && !statuses.some((status) => status.id === id)) {
      problems.at(at(key), `${label} names no status of this project: ${id}`)
    }
  }
  if (row.from_id !== null && row.from_id === row.to_id) {
    problems.at(at('to-id'), 'To id must name another status than from id')
  }
  const others = await loadTransitions(tx, row.project_id)
  const same = others.find((o) => o.id !== row.id && o.from_id === row.from_id && o.to_id === row.to_id)
  if (same) problems.at(at('to-id'), `There is a transition between these two already: ${same.id}`)
  if (groups === undefined || groups.ids.length === 0) return
  const known = await groupsOf(tx, row.project_id)
  for (const [i, id] of groups.ids.entries()) {
    if (known.some((group) => group.id === id)) continue
    problems.at(inside(at('group-ids'), groups.index[i] ?? 0), `Group id names no group of this project: ${id}`)
  }
}

/** Groups and statuses stay as they are while a transition is checked against them. */
async function lock(tx: Tx, projectId: number): Promise<void> {
  await lockMembers(tx, [projectId])
  await lockWorkflow(tx, projectId)
}

/** `POST workflow/transitions.json` (contract §7.8). */
export async function createTransition(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lock(tx, projectId)
    const problems = createProblems()
    const cells = readForCreate({ resource: workflowTransitions, sent, problems })
    const groups = readGroupIds(sent, problems)
    const row: TransitionRow = {
      project_id: projectId,
      id: tx.nextId(),
      from_id: cells.from_id as number,
      to_id: cells.to_id as number,
      group_ids: JSON.stringify(groups?.ids ?? []),
    }
    await checkTransition(tx, { row, sent, problems, groups })
    problems.throwIfAny()
    await insertRows(tx, 'issue_transitions', [row])
    noteTransition(tx, undefined, row)
    return { show: 'workflow-transitions', id: row.id }
  })
}

/** `PUT workflow/transitions/:id.json`. */
export async function updateTransition(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lock(tx, projectId)
    const row = await mustFind(tx, workflowTransitions, projectId, id)
    const problems = createProblems()
    const cells = readForUpdate({ resource: workflowTransitions, sent, problems, row: { ...row } })
    for (const key of ['from-id', 'to-id']) {
      const blank = cells[key.replace('-', '_')] === null
      if (blank) problems.at(inside(sent.place, key), `${labelOf(key)} can't be blank`)
    }
    const groups = readGroupIds(sent, problems)
    const groupIds = JSON.stringify(groups?.ids ?? [])
    if (groups !== undefined && groupIds !== row.group_ids) cells.group_ids = groupIds
    const after = { ...row, ...cells } as TransitionRow
    await checkTransition(tx, { row: after, sent, problems, groups })
    problems.throwIfAny()
    await changeCells(tx, 'issue_transitions', { projectId, id: row.id, cells })
    noteTransition(tx, row, after)
    return { show: 'workflow-transitions', id }
  })
}

/** `DELETE workflow/transitions/:id.json`. */
export async function deleteTransition(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockWorkflow(tx, projectId)
    const row = await mustFind(tx, workflowTransitions, projectId, id)
    await deleteRow(tx, 'issue_transitions', projectId, row.id)
    noteTransition(tx, row, undefined)
    return { body: renderDeleted(workflowTransitions, id) }
  })
}
