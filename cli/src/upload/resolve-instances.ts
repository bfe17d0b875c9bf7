import { type Outcome, sendIsolating } from './send-isolating.ts'
import type { UploadState } from './upload-state.ts'

/** Finds the instance of each test in the set, the oldest where there are several, and creates the missing ones. */
export async function resolveInstances(
  state: UploadState,
  testIds: number[],
  newTests: Set<number>,
): Promise<Map<number, Outcome<number>>> {
  const { project, target, instances, summary } = state
  const wanted = [...new Set(testIds)]
  // A new set and a new test have no instances: no need to ask.
  const asked = target.setCreated ? [] : wanted.filter((id) => !instances.has(id) && !newTests.has(id))
  if (asked.length > 0) {
    const query = { 'set-ids': target.setId, 'test-ids': asked }
    for await (const instance of project.list('listInstances', { query })) {
      const testId = Number(instance.attributes['test-id'])
      const known = instances.get(testId)
      if (known === undefined || Number(instance.id) < known) instances.set(testId, Number(instance.id))
    }
  }
  const missing = wanted.filter((id) => !instances.has(id))
  const outcomes = await sendIsolating(missing, async (part) => {
    const data = part.map((id) => ({ attributes: { 'set-id': target.setId, 'test-id': id } }))
    const answer = await project.call('createInstances', { body: { data } })
    summary.created.instances += answer.data.length
    return answer.data.map(({ id }) => Number(id))
  })
  const found = new Map<number, Outcome<number>>()
  missing.forEach((testId, index) => {
    const outcome = outcomes[index]
    if (outcome && 'value' in outcome) instances.set(testId, outcome.value)
    else if (outcome) found.set(testId, { refused: `no instance for test ${testId}: ${outcome.refused}` })
  })
  for (const testId of wanted) {
    const instance = instances.get(testId)
    if (instance !== undefined) found.set(testId, { value: instance })
  }
  return found
}
