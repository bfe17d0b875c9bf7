import type { Problem } from '../../core/errors.ts'
import { MAX_LONG_TEXT } from '../../core/limits.ts'
import { createPause } from '../../core/pause.ts'
import { createProblems } from '../../core/problems.ts'
import type { Tx } from '../../db/handle.ts'
import type { InstanceRow, RunRow, StepRunRow, TestRow } from '../../db/schema.ts'
import { nameCells } from '../../db/search-columns.ts'
import { addToCounts, insertRows } from '../../db/store.ts'
import type { Context } from '../../engine/route.ts'
import { applyCustomFields } from '../../features/custom-fields/apply-custom-fields.ts'
import { loadFields } from '../../features/custom-fields/custom-fields.store.ts'
import { note } from '../../features/entities/entity-store.ts'
import { existingUsers } from '../../features/members/users.store.ts'
import type { UploadedFile } from '../attachments/attachments.rules.ts'
import { fitText } from '../attachments/attachments.rules.ts'
import { type AttachmentRow, attachmentRows, insertAttachments } from '../attachments/attachments.store.ts'
import type { TextFiles } from '../attachments/text-files.ts'
import { instances } from '../instances/instances.resource.ts'
import type { PlacedRun } from './place-run.ts'
import { type Execution, type PlannedSteps, planSteps } from './plan-steps.ts'
import type { NewRun, NewStepRun } from './read-run.ts'
import { rollUp } from './roll-up.ts'
import { runs } from './runs.resource.ts'
import { lockInstances } from './runs.store.ts'

/** So many characters of step-runs are held at a time before they go to the database. */
const HELD_CHARACTERS = 16_777_216

/** Stores the step-runs of stored runs and everything attached to runs and step-runs; returns how many step-runs. */
async function insertBelow(
  tx: Tx,
  o: { executions: readonly Execution[]; planned: readonly PlannedSteps[]; rows: readonly RunRow[]; texts: TextFiles },
): Promise<number> {
  let [stepRows, attachments]: [StepRunRow[], AttachmentRow[]] = [[], []]
  let [held, count] = [0, 0]
  const pause = createPause()
  const flush = async () => {
    await insertRows(tx, 'step_runs', stepRows)
    await insertAttachments(tx, attachments)
    count += stepRows.length
    stepRows = []
    attachments = []
    held = 0
  }
  for (const [index, row] of o.rows.entries()) {
    const { item } = o.executions[index] as Execution
    const { size, make } = o.planned[index] as PlannedSteps
    if (held + size.characters > HELD_CHARACTERS) await flush()
    held += size.characters
    const { project_id: projectId, created_at: now } = row
    for (const [at, step] of (await make()).entries()) {
      await pause()
      const made: UploadedFile[] = []
      const description = fitText(step.description, MAX_LONG_TEXT, 'description', made)
      const stepRow = toStepRow({ run: row, id: tx.nextId(), step: { ...step, description }, position: at + 1 })
      stepRows.push(stepRow)
      const files = [...(item.stepFiles[at] ?? []), ...o.texts.take(made)]
      attachments.push(...attachmentRows(tx, { projectId, entity: 'step-run', entityId: stepRow.id, files, now }))
    }
    attachments.push(...attachmentRows(tx, { projectId, entity: 'run', entityId: row.id, files: item.files, now }))
  }
  o.texts.requireAll()
  await flush()
  return count
}

/**
 * Stores runs with their step-runs and attachments and rolls them up, all in the given transaction. Throws one 422
 * that names every bad element, those `known` from reading them first; returns the ids in order.
 */
export async function insertRuns(
  tx: Tx,
  context: Context,
  placed: readonly PlacedRun[],
  texts: TextFiles,
  known: readonly Problem[] = [],
): Promise<number[]> {
  const projectId = context.project.id
  const { now } = context
  const problems = createProblems()
  problems.list.push(...known)
  const fields = await loadFields(tx, projectId)
  const found = await lockInstances(
    tx,
    projectId,
    placed.map(({ instanceId }) => instanceId),
  )
  const testers = placed.flatMap(({ run }) => (run.tester.id ? [run.tester.id] : []))
  const users = await existingUsers(tx, context.caller.accountId, testers)

  const rows: RunRow[] = []
  const executions: Execution[] = []
  for (const item of placed) {
    const { run, instanceId, place } = item
    const instance = found.instances.get(instanceId)
    // One that was missing or unreadable is a problem already.
    if (!instance && instanceId >= 0) {
      problems.at(place, 'Instance id names no instance of this project', run.sent.values['instance-id'] ?? instanceId)
    }
    const { id: testerId, fallback, required, place: testerPlace } = run.tester
    const isKnown = testerId !== null && users.has(testerId)
    const tester = isKnown ? testerId : fallback
    if (required && !isKnown) problems.at(testerPlace, `Tester id names no user of this account: ${testerId}`)
    const customFields = await applyCustomFields(tx, {
      context,
      entity: 'Run',
      fields,
      sent: run.sent,
      problems,
    })
    if (!instance) continue
    const test = found.tests.get(instance.test_id) as TestRow
    executions.push({ item, instance, test })
    rows.push(toRow({ run, instance, test, id: tx.nextId(), tester, customFields, now }))
  }
  const planned = await planSteps(tx, projectId, executions, problems)
  problems.throwIfAny()
  await insertRows(tx, 'runs', rows)
  const stepRuns = await insertBelow(tx, { executions, planned, rows, texts })
  await rollUp(tx, { projectId, runs: rows, ...found, now })
  for (const row of rows) noteRun(tx, row, found)
  addToCounts(tx, projectId, { runs: rows.length, step_runs: stepRuns })
  return rows.map((row) => row.id)
}

/** One `run` event on the instance (contract §1.17), and one for webhooks about the run itself. */
export function noteRun(tx: Tx, run: RunRow, found: Awaited<ReturnType<typeof lockInstances>>): void {
  const instance = found.instances.get(run.instance_id) as InstanceRow
  const shown = { ...instance, set_display_id: found.sets.get(run.set_id)?.display_id }
  const changes = [{ field: 'run', from: null, to: run.id }]
  note(tx, instances, shown, { action: 'run', userId: run.tester_id, changes })
  note(tx, runs, { ...run }, { action: 'create', userId: run.tester_id, quiet: true })
}

function toRow(o: {
  run: NewRun
  instance: InstanceRow
  test: TestRow
  id: number
  tester: number | null
  customFields: string
  now: number
}): RunRow {
  const { run, instance, test } = o
  return {
    project_id: instance.project_id,
    id: o.id,
    instance_id: instance.id,
    set_id: instance.set_id,
    test_id: instance.test_id,
    status: run.status,
    exit_status: run.exitStatus,
    steps_decide: run.steps ? 1 : 0,
    tester_id: o.tester,
    preconditions: test.preconditions,
    version: run.cells.version as string | null,
    run_type: String(run.cells.run_type),
    custom_fields: o.customFields,
    automated_execution_output: run.output,
    run_duration: Number(run.cells.run_duration),
    run_date: run.runDate,
    build_id: null,
    import_id: null,
    attempt: null,
    failure_id: null,
    duration_ms: null,
    created_at: o.now,
    updated_at: o.now,
  }
}

function toStepRow(o: { run: RunRow; id: number; step: NewStepRun; position: number }): StepRunRow {
  const { run, step } = o
  return {
    project_id: run.project_id,
    id: o.id,
    run_id: run.id,
    ...nameCells(step.name ?? `Step ${o.position}`),
    description: step.description,
    expected_results: step.expected_results,
    actual_results: step.actual_results,
    status: step.status,
    position: o.position,
    created_at: run.created_at,
    updated_at: run.updated_at,
  }
}
