import { describe, expect, it } from 'vitest'
import { ENTITIES, FORMATS, type Format, isListFormat, readFieldValue, readOptions } from './custom-fields.rules.ts'

/** No number of the value was written down. */
const none = () => ''

const read = (format: Format, sent: unknown) => readFieldValue(format, sent, none)
const problem = { problem: expect.any(String) }

it('knows the formats and kinds of the contract (§4.5, §4.6)', () => {
  expect([...FORMATS].sort()).toEqual(
    ['text', 'memo', 'number', 'checkbox', 'date', 'user', 'url', 'list', 'multilist', 'linkedlist'].sort(),
  )
  expect(ENTITIES).toEqual(['Requirement', 'Test', 'TestSet', 'Instance', 'Run', 'Issue', 'Milestone'])
  expect(FORMATS.filter(isListFormat)).toEqual(['list', 'multilist', 'linkedlist'])
})

it.each(FORMATS)('clears a %s that is sent as null, "" or []', (format) => {
  expect([null, '', []].map((sent) => read(format, sent))).toEqual(Array(3).fill({ clear: true }))
})

it.each(FORMATS)('refuses an object for a %s', (format) => {
  expect(read(format, { a: 1 })).toEqual(problem)
})

it.each(FORMATS.filter((format) => format !== 'multilist'))('refuses an array for a %s', (format) => {
  expect(read(format, ['1'])).toEqual(problem)
})

describe.each(['text', 'memo', 'url'] as const)('a %s', (format) => {
  it.each([
    ['Chrome', 'Chrome'],
    ['  two  spaces\n', '  two  spaces\n'],
    ['<b>1 & 2</b>', '<b>1 & 2</b>'],
    ['not a URL', 'not a URL'],
    ['\u001b[31mred', '\u001b[31mred'],
    ['e\u0301', 'e\u0301'],
    [true, 'true'],
    [false, 'false'],
    [0, '0'],
    [1.5, '1.5'],
  ])('takes %j as %j', (sent, value) => {
    expect(read(format, sent)).toEqual({ value })
  })

  it('keeps a number as it was written', () => {
    expect(readFieldValue(format, 2, () => '2.0')).toEqual({ value: '2.0' })
    const long = '12345678901234567890'
    expect(readFieldValue(format, Number(long), () => long)).toEqual({ value: long })
  })

  it('holds 1,048,576 characters, counted as code points', () => {
    const longest = '😀'.repeat(1_048_576)
    expect(read(format, longest)).toEqual({ value: longest })
    expect(read(format, `${longest}x`)).toEqual(problem)
  })
})

describe('a number', () => {
  it.each([
    [4521, '4521'],
    [1.5, '1.5'],
    ['4521', '4521'],
    ['-1.50', '-1.5'],
    ['007', '7'],
    ['0.10', '0.1'],
    ['3.000', '3'],
    ['1e3', '1000'],
    ['8.6e-05', '0.000086'],
    ['-0', '0'],
    ['0.00', '0'],
    [`1${'0'.repeat(99)}`, `1${'0'.repeat(99)}`],
    ['1e99', `1${'0'.repeat(99)}`],
  ])('%j is %j', (sent, value) => {
    expect(read('number', sent)).toEqual({ value })
  })

  it('never goes through a float', () => {
    const written = '12345678901234567890.123456789'
    expect(readFieldValue('number', Number(written), () => written)).toEqual({ value: written })
    expect(readFieldValue('number', 2, () => '2.0')).toEqual({ value: '2' })
  })

  it.each(['many', '1,5', '1 2', '0x10', '1e', '.', 'NaN', 'Infinity', true, '1'.repeat(101), '1e100', '1e999999999'])(
    'is not %j',
    (sent) => {
      expect(read('number', sent)).toEqual(problem)
    },
  )
})

describe('a checkbox', () => {
  it.each([
    [[true, 1, 'yes', 'true', 'on', '1'], 'yes'],
    [[false, 0, 'no', 'false', 'off', '0'], 'no'],
  ])('of %j is %s', (sent, value) => {
    expect(sent.map((each) => read('checkbox', each))).toEqual(Array(6).fill({ value }))
  })

  it.each([2, -1, 0.5, 'maybe', 'y', 'yes, no'])('is not %j', (sent) => {
    expect(read('checkbox', sent)).toEqual(problem)
  })
})

describe('a date', () => {
  it.each([
    ['2025-03-01', '2025-03-01'],
    ['2024-02-29', '2024-02-29'],
    ['2025-03-01T12:43:31Z', '2025-03-01'],
    ['2025-03-01T23:59:59-11:00', '2025-03-01'],
    ['2025-03-01T00:00:00+14:00', '2025-03-01'],
    ['03/04/2025', '2025-03-04'],
    ['12/31/2025', '2025-12-31'],
    ['02/29/2024', '2024-02-29'],
  ])('%s is %s', (sent, value) => {
    expect(read('date', sent)).toEqual({ value })
  })

  it.each([
    '2025-02-29',
    '02/29/2025',
    '31/12/2025',
    '2025-13-01',
    '2025-03-01T25:00',
    '01.03.2025',
    'today',
    20250301,
  ])('is not %j', (sent) => {
    expect(read('date', sent)).toEqual(problem)
  })
})

describe('a user', () => {
  it.each([
    [5381, '5381'],
    ['5381', '5381'],
  ])('%j is the text %j', (sent, value) => {
    expect(read('user', sent)).toEqual({ value })
  })

  it.each(['Ada', 'ada@example.org', 1.5, true])('is not %j', (sent) => {
    expect(read('user', sent)).toEqual(problem)
  })
})

describe.each(['list', 'linkedlist'] as const)('a %s', (format) => {
  it('takes a text as it is, and a number as it was written', () => {
    expect(read(format, 'Chrome, Edge ')).toEqual({ value: 'Chrome, Edge ' })
    expect(readFieldValue(format, 2, () => '2.0')).toEqual({ value: '2.0' })
  })

  it('holds a value of 1,000 characters, counted as code points', () => {
    const longest = '😀'.repeat(1_000)
    expect(read(format, longest)).toEqual({ value: longest })
    expect(read(format, `${longest}x`)).toEqual(problem)
  })
})

describe('a multilist', () => {
  it.each([
    ['a single text is one element', 'one', ['one']],
    ['commas do not split', 'one,two', ['one,two']],
    ['texts in their order', ['two', 'one'], ['two', 'one']],
    ['duplicates count once, where they were first', ['b', 'a', 'b'], ['b', 'a']],
    ['case makes a difference', ['a', 'A'], ['a', 'A']],
    ['nested arrays are flattened', ['a', ['b', ['c', ['a']]]], ['a', 'b', 'c']],
    ['nulls are dropped', [null, 'a', [null, 'b']], ['a', 'b']],
    ['numbers become texts', [1, '1', 2], ['1', '2']],
  ])('%s', (_, sent, value) => {
    expect(read('multilist', sent)).toEqual({ value })
  })

  it('is cleared where nothing is left of it', () => {
    expect([[null], [[]], [[null], []]].map((sent) => read('multilist', sent))).toEqual(Array(3).fill({ clear: true }))
  })

  it('keeps numbers as they were written, where they stand', () => {
    const written = (...path: number[]) => ({ '0': '1.0', '2,1': '2.50' })[path.join()] ?? ''
    expect(readFieldValue('multilist', [1, 'x', [null, 2.5]], written)).toEqual({ value: ['1.0', 'x', '2.50'] })
  })

  it('is refused as a whole for one bad element', () => {
    expect(read('multilist', ['a', { b: 1 }])).toEqual(problem)
    expect(read('multilist', ['a', ['x'.repeat(1_001)]])).toEqual(problem)
    expect(read('multilist', ['x'.repeat(1_000)])).toEqual({ value: ['x'.repeat(1_000)] })
  })
})

describe('possible values (contract §4.6)', () => {
  it.each([
    ['in their order', ['b', 'a'], ['b', 'a']],
    ['without duplicates', ['a', 'b', 'a'], ['a', 'b']],
    ['without blanks and nulls', ['', null, 'a', ' \t'], ['a']],
    ['verbatim', [' a ', 'a', 'A'], [' a ', 'a', 'A']],
    ['numbers as texts', [1, '1', 1.5], ['1', '1.5']],
    ['none', [], []],
    ['none but nulls', [null, null], []],
  ])('are read %s', (_, sent, options) => {
    expect(readOptions(sent, none)).toEqual(options)
  })

  it('keep numbers as they were written, counted with the nulls before them', () => {
    const written = (...path: number[]) => ({ '0': '1.0', '2': '2.0' })[path.join()] ?? ''
    expect(readOptions([1, null, 2], written)).toEqual(['1.0', '2.0'])
  })

  it.each([
    ['a text', 'a'],
    ['an object', { a: ['b'] }],
    ['null', null],
    ['an array in the array', ['a', ['b']]],
    ['an object in the array', ['a', {}]],
  ])('are not %s', (_, sent) => {
    expect(readOptions(sent, none)).toBeUndefined()
  })
})
