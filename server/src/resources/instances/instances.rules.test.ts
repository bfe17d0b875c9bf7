import { describe, expect, it } from 'vitest'
import { oneElement, toBody } from '../../core/jsonapi/body.ts'
import { parseJson } from '../../core/jsonapi/lenient-json.ts'
import { createProblems } from '../../core/problems.ts'
import { parametersFrom, spelled } from './instances.rules.ts'

/** The parameters that attributes, as JSON text, ask for, and the places of problems. */
function read(attributes: string, { isBdd = false, current }: { isBdd?: boolean; current?: string } = {}) {
  const { sent } = oneElement(toBody(parseJson(Buffer.from(`{"data":{"attributes":${attributes}}}`))))
  const problems = createProblems()
  const stored = parametersFrom(sent, { isBdd, current, problems })
  const pointers = problems.list.map(({ source }) => (source as { pointer: string }).pointer)
  return { found: stored === undefined ? undefined : (JSON.parse(stored) as unknown), pointers }
}

describe('parameters of an instance (contract §4.12)', () => {
  it.each([
    ['an object', '{"browser":"chrome"}', { browser: 'chrome' }],
    [
      'scalars as texts',
      '{"a":1,"b":1.5,"c":true,"d":false,"e":""}',
      {
        a: '1',
        b: '1.5',
        c: 'true',
        d: 'false',
        e: '',
      },
    ],
    [
      'numbers as they were written',
      '{"a":2.0,"b":12345678901234567890,"c":1e2}',
      {
        a: '2.0',
        b: '12345678901234567890',
        c: '1e2',
      },
    ],
    [
      'keys in lower case, otherwise untouched',
      '{"My_Key-1 ":"A","ÄÖ":"B","":"C"}',
      {
        'my_key-1 ': 'A',
        äö: 'B',
        '': 'C',
      },
    ],
    ['values untouched', '{"a":"  Ärger\\n😀 "}', { a: '  Ärger\n😀 ' }],
    ['an array by number', '["chrome","fr",3.0]', { '1': 'chrome', '2': 'fr', '3': '3.0' }],
    ['null', 'null', {}],
    ['an empty object', '{}', {}],
    ['an empty array', '[]', {}],
  ])('are read from %s', (_, sent, found) => {
    expect(read(`{"parameters":${sent}}`)).toEqual({ found, pointers: [] })
  })

  it('may have any key', () => {
    const { found } = read('{"parameters":{"__proto__":"x","Constructor":"y"}}')
    expect(Object.entries(found as object).sort()).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
  })

  it.each(['"chrome"', '7', 'true', '{"a":{}}', '{"a":["b"]}', '["a",["b"]]', '[{}]'])('are not %s', (sent) => {
    expect(read(`{"parameters":${sent}}`)).toEqual({ found: undefined, pointers: ['/data/attributes/parameters'] })
  })

  it('are not asked for where none are sent', () => {
    expect(read('{"priority":"1"}')).toEqual({ found: undefined, pointers: [] })
    expect(read('{"priority":"1"}', { isBdd: true, current: '{"1":"a"}' })).toEqual({ found: undefined, pointers: [] })
  })
})

describe('bdd-parameters', () => {
  it.each(['bdd-parameters', 'bdd_parameters', 'BDD-Parameters'])('are parameters on a BDD test, as %s', (name) => {
    expect(read(`{"${name}":{"Row":"1"}}`, { isBdd: true })).toEqual({ found: { row: '1' }, pointers: [] })
  })

  it.each(['null', '{}', '[]'])('are none, explicitly, where they are %s', (sent) => {
    expect(read(`{"bdd-parameters":${sent}}`, { isBdd: true })).toEqual({ found: {}, pointers: [] })
  })

  it('are not looked at on other tests', () => {
    expect(read('{"bdd-parameters":"x"}')).toEqual({ found: undefined, pointers: [] })
    expect(read('{"bdd-parameters":{"a":"1"},"parameters":{"b":"2"}}')).toEqual({ found: { b: '2' }, pointers: [] })
  })

  it('are named where they are wrong', () => {
    expect(read('{"bdd-parameters":"x"}', { isBdd: true })).toEqual({
      found: undefined,
      pointers: ['/data/attributes/bdd-parameters'],
    })
  })
})

describe('parameters under both names', () => {
  it.each([
    ['on create the first name wins', '{"a":"1"}', '{"b":"2"}', undefined, { a: '1' }],
    ['on create the second where the first is empty', '{}', '{"b":"2"}', undefined, { b: '2' }],
    ['on create none where both are empty', '{}', 'null', undefined, {}],
    ['on update the first name wins', '{"a":"1"}', '{"b":"2"}', '{"c":"3"}', { a: '1' }],
    ['on update the second where the first is as stored', '{"c":"3"}', '{"b":"2"}', '{"c":"3"}', { b: '2' }],
    ['in another order is as stored', '{"d":"4","c":"3"}', '{"b":"2"}', '{"c":"3","d":"4"}', { b: '2' }],
    ['on update the first where the second is as stored', '{"a":"1"}', '{"c":"3"}', '{"c":"3"}', { a: '1' }],
    ['on update an empty one clears', '{}', '{"c":"3"}', '{"c":"3"}', {}],
    ['put back unchanged they stay', '{"c":"3"}', '{"c":"3"}', '{"c":"3"}', { c: '3' }],
  ])('%s', (_, first, second, current, found) => {
    const attributes = `{"parameters":${first},"bdd-parameters":${second}}`
    expect(read(attributes, { isBdd: true, current })).toEqual({ found, pointers: [] })
  })
})

it('keeps the stored text where parameters are sent in another order', () => {
  const { sent } = oneElement(
    toBody(parseJson(Buffer.from('{"data":{"attributes":{"parameters":{"b":"2","a":"1"}}}}'))),
  )
  const current = '{"a":"1","b":"2"}'
  expect(parametersFrom(sent, { isBdd: false, current, problems: createProblems() })).toBe(current)
})

describe('stored parameters in one spelling', () => {
  it('are the same whatever the order of keys', () => {
    expect(spelled('{"b":"2","a":"1"}')).toBe(spelled('{"a":"1","b":"2"}'))
    expect(spelled('{"é":"1","😀":"2","a":""}')).toBe(spelled('{"a":"","😀":"2","é":"1"}'))
  })

  it.each([
    ['another value', '{"a":"1"}', '{"a":"2"}'],
    ['another key', '{"a":"1"}', '{"b":"1"}'],
    ['one more', '{"a":"1"}', '{"a":"1","b":"1"}'],
    ['values changed over', '{"a":"1","b":"2"}', '{"a":"2","b":"1"}'],
    ['none', '{"a":""}', '{}'],
  ])('differ by %s', (_, one, other) => {
    expect(spelled(one)).not.toBe(spelled(other))
  })
})
