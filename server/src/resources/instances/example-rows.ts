import { type ExampleRow, parametersOf, parseScenario } from '../../core/gherkin/parse-scenario.ts'
import { MAX_EXPANDED_TEXT, MAX_INSTANCES } from '../../core/limits.ts'
import type { Pointer, Problems } from '../../core/problems.ts'
import { lengthOf } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { TestRow } from '../../db/schema.ts'
import { spelled } from './instances.rules.ts'
import { countParameters, type NewInstance } from './instances.store.ts'

/** The example rows of a test; none for all but outlines. */
const rowsOf = (test: TestRow): ExampleRow[] => (test.test_type === 'BDDTest' ? parseScenario(test.scenario).rows : [])

const storedParameters = (row: ExampleRow) => JSON.stringify(parametersOf(row))

/** Counts what example rows will hold; the header of a table is counted once. */
function createScale() {
  const headers = new Map<readonly string[], number>()
  return ({ header, cells }: ExampleRow): number => {
    const width = headers.get(header) ?? lengthOf(header.join(''))
    headers.set(header, width)
    return width + lengthOf(cells.join(''))
  }
}

/**
 * The instances that a set starts with: one per test, of an outline one per example row (contract §4.11). Counted
 * before they are made; none, and a problem, when they are more than one request may make.
 */
export function instancesOf(
  tests: readonly TestRow[],
  place: Pointer,
  problems: Problems,
): Omit<NewInstance, 'set_id'>[] {
  const sizeOf = createScale()
  const planned: { test_id: number; row: ExampleRow | undefined }[] = []
  let characters = 0
  for (const test of tests) {
    const rows = rowsOf(test)
    if (planned.length + Math.max(1, rows.length) > MAX_INSTANCES) {
      problems.at(place, `At most ${MAX_INSTANCES} instances can be made in one request; these tests make more`)
      return []
    }
    if (rows.length === 0) planned.push({ test_id: test.id, row: undefined })
    for (const row of rows) {
      characters += sizeOf(row)
      planned.push({ test_id: test.id, row })
    }
    if (characters > MAX_EXPANDED_TEXT) {
      problems.at(place, `The example rows of these tests hold more than ${MAX_EXPANDED_TEXT} characters`)
      return []
    }
  }
  return planned.map(({ test_id, row }) => ({
    test_id,
    parameters: row === undefined ? '{}' : storedParameters(row),
  }))
}

/** How many instances of a test in a set hold the same parameters. */
async function usedParameters(tx: Tx, projectId: number, instance: NewInstance) {
  const used = new Map<string, number>()
  for (const { parameters, n } of await countParameters(tx, projectId, instance)) {
    const key = spelled(parameters)
    used.set(key, (used.get(key) ?? 0) + Number(n))
  }
  return used
}

/** The example rows of one outline in one set, given out in order. */
interface Outline {
  rows: readonly ExampleRow[]
  next: number
  used: Map<string, number>
}

/** The first row that no instance uses yet; when all are used the first of all. Rows that are alike count each. */
function takeRow(outline: Outline): string {
  for (; outline.next < outline.rows.length; outline.next++) {
    const parameters = storedParameters(outline.rows[outline.next] as ExampleRow)
    const key = spelled(parameters)
    const uses = outline.used.get(key) ?? 0
    if (uses === 0) {
      outline.next++
      return parameters
    }
    outline.used.set(key, uses - 1)
  }
  return storedParameters(outline.rows[0] as ExampleRow)
}

/**
 * Completes instances that were sent without parameters: of an outline each takes the next free example row of its set
 * (contract §4.12). The sets must be locked, so that two requests never take the same row.
 */
export async function giveExampleRows(
  tx: Tx,
  o: { projectId: number; news: readonly NewInstance[]; tests: ReadonlyMap<number, TestRow> },
): Promise<NewInstance[]> {
  const outlines = new Map<string, Outline>()
  const rows = new Map<number, ExampleRow[]>()
  const keyOf = ({ set_id, test_id }: NewInstance) => `${set_id}/${test_id}`
  for (const instance of o.news) {
    if (instance.parameters !== undefined || outlines.has(keyOf(instance))) continue
    const { test_id: testId } = instance
    const ofTest = rows.get(testId) ?? rowsOf(o.tests.get(testId) as TestRow)
    rows.set(testId, ofTest)
    if (ofTest.length === 0) continue
    outlines.set(keyOf(instance), { rows: ofTest, next: 0, used: await usedParameters(tx, o.projectId, instance) })
  }
  return o.news.map((instance) => {
    const outline = outlines.get(keyOf(instance))
    if (instance.parameters === undefined) return { ...instance, parameters: outline ? takeRow(outline) : '{}' }
    if (outline !== undefined) {
      const key = spelled(instance.parameters)
      outline.used.set(key, (outline.used.get(key) ?? 0) + 1)
    }
    return instance
  })
}
