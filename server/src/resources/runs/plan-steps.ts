import { MAX_EXPANDED_TEXT, MAX_STEP_RUNS, MAX_STEPS } from '../../core/limits.ts'
import type { Problems } from '../../core/problems.ts'
import type { Tx } from '../../db/handle.ts'
import type { InstanceRow, TestRow } from '../../db/schema.ts'
import { planExpansion, readCallGraph, type Size } from './expand-steps.ts'
import type { PlacedRun } from './place-run.ts'
import type { NewStepRun } from './read-run.ts'

/** Step-runs that a run is going to have; those of a manual run without steps are not made yet. */
export interface PlannedSteps {
  size: Size
  make(): Promise<NewStepRun[]>
}

/** A run that is about to be stored, with what it is a run of. */
export interface Execution {
  item: PlacedRun
  instance: InstanceRow
  test: TestRow
}

/** Whether the step-runs come from the test: a manual run that was sent without steps. */
const isCopied = ({ item: { run } }: Execution) => run.isManual && run.steps === undefined

/** Plans the step-runs of runs: those sent, or for a manual run those of its test; problems where they are too many. */
export async function planSteps(
  tx: Tx,
  projectId: number,
  executions: readonly Execution[],
  problems: Problems,
): Promise<PlannedSteps[]> {
  const roots = executions.filter(isCopied).map(({ test }) => test.id)
  const graph = await readCallGraph(tx, projectId, roots)
  let total = 0
  const planned = executions.map((execution): PlannedSteps => {
    const { item, instance, test } = execution
    const { steps = [] } = item.run
    const plan = isCopied(execution)
      ? planExpansion(tx, { projectId, graph, testId: test.id, parameters: instance.parameters })
      : { size: { steps: steps.length, characters: 0 }, make: async () => steps }
    if (plan.size.steps > MAX_STEPS) {
      problems.at(item.place, `The steps of this test, with those it calls, are more than ${MAX_STEPS}`)
    } else if (plan.size.characters > MAX_EXPANDED_TEXT) {
      problems.at(
        item.place,
        `The steps of this test, with those it calls, hold more than ${MAX_EXPANDED_TEXT} characters`,
      )
    }
    total += plan.size.steps
    return plan
  })
  if (total > MAX_STEP_RUNS) {
    problems.at({ pointer: '/data' }, `At most ${MAX_STEP_RUNS} step-runs are made in one request; these are ${total}`)
  }
  return planned
}
