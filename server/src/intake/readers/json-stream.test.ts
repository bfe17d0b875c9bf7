import { describe, expect, it } from 'vitest'
import { jsonHead } from './json-head.ts'
import { type JsonLimits, openJson } from './json-stream.ts'
import { createTestSink } from './test-support.ts'

/** What a document gives, part by part, whatever the size of its chunks. */
function read(text: string, paths: readonly string[], size = 1, limits?: JsonLimits) {
  const { sink, reading } = createTestSink()
  const parts: [path: string, value: unknown, line: number][] = []
  const handlers = paths.map((path) => [path, (value: unknown, line: number) => void parts.push([path, value, line])])
  const reader = openJson(sink, Object.fromEntries(handlers), limits)
  for (let at = 0; at < text.length; at += size) reader.write(text.slice(at, at + size))
  reader.end()
  const { notes, cut } = reading()
  return { parts, notes, cut }
}

describe('parts of a document', () => {
  const text = `{
  "stats": { "tests": 2, "a\\"b": [1, "]"] },
  "results": { "tests": [
    { "name": "a", "deep": { "x": [ { "y": "}" } ] } },
    "text", 12.5e1, true, null, []
  ], "left": [1, 2] },
  "empty": [], "end": "é\\n😀"
}`

  it.each([1, 2, 3, 7, 64, 4096])('come in the order of the document, in chunks of %i', (size) => {
    expect(read(text, ['results.tests[]', 'stats', 'end', 'empty[]', 'nowhere'], size)).toEqual({
      parts: [
        ['stats', { tests: 2, 'a"b': [1, ']'] }, 2],
        ['results.tests[]', { name: 'a', deep: { x: [{ y: '}' }] } }, 4],
        ['results.tests[]', 'text', 5],
        ['results.tests[]', 125, 5],
        ['results.tests[]', true, 5],
        ['results.tests[]', null, 5],
        ['results.tests[]', [], 5],
        ['end', 'é\n😀', 7],
      ],
      notes: [],
      cut: null,
    })
  })

  it.each<[string, string, string[], unknown[]]>([
    ['the root', '{"a":1}', [''], [{ a: 1 }]],
    ['elements of the root', '[{"a":3},1,[2]]', ['[]'], [{ a: 3 }, 1, [2]]],
    ['members of elements', '[{"a":[1,2]},{"b":3,"a":[4]},5]', ['[].a[]'], [1, 2, 4]],
    ['another kind of container than asked for', '{"a":{"b":1}}', ['a[]'], []],
    ['keys with escapes', '{"\\u0061":1}', ['a'], [1]],
    [
      'keys that mean something to a program',
      '{"__proto__":1,"constructor":{"a":2}}',
      ['__proto__', 'constructor.a'],
      [1, 2],
    ],
  ])('%s', (_, document, paths, values) => {
    const reading = read(document, paths)
    expect([reading.parts.map(([, value]) => value), reading.notes, reading.cut]).toEqual([values, [], null])
  })
})

describe('damaged documents', () => {
  it.each<[string, string, unknown[], string | null]>([
    ['that end early', '{"a":[1,\n{"b":2},\n{"c"', [1, { b: 2 }], 'The file ends early (line 3)'],
    ['that end within a text', '{"a":["x","y', ['x'], 'The file ends early (line 1)'],
    ['with a broken part', '{"a":[1,\n{"b" 2},3]}', [1], 'This is not JSON (line 2)'],
    ['with brackets that do not fit', '{"a":[1}', [1], 'This is not JSON (line 1)'],
    ['that are none', 'ok 1 - a\n', [], 'The file holds no JSON (line 1)'],
    ['that are empty', '', [], 'The file holds no JSON (line 1)'],
    ['nested too deep', `{"a":[1,${'['.repeat(1200)}`, [1], 'The document is nested more than 1,000 deep (line 1)'],
  ])('%s', (_, text, values, cut) => {
    const reading = read(text, ['a[]'])
    expect([reading.parts.map(([, value]) => value), reading.cut]).toEqual([values, cut])
  })

  it('end at a part that is too large', () => {
    const limits = { part: 100, depth: 10 }
    const reading = read(`{"a":[1,"${'x'.repeat(200)}",2]}`, ['a[]'], 10, limits)
    expect([reading.parts, reading.cut]).toEqual([[['a[]', 1, 1]], 'One part of the document is too large (line 1)'])
    expect(read(`{"skipped":"${'x'.repeat(200)}","a":[2]}`, ['a[]'], 10, limits).parts).toEqual([['a[]', 2, 1]])
  })

  it.each<[string, string, unknown]>([
    ['numbers that are none', '{"a":[[NaN, -Infinity, "NaN"]]}', [null, null, 'NaN']],
    ['raw control characters', '{"a":["x\ty\nz"]}', 'x\ty\nz'],
    ['single backslashes', '{"a":["C:\\shop\\u12"]}', 'C:\\shop\\u12'],
    ['a comma too many', '{"a":[[1,2,],]}', [1, 2]],
  ])('are mended: %s', (_, text, value) => {
    expect(read(text, ['a[]'])).toEqual({
      parts: [['a[]', value, 1]],
      notes: ['Damaged JSON was mended (line 1)'],
      cut: null,
    })
  })

  it('may have text around them, or one another', () => {
    expect(read('> shop@1.0.0 test\n[INFO] {x}\n{"a":[1]}\n{"a":[2]}\nDone in 3s.', ['a[]'])).toEqual({
      parts: [
        ['a[]', 1, 3],
        ['a[]', 2, 4],
      ],
      notes: [
        'Text before the report was not read (line 1)',
        'The file holds several documents, one after the other (line 4)',
        'Text after the end of the report was not read (line 5)',
      ],
      cut: null,
    })
  })
})

describe('the head of a document', () => {
  it('shows the keys, and the first value of each', () => {
    const head = jsonHead('> npm\n\n{"a":{"b":[{"c":"x"},{"c":"y","d":tru')
    expect([head?.root, head?.has('a.b'), head?.has('a.b[].d'), head?.has('c'), head?.text('a.b[].c')]).toEqual([
      'object',
      true,
      true,
      false,
      'x',
    ])
  })

  it.each(['', 'ok 1', '<a/>', '[INFO] a', '{ a: 1 }'])('is none: %j', (text) => {
    expect(jsonHead(text)).toBeNull()
  })
})
