import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems, inside } from '../../core/problems.ts'
import { type Cells, type Input, readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { blankAsNull } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { RunRow } from '../../db/schema.ts'
import { addToCounts, changeRow, deleteRow, findById } from '../../db/store.ts'
import { notFound } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { applyCustomFields } from '../../features/custom-fields/apply-custom-fields.ts'
import { loadFields } from '../../features/custom-fields/custom-fields.store.ts'
import { note } from '../../features/entities/entity-store.ts'
import { lockLinks } from '../../features/links/links.store.ts'
import { existingUsers } from '../../features/members/users.store.ts'
import { clearBelow } from '../../features/trees/clear-below.ts'
import { refreshDueTimes } from '../instances/due-times.store.ts'
import { instances } from '../instances/instances.resource.ts'
import { countsBelow } from '../instances/instances.store.ts'
import { readRunDate, readTester, withoutAliases } from './read-run.ts'
import { runs } from './runs.resource.ts'
import { lockRun, recomputeAbove } from './runs.store.ts'

/** The tester that a PUT names, as a cell; nothing where it may not be changed or stays (contract §1.3, §4.13). */
async function testerCells(
  tx: Tx,
  context: Context,
  sent: Input,
  row: RunRow,
  problems: ReturnType<typeof createProblems>,
): Promise<Cells> {
  const { caller } = context
  const value = blankAsNull(sent.values['tester-id'])
  if (value === undefined || (caller.userId !== null && !caller.impersonation)) return {}
  const place = inside(sent.place, 'tester-id')
  const isManual = row.run_type === 'ManualRun'
  if (value === null) {
    if (isManual) problems.at(place, "Tester can't be blank for a manual run")
    return row.tester_id === null ? {} : { tester_id: null }
  }
  const { id } = readTester(sent, isManual, context, problems)
  if (id === row.tester_id) return {}
  if (id !== null && (await existingUsers(tx, caller.accountId, [id])).has(id)) return { tester_id: id }
  if (isManual) problems.at(place, 'Tester id names no user of this account', value)
  return {}
}

/** `PUT runs/:id.json` (contract §7.4). */
export async function updateRun(context: Context): Promise<Answer> {
  const sent = withoutAliases(oneElement(context.body()).sent)
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    const row = await lockRun(tx, projectId, id)
    if (!row) throw notFound(runs)
    const problems = createProblems()
    const cells = readForUpdate({ resource: runs, sent, problems, row: { ...row } })
    Object.assign(cells, await testerCells(tx, context, sent, row, problems))
    const runDate = readRunDate(sent, row.run_type === 'ManualRun', row.run_date, problems)
    if (runDate !== row.run_date) cells.run_date = runDate
    const customFields = await applyCustomFields(tx, {
      context,
      entity: 'Run',
      fields: await loadFields(tx, projectId),
      sent,
      problems,
      current: row.custom_fields,
    })
    if (customFields !== row.custom_fields) cells.custom_fields = customFields
    problems.throwIfAny()
    await changeRow(tx, 'runs', { projectId, id, cells, now: context.now })
    if (Object.keys(cells).length > 0) note(tx, runs, { ...row }, { action: 'update', quiet: true })
    if ('run_date' in cells || 'run_duration' in cells || 'tester_id' in cells) await recomputeAbove(tx, row)
    return { show: 'runs', id }
  })
}

/** An instance whose result was taken away remembers it; the run itself has no history of its own (contract §1.17). */
async function noteRunGone(tx: Tx, run: RunRow): Promise<void> {
  const instance = await findById(tx, 'instances', run.project_id, run.instance_id)
  const set = await findById(tx, 'sets', run.project_id, run.set_id)
  const changes = [{ field: 'run', from: run.id, to: null }]
  note(tx, instances, { ...instance, set_display_id: set?.display_id }, { action: 'update', changes })
}

/** `DELETE runs/:id.json`: with its step-runs and files; what is above it is recomputed. */
export async function deleteRun(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockLinks(tx, projectId)
    const row = await lockRun(tx, projectId, id)
    if (!row) throw notFound(runs)
    const below = await countsBelow(tx, projectId, 'id', id)
    await clearBelow(tx, projectId, 'run', id)
    await deleteRow(tx, 'runs', projectId, id)
    note(tx, runs, { ...row }, { action: 'delete', quiet: true })
    await noteRunGone(tx, row)
    await recomputeAbove(tx, row)
    await refreshDueTimes(tx, projectId, 'id', row.instance_id)
    addToCounts(tx, projectId, below)
    return { body: renderDeleted(runs, id) }
  })
}
