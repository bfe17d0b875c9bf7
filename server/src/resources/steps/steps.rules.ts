import { type Element, innerSent, type SideList } from '../../core/jsonapi/body.ts'
import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import { MAX_STEPS } from '../../core/limits.ts'
import { inside, type Pointer, type Problems } from '../../core/problems.ts'
import { type JsonSchema, sentId, text } from '../../core/resource/json-schema.ts'
import { readId } from '../../core/resource/kinds.ts'
import { type Input, readForCreate } from '../../core/resource/read-attributes.ts'
import { toNumber } from '../../core/scalars.ts'
import { blankAsNull, isBlank } from '../../core/text.ts'
import { steps } from './steps.resource.ts'

/** A step about to be stored; a blank name becomes `Step <position>`. */
export interface NewStep {
  kind: string
  name: string | null
  description: string
  expected_results: string
  test_to_call_id: number | null
  place: Pointer
}

/** What a body may say of a new step. */
export const NEW_STEP: Record<string, JsonSchema> = {
  name: { type: 'string', examples: ['Open the basket'] },
  description: text,
  'expected-results': { type: 'string', examples: ['Total is shown'] },
  kind: { enum: ['ManualStep', 'CallToTest'] },
  'test-to-call-id': sentId,
}

/** Reads the name of a step: null where it is blank, undefined after a problem. */
export function readName({ values, place, literal }: Input, problems: Problems): string | null | undefined {
  const { name } = values
  if (name === undefined || name === null || (typeof name === 'string' && isBlank(name))) return null
  const at = inside(place, 'name')
  const reading = { problems, place: at, label: 'Name', literal: () => literal('name') }
  return steps.attributes.name?.kind.read(name, reading) as string | undefined
}

/** Reads one step of a body. */
export function readStep(sent: Input, problems: Problems): NewStep {
  const { values, place } = sent
  const cells = readForCreate({ resource: steps, sent, problems })
  const calls = cells.kind === 'CallToTest'
  const called = blankAsNull(values['test-to-call-id']) ?? null
  const at = inside(place, 'test-to-call-id')
  if (calls && called === null) problems.at(at, "Test to call id can't be blank for a CallToTest step")
  const id = calls && called !== null ? readId(called, { problems, place: at, label: 'Test to call id' }) : null
  return {
    kind: String(cells.kind),
    name: readName(sent, problems) ?? null,
    description: String(cells.description),
    expected_results: String(cells.expected_results),
    test_to_call_id: id ?? null,
    place,
  }
}

/** Steps sent with a `position` each, in that order; those without one come last (contract §4.13). */
function byPosition<M extends { member: unknown }>(members: readonly M[]): M[] {
  const positionOf = ({ member }: M) => (isObject(member) ? toNumber(canonicalKeys(member).position) : undefined)
  const placed = members.map((member) => ({ member, position: positionOf(member) ?? Number.POSITIVE_INFINITY }))
  return placed
    .sort((a, b) => (a.position < b.position ? -1 : a.position > b.position ? 1 : 0))
    .map(({ member }) => member)
}

/** Reads the steps of a body, in the order they were sent, or `sorted` by their positions. */
export function readSteps(
  element: Pick<Element, 'at'>,
  { members, place }: SideList,
  problems: Problems,
  { sorted = false } = {},
): NewStep[] {
  if (members.length > MAX_STEPS) {
    problems.at(place, `At most ${MAX_STEPS} steps are accepted; ${members.length} were sent`)
    return []
  }
  const placed = members.map((member, index) => ({ member, place: inside(place, index) }))
  return (sorted ? byPosition(placed) : placed).flatMap(({ member, place: at }) => {
    if (isObject(member)) return readStep(innerSent(element, member, at), problems)
    problems.at(at, 'A step must be an object')
    return []
  })
}

/** Whether any of these steps calls a test, which `lockCycles` comes before. */
export const anyCalls = (steps: readonly Pick<NewStep, 'kind'>[]) => steps.some(({ kind }) => kind === 'CallToTest')

export const callName = (test: { display_id: number; name: string }) => `Call To Test #${test.display_id}: ${test.name}`
