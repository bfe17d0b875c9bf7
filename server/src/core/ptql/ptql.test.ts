import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayText, shift, stretchOf } from './dates.ts'
import { compareTexts, matchesPattern } from './match-text.ts'
import { parse } from './parse.ts'
import { PtqlError } from './ptql-error.ts'
import type { Query } from './syntax.ts'
import { tokenize } from './tokenize.ts'

/** A query's tree as nested words. */
function shape(query: Query): unknown {
  if ('parts' in query) return [query.kind, ...query.parts.map(shape)]
  if (query.kind === 'not') return ['not', shape(query.part)]
  if (query.kind === 'linked')
    return query.where ? ['linked', query.entity, shape(query.where)] : ['linked', query.entity]
  if (query.kind === 'view') return ['view', query.id ?? query.path?.map(({ name }) => name)]
  return `${query.negated ? 'not ' : ''}${query.field.name} ${query.operation.op}`
}

describe('parse', () => {
  it.each([
    ['a = 1 or b = 2 and not c = 3', ['or', 'a =', ['and', 'b =', ['not', 'c =']]]],
    ['(a = 1 or b = 2) and c != 3', ['and', ['or', 'a =', 'b ='], 'not c =']],
    ['a is not empty and b is null', ['and', 'not a EMPTY', 'b EMPTY']],
    ['a between 1 and 2 and b not between 1 and 2', ['and', 'a BETWEEN', 'not b BETWEEN']],
    ['linked to test sets where (a in (1, "x"))', ['linked', 'TestSet', 'a IN']],
    ['linked to "Test Set" and linked to suites', ['and', ['linked', 'TestSet'], ['linked', 'TestSet']]],
    ["VIEW #12 OR VIEW 'a'/\"b\" / 'c'", ['or', ['view', 12], ['view', ['a', 'b', 'c']]]],
    ['---f-1 = x and ___f_2 not like "y"', ['and', '---f-1 =', 'not ___f_2 LIKE']],
    ['"NOT" = 1', 'NOT ='],
    ['Größe-2_x = 1', 'Größe-2_x ='],
  ])('%s', (query, tree) => expect(shape(parse(query))).toEqual(tree))

  it('never throws anything but a PtqlError, whose place lies in the query', () => {
    const word = fc.constantFrom(
      ...'a = 1 ( ) AND OR NOT IN LIKE "x" VIEW #1 / LINKED TO Test WHERE , -3 <= 2025-01-01 IS EMPTY'.split(' '),
    )
    const random = fc.oneof(
      fc.array(word, { maxLength: 30 }).map((words) => words.join(' ')),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(random, (query) => {
        try {
          parse(query)
        } catch (error) {
          if (!(error instanceof PtqlError)) throw error
          expect(error.place.position).toBeLessThanOrEqual([...query].length)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('tokenize', () => {
  const values = (query: string) => tokenize(query).map(({ kind, value }) => `${kind} ${value}`)

  it('reads escapes in strings, and lets other backslashes stand', () => {
    expect(values(`"a\\"b\\\\c\\d" 'it''s' "say ""hi""" "''"`)).toEqual([
      'string a"b\\c\\d',
      "string it's",
      'string say "hi"',
      "string ''",
      'end ',
    ])
  })

  it('tells numbers, dates and words apart', () => {
    expect(values('-1.50 2025-03-01 2025-03-01T10:00:00+02:00 x-1 ---f-7')).toEqual([
      'number -1.50',
      'date 2025-03-01',
      'date 2025-03-01T10:00:00+02:00',
      'word x-1',
      'cfkey ---f-7',
      'end ',
    ])
  })
})

describe('dates', () => {
  const at = (text: string) => Date.parse(text)

  it('shift by calendar units; a day that a month lacks becomes its last', () => {
    const moved = (from: string, count: number, unit: 'month' | 'year' | 'week') =>
      new Date(shift(at(from), count, unit)).toISOString()
    expect(moved('2025-03-31T10:00:00Z', -1, 'month')).toBe('2025-02-28T10:00:00.000Z')
    expect(moved('2024-03-31T10:00:00Z', -1, 'month')).toBe('2024-02-29T10:00:00.000Z')
    expect(moved('2024-02-29T00:00:00Z', 1, 'year')).toBe('2025-02-28T00:00:00.000Z')
    expect(moved('2025-01-15T00:00:00Z', -13, 'month')).toBe('2023-12-15T00:00:00.000Z')
    expect(moved('2025-03-31T00:00:00Z', 2, 'week')).toBe('2025-04-14T00:00:00.000Z')
    expect(moved('2025-03-31T00:00:00Z', -99_999, 'year')).toBe('0001-01-01T00:00:00.000Z')
    expect(moved('2025-03-31T00:00:00Z', Number.POSITIVE_INFINITY, 'month')).toBe('9999-12-31T23:59:59.999Z')
  })

  it('cover a day, or a second', () => {
    expect(stretchOf('2025-03-01')).toEqual({ start: at('2025-03-01'), end: at('2025-03-02') - 1 })
    expect(stretchOf('2025-03-01T10:00:00.500Z')).toEqual({
      start: at('2025-03-01T10:00:00Z'),
      end: at('2025-03-01T10:00:00.999Z'),
    })
    expect(stretchOf('0000-01-01')?.start).toBe(at('0001-01-01T00:00:00Z'))
    expect(stretchOf('2025-02-30')).toBeUndefined()
    expect(dayText(at('2025-03-01T23:59:59Z'))).toBe('2025-03-01')
  })
})

describe('texts', () => {
  it('match LIKE patterns as a regular expression would', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '.'), maxLength: 8 })
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '.', '%', '_'), maxLength: 6 })
    fc.assert(
      fc.property(letters, patterns, (text, pattern) => {
        const source = pattern.replaceAll('.', '\\.').replaceAll('%', '.*').replaceAll('_', '.')
        expect(matchesPattern(text, pattern)).toBe(new RegExp(`^${source}$`, 'su').test(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('compare by code point, not by UTF-16 unit', () => {
    expect(compareTexts('\uffff', '😀')).toBeLessThan(0)
    expect(compareTexts('a', 'ab')).toBeLessThan(0)
    expect(compareTexts('b', 'ab')).toBeGreaterThan(0)
  })
})
