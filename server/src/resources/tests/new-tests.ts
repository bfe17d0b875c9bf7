import { type Element, sideList } from '../../core/jsonapi/body.ts'
import type { Problems } from '../../core/problems.ts'
import type { Cells } from '../../core/resource/read-attributes.ts'
import type { Tx } from '../../db/handle.ts'
import { addToCounts, nextDisplayIds } from '../../db/store.ts'
import type { Context } from '../../engine/route.ts'
import type { Field } from '../../features/custom-fields/custom-fields.store.ts'
import { insertEntities } from '../../features/entities/entity-store.ts'
import { createCells } from '../../features/entities/named-entity.ts'
import type { References } from '../../features/references/references.ts'
import { lockCycles } from '../../features/trees/move-in-tree.ts'
import { insertSteps } from '../steps/new-steps.ts'
import { anyCalls, type NewStep, readSteps } from '../steps/steps.rules.ts'
import { tests } from './tests.resource.ts'
import { mergeAutomatedFields } from './tests.rules.ts'

/** A test about to be stored. */
export interface NewTest {
  cells: Cells
  steps: NewStep[]
}

/** Reads one element of a POST as a test; problems and references are collected. */
export async function readNewTest(
  tx: Tx,
  o: {
    context: Context
    element: Element
    fields: readonly Field[]
    problems: Problems
    references: References
    authorRequired: boolean
    /** Steps are in the order of their positions, not in that of the body. */
    sortSteps?: boolean
  },
): Promise<NewTest> {
  const { sent } = o.element
  const cells = await createCells(tx, { ...o, sent, resource: tests })
  cells.automated_fields = mergeAutomatedFields('{}', sent, o.problems)
  const list = cells.test_type === 'BDDTest' ? undefined : sideList(o.element, 'steps', o.problems)
  return { cells, steps: list ? readSteps(o.element, list, o.problems, { sorted: o.sortSteps }) : [] }
}

/** Stores tests with their steps and returns their ids, in order. Everything about them has been checked. */
export async function insertTests(
  tx: Tx,
  o: { projectId: number; news: readonly NewTest[]; fields: readonly Field[]; now: number },
): Promise<number[]> {
  const { projectId, news, now } = o
  if (news.length === 0) return []
  if (news.some(({ steps }) => anyCalls(steps))) await lockCycles(tx, projectId)
  const firstDisplayId = await nextDisplayIds(tx, projectId, 'tests', news.length)
  const ids: number[] = []
  const rows = news.map(({ cells, steps }, index) => {
    const id = tx.nextId()
    ids.push(id)
    return {
      steps_count: steps.length,
      cloned_from_id: null,
      ...cells,
      project_id: projectId,
      id,
      display_id: firstDisplayId + index,
      run_status: 'NO RUN',
      last_run_at: null,
      last_run_created_at: null,
      last_run_id: null,
      created_at: now,
      updated_at: now,
    }
  })
  await insertEntities(tx, tests, rows, o.fields)
  let steps = 0
  for (const [index, test] of news.entries()) {
    await insertSteps(tx, { projectId, testId: ids[index] as number, steps: test.steps, from: 1, now })
    steps += test.steps.length
  }
  addToCounts(tx, projectId, { tests: news.length, steps })
  return ids
}
