import { describe, expect, it } from 'vitest'
import { oneElement, toBody } from '../../core/jsonapi/body.ts'
import { parseJson } from '../../core/jsonapi/lenient-json.ts'
import { createProblems, type Problems } from '../../core/problems.ts'
import { readName, readStep, readSteps } from './steps.rules.ts'

const pointersOf = ({ list }: Problems) => list.map(({ source }) => (source as { pointer: string }).pointer)

/** The element of a body whose attributes are given as JSON text. */
const element = (attributes: string) =>
  oneElement(toBody(parseJson(Buffer.from(`{"data":{"attributes":${attributes}}}`))))

function read(attributes: string) {
  const problems = createProblems()
  const { place, ...step } = readStep(element(attributes).sent, problems)
  return { step, place: place.pointer, pointers: pointersOf(problems) }
}

/** The steps of a body, given as JSON text. */
function readAll(steps: string, options?: { sorted?: boolean }) {
  const body = element(`{"steps":${steps}}`)
  const place = { pointer: '/data/attributes/steps' }
  const members = body.sent.values.steps as unknown[]
  const problems = createProblems()
  const read = readSteps(body, { members, place }, problems, options)
  return { read, names: read.map(({ name }) => name), pointers: pointersOf(problems) }
}

describe('the name of a step (contract §4.10)', () => {
  const nameOf = (attributes: string) => {
    const problems = createProblems()
    return [readName(element(attributes).sent, problems), ...pointersOf(problems)]
  }

  it.each([
    ['{}', null],
    ['{"name":null}', null],
    ['{"name":""}', null],
    ['{"name":" \\t\\n"}', null],
    ['{"name":" Open the basket "}', ' Open the basket '],
    ['{"name":2.0}', '2.0'],
    ['{"name":0}', '0'],
    ['{"name":false}', 'false'],
  ])('of %s is %j', (attributes, name) => {
    expect(nameOf(attributes)).toEqual([name])
  })

  it.each(['{}', '[]', '["a"]'])('is not %s', (sent) => {
    expect(nameOf(`{"name":${sent}}`)).toEqual([undefined, '/data/attributes/name'])
  })

  it('has at most 65,535 characters, counted as code points', () => {
    const longest = '😀'.repeat(65_535)
    expect(nameOf(`{"name":"${longest}"}`)).toEqual([longest])
    expect(nameOf(`{"name":"${longest}x"}`)).toEqual([undefined, '/data/attributes/name'])
  })
})

describe('a step of a body (contract §4.10)', () => {
  const MANUAL = { kind: 'ManualStep', name: null, description: '', expected_results: '', test_to_call_id: null }

  it.each([
    ['nothing', '{}', MANUAL],
    ['nulls', '{"name":null,"description":null,"expected-results":null,"kind":null,"test-to-call-id":null}', MANUAL],
    [
      'texts, verbatim',
      '{"name":"a","description":" <b>\\u001b ","expected_results":"c"}',
      {
        ...MANUAL,
        name: 'a',
        description: ' <b>\u001b ',
        expected_results: 'c',
      },
    ],
    [
      'scalars',
      '{"description":1.50,"Expected-Results":true}',
      {
        ...MANUAL,
        description: '1.50',
        expected_results: 'true',
      },
    ],
    [
      'a called test',
      '{"kind":"CallToTest","test-to-call-id":70}',
      {
        ...MANUAL,
        kind: 'CallToTest',
        test_to_call_id: 70,
      },
    ],
    [
      'a called test by text',
      '{"kind":"CallToTest","test_to_call_id":"70"}',
      {
        ...MANUAL,
        kind: 'CallToTest',
        test_to_call_id: 70,
      },
    ],
    ['a called test on a manual step', '{"kind":"ManualStep","test-to-call-id":70}', MANUAL],
    ['rubbish for a called test on a manual step', '{"test-to-call-id":{"a":1}}', MANUAL],
    ['a position, which does not count', '{"position":"odd"}', MANUAL],
  ])('is read from %s', (_, attributes, step) => {
    expect(read(attributes)).toEqual({ step, place: '/data/attributes', pointers: [] })
  })

  it.each([
    ['an unknown kind', '{"kind":"Gherkin"}', 'kind'],
    ['no test to call', '{"kind":"CallToTest"}', 'test-to-call-id'],
    ['null for the test to call', '{"kind":"CallToTest","test-to-call-id":null}', 'test-to-call-id'],
    ['a blank test to call', '{"kind":"CallToTest","test-to-call-id":" "}', 'test-to-call-id'],
    ['a test to call that is no id', '{"kind":"CallToTest","test-to-call-id":"login"}', 'test-to-call-id'],
    ['an object for a text', '{"description":{}}', 'description'],
    ['an array for a text', '{"expected-results":["a"]}', 'expected-results'],
    ['an array for a name', '{"name":["a"]}', 'name'],
  ])('is refused for %s', (_, attributes, key) => {
    expect(read(attributes).pointers).toEqual([`/data/attributes/${key}`])
  })

  it('is told all that is wrong with it', () => {
    const { pointers } = read('{"kind":"CallToTest","name":{},"description":[]}')
    expect(pointers.sort()).toEqual(
      ['/data/attributes/description', '/data/attributes/name', '/data/attributes/test-to-call-id'].sort(),
    )
  })

  it('has texts of at most 1,048,576 characters (contract §1.11)', () => {
    const longest = 'é'.repeat(1_048_576)
    expect(read(`{"description":"${longest}"}`).pointers).toEqual([])
    expect(read(`{"description":"${longest}x"}`).pointers).toEqual(['/data/attributes/description'])
  })
})

describe('the steps of a body', () => {
  it('come in their order, whatever positions they name', () => {
    expect(readAll('[{"name":"a","position":2},{"name":"b","position":1},{"name":"a"}]')).toMatchObject({
      names: ['a', 'b', 'a'],
      pointers: [],
    })
    expect(readAll('[]')).toEqual({ read: [], names: [], pointers: [] })
  })

  it('may hold their attributes in an object of their own, which wins', () => {
    const { read } = readAll('[{"name":"outer","description":"d","attributes":{"name":"inner"}}]')
    expect(read.map(({ name, description }) => [name, description])).toEqual([['inner', 'd']])
  })

  it('are named by their place when they are wrong', () => {
    const { names, pointers } = readAll('[{"name":"a"},"b",null,[],{"kind":"x"},{"name":"c"}]')
    expect(pointers).toEqual(
      [1, 2, 3].map((i) => `/data/attributes/steps/${i}`).concat('/data/attributes/steps/4/kind'),
    )
    expect(names).toEqual(expect.arrayContaining(['a', 'c']))
  })

  it('are at most 10,000 (contract §1.19)', () => {
    const { read, pointers } = readAll(`[${Array(10_001).fill('{}').join()}]`)
    expect([read, pointers]).toEqual([[], ['/data/attributes/steps']])
    const most = readAll(`[${Array(10_000).fill('{}').join()}]`)
    expect([most.read.length, most.pointers]).toEqual([10_000, []])
  })
})

describe('steps sorted by position (contract §4.13)', () => {
  const sorted = (...positions: (string | undefined)[]) => {
    const steps = positions.map((position, i) => `{"name":"${i}"${position ? `,"position":${position}` : ''}}`)
    const { names, pointers } = readAll(`[${steps}]`, { sorted: true })
    return { order: names.map(Number), pointers }
  }

  it.each([
    ['in order of positions', ['3', '1', '2'], [1, 2, 0]],
    ['as numbers, not as texts', ['10', '9', '"8"'], [2, 1, 0]],
    ['ties in the order of input', ['2', '1', '2', '1'], [1, 3, 0, 2]],
    ['those without one last, in the order of input', [undefined, '2', undefined, '1'], [3, 1, 0, 2]],
    ['null and what is no number as without one', ['null', '"first"', '1', '{}'], [2, 0, 1, 3]],
    ['odd ones where they belong', ['0', '-5', '1.5', '1', '1e3'], [1, 0, 3, 2, 4]],
    ['none with a position as sent', [undefined, undefined, undefined], [0, 1, 2]],
  ])('are %s', (_, positions, order) => {
    expect(sorted(...positions)).toEqual({ order, pointers: [] })
  })

  it('take a position in any spelling', () => {
    expect(readAll('[{"name":"a","Position":2},{"name":"b","POSITION":1}]', { sorted: true }).names).toEqual(['b', 'a'])
  })

  it('are named by the place where they were sent', () => {
    const { read, pointers } = readAll('[{"kind":"x","position":2},{"name":"a","position":1}]', { sorted: true })
    expect(read[0]).toMatchObject({ name: 'a', place: { pointer: '/data/attributes/steps/1' } })
    expect(pointers).toEqual(['/data/attributes/steps/0/kind'])
  })
})
