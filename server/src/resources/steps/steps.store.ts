import { sql } from 'kysely'
import type { Change } from '../../core/audit.ts'
import { MAX_CALL_DEPTH } from '../../core/limits.ts'
import { invalidAt } from '../../core/problems.ts'
import type { Tx } from '../../db/handle.ts'
import type { Schema, TestRow } from '../../db/schema.ts'
import { nameCells } from '../../db/search-columns.ts'
import { findByIds, insertRows, lockRows } from '../../db/store.ts'
import { note } from '../../features/entities/entity-store.ts'
import { tests } from '../tests/tests.resource.ts'
import type { NewStep } from './steps.rules.ts'

export type StepRow = Schema['steps']

/** Whether any of these steps calls a test, which `lockCycles` comes before. */
export const anyCalls = (steps: readonly Pick<NewStep, 'kind'>[]) => steps.some(({ kind }) => kind === 'CallToTest')

export const callName = (test: { display_id: number; name: string }) => `Call To Test #${test.display_id}: ${test.name}`

/** Whether a call from `testId` to `calledId` would lead back to it. */
async function leadsBack(tx: Tx, projectId: number, testId: number, calledId: number): Promise<boolean> {
  let frontier = [calledId]
  const seen = new Set(frontier)
  for (let depth = 0; frontier.length > 0; depth++) {
    if (frontier.includes(testId) || depth >= MAX_CALL_DEPTH) return true
    const rows = await tx.db
      .selectFrom('steps')
      .select('test_to_call_id')
      .distinct()
      .where('project_id', '=', projectId)
      .where('test_id', 'in', frontier)
      .where('test_to_call_id', 'is not', null)
      .execute()
    frontier = rows.map((row) => row.test_to_call_id as number).filter((id) => !seen.has(id))
    for (const id of frontier) seen.add(id)
  }
  return false
}

/**
 * The called test of a step; 422 when it is not of the project or the call makes a cycle. The caller has taken
 * `lockCycles`.
 */
export async function findCalledTest(
  tx: Tx,
  projectId: number,
  testId: number,
  step: Pick<NewStep, 'test_to_call_id' | 'place'>,
) {
  const calledId = step.test_to_call_id as number
  const called = (await findByIds(tx, 'tests', projectId, [calledId]))[0]
  const place = { ...step.place, pointer: `${step.place.pointer}/test-to-call-id` }
  if (!called) throw invalidAt(place, `Test to call id names no test of this project: ${calledId}`)
  if (await leadsBack(tx, projectId, testId, calledId)) {
    throw invalidAt(place, 'Test to call id makes a cycle: the called test calls this one, directly or through others')
  }
  return called
}

/**
 * Stores steps of a test from a position on; returns their rows. Counts, and `lockCycles` where steps call, are the
 * caller's to keep.
 */
export async function insertSteps(
  tx: Tx,
  o: { projectId: number; testId: number; steps: readonly NewStep[]; from: number; now: number },
): Promise<StepRow[]> {
  const { projectId, testId, now } = o
  const rows: StepRow[] = []
  for (const [index, step] of o.steps.entries()) {
    const position = o.from + index
    const called = step.kind === 'CallToTest' ? await findCalledTest(tx, projectId, testId, step) : undefined
    rows.push({
      project_id: projectId,
      id: tx.nextId(),
      test_id: testId,
      kind: step.kind,
      test_to_call_id: step.test_to_call_id,
      ...nameCells(called ? callName(called) : (step.name ?? `Step ${position}`)),
      description: step.description,
      expected_results: step.expected_results,
      position,
      created_at: now,
      updated_at: now,
    })
  }
  await insertRows(tx, 'steps', rows)
  return rows
}

/** Steps that call a test bear its name, also after it was given another (contract §4.10). */
export async function renameCalls(tx: Tx, test: Pick<TestRow, 'project_id' | 'id' | 'display_id' | 'name'>) {
  await lockRows(tx, 'steps', test.project_id, sql`test_to_call_id = ${test.id}`)
  await tx.db
    .updateTable('steps')
    .set(nameCells(callName(test)))
    .where('project_id', '=', test.project_id)
    .where('test_to_call_id', '=', test.id)
    .execute()
}

/** Moves the steps of a test, which are locked, from one position on up or down by one place or more. */
export async function shiftPositions(
  tx: Tx,
  o: { projectId: number; testId: number; from: number; to?: number; by: number },
): Promise<void> {
  await tx.db
    .updateTable('steps')
    .set({ position: sql`position + ${o.by}` })
    .where('project_id', '=', o.projectId)
    .where('test_id', '=', o.testId)
    .where('position', '>=', o.from)
    .$if(o.to !== undefined, (query) => query.where('position', '<=', o.to as number))
    .execute()
}

/**
 * Keeps a test's count of steps; changes of its steps bump it (contract §1.14) and are changes of the test in its
 * history: `steps/<id>` for a step that came or went, `steps/<id>/<attribute>` for what changed in one.
 */
export async function touchTest(
  tx: Tx,
  test: TestRow,
  { by, changes, now }: { by: number; changes: Change[]; now: number },
): Promise<void> {
  await tx.db
    .updateTable('tests')
    .set({ steps_count: sql`steps_count + ${by}`, updated_at: now })
    .where('project_id', '=', test.project_id)
    .where('id', '=', test.id)
    .execute()
  note(tx, tests, { ...test }, { action: 'update', changes })
}

/** Copies the steps of one test to another that has none yet, those that a BDD test hides too; returns how many. */
export async function copySteps(
  tx: Tx,
  { projectId, from, to, now }: { projectId: number; from: number; to: number; now: number },
): Promise<number> {
  const originals = await tx.db
    .selectFrom('steps')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('test_id', '=', from)
    .orderBy('position')
    .execute()
  // Nothing calls the new test yet, so that its calls cannot close a cycle.
  const rows = originals.map((step) => ({ ...step, id: tx.nextId(), test_id: to, created_at: now, updated_at: now }))
  await insertRows(tx, 'steps', rows)
  return rows.length
}
