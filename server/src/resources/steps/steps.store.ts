import { sql } from 'kysely'
import type { Change } from '../../core/audit.ts'
import { MAX_CALL_DEPTH } from '../../core/limits.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import type { Schema, TestRow } from '../../db/schema.ts'
import { nameCells } from '../../db/search-columns.ts'
import { insertRows, lockRows } from '../../db/store.ts'
import { note } from '../../features/entities/entity-store.ts'
import { tests } from '../tests/tests.resource.ts'
import { callName } from './steps.rules.ts'

export type StepRow = Schema['steps']

/** Whether a call from `testId` to `calledId` would lead back to it. */
export async function leadsBack(tx: Tx, projectId: number, testId: number, calledId: number): Promise<boolean> {
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

/** Locks the steps of a test. */
export async function lockSteps(tx: Tx, projectId: number, testId: number): Promise<void> {
  await lockRows(tx, 'steps', projectId, sql`test_id = ${testId}`)
}

/** Steps that called a test that goes call none from then on; the test's own are locked too. */
export async function forgetCalls(tx: Tx, projectId: number, testId: number): Promise<void> {
  await lockRows(tx, 'steps', projectId, sql`(test_id = ${testId} or test_to_call_id = ${testId})`)
  await tx.db
    .updateTable('steps')
    .set({ test_to_call_id: null })
    .where('project_id', '=', projectId)
    .where('test_to_call_id', '=', testId)
    .execute()
}

/** How many steps a test has, those that a BDD test hides too. */
export async function countSteps({ db }: Pick<Reader, 'db'>, projectId: number, testId: number): Promise<number> {
  const { n } = await db
    .selectFrom('steps')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('project_id', '=', projectId)
    .where('test_id', '=', testId)
    .executeTakeFirstOrThrow()
  return Number(n)
}
