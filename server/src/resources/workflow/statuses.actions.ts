import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems, inside, type Problems } from '../../core/problems.ts'
import { type Input, readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { toInteger } from '../../core/scalars.ts'
import { fold } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { StatusRow } from '../../db/schema.ts'
import { changeCells, deleteRow, insertRows } from '../../db/store.ts'
import { notFound } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { numbered, placeAt } from './statuses.rules.ts'
import { noteTransition } from './transitions.actions.ts'
import { workflowStatuses } from './workflow.resource.ts'
import { isInUse, loadStatuses, loadTransitions, lockWorkflow } from './workflow.store.ts'

function noteStatus(tx: Tx, before: StatusRow | undefined, after: StatusRow | undefined): void {
  const { id, project_id: projectId } = (after ?? before) as StatusRow
  const action = before === undefined ? 'create' : after === undefined ? 'delete' : 'update'
  const changes = changesOf(workflowStatuses, before && { ...before }, after && { ...after })
  noteSetting(tx, { entity: 'workflow-status', entityId: id, projectId, action, changes })
}

/** `position` of a body; undefined when not sent, or wrong. */
function readPosition(sent: Input, problems: Problems): number | undefined {
  const { position } = sent.values
  if (position === undefined || position === null) return undefined
  const read = toInteger(position)
  if (read !== undefined && read >= 1) return read
  problems.at(inside(sent.place, 'position'), 'Position must be a whole number of 1 or more')
  return undefined
}

function checkName(row: StatusRow, statuses: readonly StatusRow[], sent: Input, problems: Problems): void {
  const taken = statuses.some((other) => other.id !== row.id && other.name_folded === row.name_folded)
  if (taken) problems.at(inside(sent.place, 'name'), `Name is taken: there is a status "${row.name}" in this project`)
}

/** Stores what differs between two versions of the workflow's statuses, and notes it; both hold the same ones. */
async function storeChanges(tx: Tx, before: readonly StatusRow[], after: readonly StatusRow[]): Promise<void> {
  for (const row of after) {
    const old = before.find((status) => status.id === row.id)
    if (old === undefined) continue
    const { project_id: projectId, id, ...cells } = row
    const changed = Object.entries(cells).filter(([column, cell]) => cell !== old[column as keyof StatusRow])
    await changeCells(tx, 'issue_statuses', { projectId, id, cells: Object.fromEntries(changed) })
    noteStatus(tx, old, row)
  }
}

/** There is exactly one initial status: the one given takes the place of another. */
const withInitial = (statuses: readonly StatusRow[], initial: StatusRow): StatusRow[] =>
  statuses.map((status) => ({ ...status, initial: status.id === initial.id ? 1 : 0 }))

/** `POST workflow/statuses.json`: last unless `position` says otherwise (contract §7.8). */
export async function createStatus(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockWorkflow(tx, projectId)
    const problems = createProblems()
    const cells = readForCreate({ resource: workflowStatuses, sent, problems })
    const position = readPosition(sent, problems)
    const before = await loadStatuses(tx, projectId)
    const name = String(cells.name ?? '')
    const row: StatusRow = {
      project_id: projectId,
      id: tx.nextId(),
      name,
      name_folded: fold(name),
      resolution: cells.resolution as string | null,
      initial: Number(cells.initial),
      closed: Number(cells.closed),
      position: 0,
    }
    checkName(row, before, sent, problems)
    problems.throwIfAny()
    const placed = placeAt(before, row, position ?? before.length + 1)
    const after = row.initial === 1 ? withInitial(placed, row) : placed
    const made = after.find((status) => status.id === row.id) as StatusRow
    await insertRows(tx, 'issue_statuses', [made])
    noteStatus(tx, undefined, made)
    await storeChanges(tx, before, after)
    return { show: 'workflow-statuses', id: row.id }
  })
}

function mustBeOf(statuses: readonly StatusRow[], id: number): StatusRow {
  const row = statuses.find((status) => status.id === id)
  if (!row) throw notFound(workflowStatuses)
  return row
}

/**
 * `PUT workflow/statuses/:id.json`. Issues that are in the status keep their `closed-at` when `closed` changes: only
 * moving into or out of a closed status sets it (contract §4.16).
 */
export async function updateStatus(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockWorkflow(tx, projectId)
    const before = await loadStatuses(tx, projectId)
    const row = mustBeOf(before, id)
    const problems = createProblems()
    const cells = readForUpdate({ resource: workflowStatuses, sent, problems, row: { ...row } })
    const position = readPosition(sent, problems) ?? row.position
    const changed = { ...row, ...cells } as StatusRow
    changed.name_folded = fold(changed.name)
    checkName(changed, before, sent, problems)
    if (row.initial === 1 && changed.initial === 0) {
      problems.at(inside(sent.place, 'initial'), 'There must be an initial status: make another one initial instead')
    }
    problems.throwIfAny()
    const placed = placeAt(before, changed, position)
    await storeChanges(tx, before, changed.initial === 1 ? withInitial(placed, changed) : placed)
    return { show: 'workflow-statuses', id }
  })
}

/** `DELETE workflow/statuses/:id.json`, with its transitions; 422 for the initial one and for one in use. */
export async function deleteStatus(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockWorkflow(tx, projectId)
    const before = await loadStatuses(tx, projectId)
    const row = mustBeOf(before, id)
    if (row.initial === 1) {
      throw apiError('invalid', {
        title: `The status "${row.name}" is the initial one: make another status initial before deleting it`,
      })
    }
    if (await isInUse(tx, projectId, id)) {
      throw apiError('invalid', { title: `The status "${row.name}" is in use: move its issues to another one first` })
    }
    for (const transition of await loadTransitions(tx, projectId)) {
      if (transition.from_id !== id && transition.to_id !== id) continue
      await deleteRow(tx, 'issue_transitions', projectId, transition.id)
      noteTransition(tx, transition, undefined)
    }
    await deleteRow(tx, 'issue_statuses', projectId, row.id)
    noteStatus(tx, row, undefined)
    await storeChanges(tx, before, numbered(before.filter((status) => status.id !== id)))
    return { body: renderDeleted(workflowStatuses, id) }
  })
}
