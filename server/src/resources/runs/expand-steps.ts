import { apiError } from '../../core/errors.ts'
import { type GherkinStep, parseScenario } from '../../core/gherkin/parse-scenario.ts'
import { filledLength, fillPlaceholders, type Values, valuesOf } from '../../core/gherkin/placeholders.ts'
import { MAX_CALL_DEPTH, MAX_CALLS } from '../../core/limits.ts'
import { lengthOf } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { StepRow } from '../steps/steps.store.ts'
import { scenariosOf, stepSizes, stepsOf } from './expand-steps.store.ts'
import type { NewStepRun } from './read-run.ts'

/** What a test brings to a manual run: Gherkin steps, or how many steps of its own and which calls. */
interface Node {
  gherkin?: GherkinStep[]
  own: Size
  calls: { testId: number; times: number; size: Size }[]
}

/** How much an expansion makes. */
export interface Size {
  steps: number
  characters: number
}

/** Tests by id, with everything they call. */
export type CallGraph = ReadonlyMap<number, Node>

async function readTests(tx: Tx, projectId: number, ids: readonly number[], graph: Map<number, Node>): Promise<void> {
  for (const { id, scenario } of await scenariosOf(tx, projectId, ids)) {
    const gherkin = scenario === null ? undefined : parseScenario(scenario).steps
    graph.set(id, { gherkin, own: { steps: 0, characters: 0 }, calls: [] })
  }
}

/** Sizes of the steps of tests, without their texts; those that a BDD test hides do not count. */
async function readSizes(tx: Tx, projectId: number, ids: readonly number[], graph: Map<number, Node>): Promise<void> {
  for (const { test_id: testId, test_to_call_id: called, n, characters } of await stepSizes(tx, projectId, ids)) {
    const node = graph.get(testId)
    const size = { steps: Number(n), characters: Number(characters) }
    if (node === undefined || node.gherkin !== undefined) continue
    if (called === null) node.own = size
    else node.calls.push({ testId: called, times: size.steps, size })
  }
}

/** Reads what tests and those they call, directly or through others, bring to manual runs; no texts of steps. */
export async function readCallGraph(tx: Tx, projectId: number, testIds: readonly number[]): Promise<CallGraph> {
  const graph = new Map<number, Node>()
  let level = [...new Set(testIds)]
  for (let depth = 0; level.length > 0 && depth <= MAX_CALL_DEPTH; depth++) {
    await readTests(tx, projectId, level, graph)
    await readSizes(tx, projectId, level, graph)
    const called = level.flatMap((id) => graph.get(id)?.calls.map((call) => call.testId) ?? [])
    level = [...new Set(called)].filter((id) => !graph.has(id))
  }
  return graph
}

/** The size of a test whose called tests have been measured. */
function sizeOf(graph: CallGraph, node: Node, values: Values, sizes: ReadonlyMap<number, Size>): Size {
  const total = { ...node.own }
  for (const { keyword, line } of node.gherkin ?? []) {
    total.steps++
    total.characters += lengthOf(keyword) + filledLength(line, values)
  }
  for (const { testId, times, size } of node.calls) {
    // A call too deep to be followed stays a step; one in a circle, which cannot be made, would count as nothing.
    const called = graph.has(testId) ? sizes.get(testId) : { steps: 1, characters: size.characters / times }
    total.steps += (called?.steps ?? 0) * times
    total.characters += (called?.characters ?? 0) * times
  }
  return total
}

/**
 * How much a test and every test it calls make with everything expanded and replaced, counted before any of it is made.
 * Chains of calls may be longer than the call stack: the way down is kept in an array.
 */
function measure(graph: CallGraph, testId: number, values: Values): Map<number, Size> {
  const sizes = new Map<number, Size>()
  const entered = new Set<number>()
  const way = [testId]
  for (let id = way.at(-1); id !== undefined; id = way.at(-1)) {
    const node = graph.get(id) as Node
    const missing = entered.has(id) || sizes.has(id) ? [] : node.calls.map((call) => call.testId)
    entered.add(id)
    const next = missing.filter((called) => graph.has(called) && !entered.has(called))
    for (const called of next) way.push(called)
    if (next.length === 0) {
      if (!sizes.has(id)) sizes.set(id, sizeOf(graph, node, values, sizes))
      way.pop()
    }
  }
  return sizes
}

/** The steps of one manual run, counted and not made yet. */
export interface Expansion {
  size: Size
  make(): Promise<NewStepRun[]>
}

/**
 * Plans the step-runs of a manual run from the steps of its test (contract §4.13): calls are replaced by the called
 * test's steps, BDD tests give one per Gherkin step with its placeholders filled from the instance's parameters.
 */
export function planExpansion(
  tx: Tx,
  o: { projectId: number; graph: CallGraph; testId: number; parameters: string },
): Expansion {
  const { graph, projectId, testId } = o
  const values = valuesOf(o.parameters)
  const sizes = measure(graph, testId, values)
  const isEmpty = (id: number) => sizes.get(id)?.steps === 0

  /** What a test itself brings, in order. */
  function partsOf(id: number, texts: ReadonlyMap<number, StepRow[]>): (NewStepRun | number)[] {
    const { gherkin } = graph.get(id) as Node
    if (gherkin) return gherkin.map(({ keyword, line }) => newStepRun(keyword, fillPlaceholders(line, values), null))
    return (texts.get(id) ?? []).flatMap((step): (NewStepRun | number)[] => {
      const called = step.test_to_call_id
      if (called !== null && graph.has(called)) return isEmpty(called) ? [] : [called]
      return [newStepRun(step.name, step.description, step.expected_results)]
    })
  }

  return {
    size: sizes.get(testId) as Size,
    async make() {
      const wanted = [...sizes.keys()].filter((id) => !isEmpty(id) && graph.get(id)?.gherkin === undefined)
      const texts = Map.groupBy(await stepsOf(tx, projectId, wanted), (step) => step.test_id)
      const made: NewStepRun[] = []
      const waiting = partsOf(testId, texts).reverse()
      let followed = 0
      for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
        if (typeof part !== 'number') made.push(part)
        else if (++followed > MAX_CALLS) throw apiError('unavailable')
        else for (const inner of partsOf(part, texts).reverse()) waiting.push(inner)
      }
      return made
    },
  }
}

function newStepRun(name: string, description: string, expected: string | null): NewStepRun {
  return { name, description, expected_results: expected, actual_results: null, status: 'NO RUN', files: [] }
}
