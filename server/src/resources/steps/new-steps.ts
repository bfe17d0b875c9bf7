import { invalidAt } from '../../core/problems.ts'
import type { Tx } from '../../db/handle.ts'
import { nameCells } from '../../db/search-columns.ts'
import { findById, insertRows } from '../../db/store.ts'
import { callName, type NewStep } from './steps.rules.ts'
import { leadsBack, type StepRow } from './steps.store.ts'

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
  const called = await findById(tx, 'tests', projectId, calledId)
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
