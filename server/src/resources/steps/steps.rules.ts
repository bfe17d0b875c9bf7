import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import { inside, type Place, type Problems } from '../../core/problems.ts'
import { nameKind, readId } from '../../core/resource/kinds.ts'
import { readForCreate } from '../../core/resource/read-attributes.ts'
import { steps } from './steps.resource.ts'

/** A step about to be stored; a blank name becomes `Step <position>`. */
export interface NewStep {
  kind: string
  name: string | null
  description: string
  expected_results: string
  test_to_call_id: number | null
  place: Place
}

const MAX_STEPS = 10_000

function readName(value: unknown, place: Place, problems: Problems): string | null {
  if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) return null
  const reading = { problems, place: inside(place, 'name'), label: 'Name', literal: () => String(value) }
  return (nameKind(1000).read(value, reading) ?? null) as string | null
}

/** Reads one step of a body. */
export function readStep(member: unknown, place: Place, problems: Problems): NewStep | undefined {
  if (!isObject(member)) {
    problems.at(place, 'A step must be an object')
    return undefined
  }
  const outer = canonicalKeys(member)
  const values = isObject(outer.attributes) ? canonicalKeys(outer.attributes) : outer
  const sent = { values, place, literal: (key: string) => String(values[key]) }
  const cells = readForCreate({ resource: steps, sent, problems })
  const calls = cells.kind === 'CallToTest'
  const called = values['test-to-call-id'] ?? null
  const at = inside(place, 'test-to-call-id')
  if (calls && called === null) problems.at(at, "Test to call id can't be blank for a CallToTest step")
  const id = calls && called !== null ? readId(called, { problems, place: at, label: 'Test to call id' }) : null
  return {
    kind: String(cells.kind),
    name: readName(values.name, place, problems),
    description: String(cells.description),
    expected_results: String(cells.expected_results),
    test_to_call_id: id ?? null,
    place,
  }
}

export function readSteps(members: readonly unknown[], place: Place, problems: Problems): NewStep[] {
  if (members.length > MAX_STEPS) {
    problems.at(place, `At most ${MAX_STEPS} steps are accepted; ${members.length} were sent`)
    return []
  }
  return members.flatMap((member, index) => readStep(member, inside(place, index), problems) ?? [])
}
