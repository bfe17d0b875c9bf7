import { createProblems, invalidAt, type Place } from '../../core/problems.ts'
import type { Tx } from '../../db/database.ts'
import type { InstanceRow, RunRow, Schema, StepRunRow, TestRow } from '../../db/schema.ts'
import { nameCells } from '../../db/search-columns.ts'
import { addToCounts, findByIds, insertRows } from '../../db/store.ts'
import type { Context } from '../../http/route.ts'
import {
  type AttachmentRow,
  attachmentRows,
  insertAttachments,
  type StoredFile,
} from '../attachments/attachments.store.ts'
import { applyCustomFields } from '../custom-fields/apply-custom-fields.ts'
import { loadFields } from '../custom-fields/custom-fields.store.ts'
import { instances } from '../instances/instances.resource.ts'
import { lockParents } from '../instances/instances.store.ts'
import { note } from '../shared/entity-store.ts'
import { existingUsers } from '../users/users.actions.ts'
import type { NewRun, NewStepRun } from './read-run.ts'
import { rollUp } from './roll-up.ts'
import { runs } from './runs.resource.ts'

/** A run with the instance it belongs to and its files already stored. */
export interface PlacedRun {
  run: NewRun
  instanceId: number
  /** Where the instance id stood, for messages. */
  place: Place
  files: StoredFile[]
  stepFiles: StoredFile[][]
}

const MAX_STEPS = 10_000
const MAX_DEPTH = 100

type Step = Schema['steps']

/** Steps of a test for a manual run: calls are replaced by the called test's steps (contract §4.13). */
async function expandSteps(tx: Tx, projectId: number, testId: number, place: Place, depth = 0): Promise<Step[]> {
  const steps = await tx.db
    .selectFrom('steps')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('test_id', '=', testId)
    .orderBy('position')
    .execute()
  const expanded: Step[] = []
  for (const step of steps) {
    if (step.test_to_call_id === null || depth >= MAX_DEPTH) expanded.push(step)
    else
      for (const called of await expandSteps(tx, projectId, step.test_to_call_id, place, depth + 1))
        expanded.push(called)
    if (expanded.length > MAX_STEPS) {
      throw invalidAt(place, `The steps of this test, with those it calls, are more than ${MAX_STEPS}`)
    }
  }
  return expanded
}

function copied(step: Step): NewStepRun {
  const { name, description, expected_results } = step
  return { name, description, expected_results, actual_results: null, status: 'NO RUN', files: [] }
}

/** The step-runs of a run: those sent, or for a manual run those of its test. */
async function stepsOf(tx: Tx, projectId: number, { run, place }: PlacedRun, test: TestRow): Promise<NewStepRun[]> {
  if (run.steps) return run.steps
  if (!run.isManual || test.test_type === 'BDDTest') return []
  return (await expandSteps(tx, projectId, test.id, place)).map(copied)
}

/** Which instances exist, with everything above them locked: sets, tests, then instances (contract §1.10). */
export async function lockInstances(tx: Tx, projectId: number, ids: readonly number[]) {
  const seen = await findByIds(tx, 'instances', projectId, ids)
  const parents = await lockParents(
    tx,
    projectId,
    seen.map((instance) => instance.set_id),
    seen.map((instance) => instance.test_id),
  )
  const locked = await findByIds(tx, 'instances', projectId, ids, { lock: true })
  return { ...parents, instances: new Map(locked.map((instance) => [instance.id, instance])) }
}

/**
 * Stores runs with their step-runs and attachments and rolls them up, all in the given transaction. Throws one 422
 * that names every bad element; returns the ids in order.
 */
export async function insertRuns(tx: Tx, context: Context, placed: readonly PlacedRun[]): Promise<number[]> {
  const projectId = context.project.id
  const { now } = context
  const problems = createProblems()
  const fields = await loadFields(tx, projectId)
  const found = await lockInstances(
    tx,
    projectId,
    placed.map(({ instanceId }) => instanceId),
  )
  const testers = placed.flatMap(({ run }) => (run.tester.id ? [run.tester.id] : []))
  const users = await existingUsers(tx, context.caller.accountId, testers)

  const runRows: RunRow[] = []
  const stepRows: StepRunRow[] = []
  const attachments: AttachmentRow[] = []
  for (const item of placed) {
    const { run, instanceId, place } = item
    const instance = found.instances.get(instanceId)
    if (!instance) {
      problems.at(
        place,
        `Instance id names no instance of this project: ${run.sent.values['instance-id'] ?? instanceId}`,
      )
    }
    const { id: testerId, required, place: testerPlace } = run.tester
    const tester = testerId !== null && users.has(testerId) ? testerId : null
    if (required && tester === null) problems.at(testerPlace, `Tester id names no user of this account: ${testerId}`)
    const customFields = await applyCustomFields(tx, {
      context,
      entity: 'Run',
      fields,
      sent: run.sent,
      problems,
    })
    if (!instance) continue
    const test = found.tests.get(instance.test_id) as TestRow
    const id = tx.nextId()
    runRows.push(toRow({ run, instance, test, id, tester, customFields, now }))
    const steps = await stepsOf(tx, projectId, item, test)
    for (const [index, step] of steps.entries()) {
      const row = toStepRow({ projectId, id: tx.nextId(), runId: id, step, position: index + 1, now })
      stepRows.push(row)
      const files = item.stepFiles[index] ?? []
      attachments.push(...attachmentRows(tx, { projectId, entity: 'step-run', entityId: row.id, files, now }))
    }
    attachments.push(...attachmentRows(tx, { projectId, entity: 'run', entityId: id, files: item.files, now }))
  }
  problems.throwIfAny()
  await insertRows(tx, 'runs', runRows)
  await insertRows(tx, 'step_runs', stepRows)
  await insertAttachments(tx, attachments)
  await rollUp(tx, { projectId, runs: runRows, ...found, now })
  for (const row of runRows) noteRun(tx, row, found)
  await addToCounts(tx, projectId, { runs: runRows.length, step_runs: stepRows.length })
  return runRows.map((row) => row.id)
}

/** One `run` event on the instance (contract §1.17), and one for webhooks about the run itself. */
function noteRun(tx: Tx, run: RunRow, found: Awaited<ReturnType<typeof lockInstances>>): void {
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
    created_at: o.now,
    updated_at: o.now,
  }
}

function toStepRow(o: {
  projectId: number
  id: number
  runId: number
  step: NewStepRun
  position: number
  now: number
}): StepRunRow {
  const { step } = o
  return {
    project_id: o.projectId,
    id: o.id,
    run_id: o.runId,
    ...nameCells(step.name ?? `Step ${o.position}`),
    description: step.description,
    expected_results: step.expected_results,
    actual_results: step.actual_results,
    status: step.status,
    position: o.position,
    created_at: o.now,
    updated_at: o.now,
  }
}
