import type { ReportedStep } from './model.ts'
import { MOST_STEPS, stepName } from './steps.ts'

/** One step as a report has it, with those below it. */
export interface StepTree<Item> {
  step: ReportedStep
  below: readonly Item[]
}

/**
 * Nested steps as one list, each after the one that holds it. `read` says what an item of the report is; null leaves it
 * out, with everything below it.
 */
export function flattenSteps<Item>(
  items: readonly Item[],
  read: (item: Item) => StepTree<Item> | null,
  tooMany: (left: number) => void,
): ReportedStep[] {
  const steps: ReportedStep[] = []
  let left = 0
  const visit = (item: Item, depth: number): void => {
    const tree = read(item)
    if (!tree) return
    if (steps.length < MOST_STEPS) steps.push({ ...tree.step, name: stepName(tree.step.name, depth) })
    else left++
    for (const below of tree.below) visit(below, depth + 1)
  }
  for (const item of items) visit(item, 0)
  if (left > 0) tooMany(left)
  return steps
}

/** What a note says about steps over the limit. */
export function tooManySteps(left: number): string {
  return `${left.toLocaleString('en')} steps of a case were left out: there are more than ${MOST_STEPS.toLocaleString('en')}`
}
