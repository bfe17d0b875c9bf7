import { describe, expect, it } from 'vitest'
import { parseJson } from './jsonapi/lenient-json.ts'
import { parseQuery } from './jsonapi/query.ts'
import { canonicalDecimal, decodeBase64, formatDuration, parseDate, parseDuration, parseTimestamp } from './scalars.ts'
import { cut, lengthOf } from './text.ts'

describe('durations', () => {
  it.each([
    ['0:00:05', 5],
    ['100:59:59', 363_599],
    [12.5, 13],
    ['12.345', 12],
    ['8.6e-05', 0],
    [null, 0],
    ['', 0],
    [2 ** 31 - 1, 2 ** 31 - 1],
    [2 ** 31, undefined],
    ['1:60:00', undefined],
    [-1, undefined],
    ['soon', undefined],
    [{}, undefined],
  ])('reads %j as %j seconds', (sent, seconds) => {
    expect(parseDuration(sent)).toBe(seconds)
  })

  it('shows hours beyond two digits', () => {
    expect([formatDuration(0), formatDuration(363_599)]).toEqual(['00:00:00', '100:59:59'])
  })
})

describe('dates and times', () => {
  it.each([
    ['2025-03-01T12:43:31Z', '2025-03-01T12:43:31.000Z'],
    ['2025-03-01T12:43:31+02:00', '2025-03-01T10:43:31.000Z'],
    ['2025-03-01T12:43', '2025-03-01T12:43:00.000Z'],
    ['2025-03-01', '2025-03-01T00:00:00.000Z'],
    ['2024-02-29 01:02:03.5', '2024-02-29T01:02:03.500Z'],
  ])('reads %s', (sent, iso) => {
    expect(new Date(parseTimestamp(sent) as number).toISOString()).toBe(iso)
  })

  it.each([
    '2025-02-29',
    '2025-13-01',
    '2025-01-01T25:00',
    '2025-01-01T00:00+24:00',
    '2025-01-01T00:00+00:60',
    'yesterday',
    '',
    5,
  ])('refuses %j', (sent) => {
    expect(parseTimestamp(sent)).toBeUndefined()
  })

  it('cuts a timestamp to the date as written', () => {
    expect(parseDate('2025-03-01T23:59:59-11:00')).toBe('2025-03-01')
  })
})

describe('canonical decimals', () => {
  it.each([
    ['4521', '4521'],
    ['0012.50', '12.5'],
    ['-0', '0'],
    ['1e3', '1000'],
    ['12.5e-3', '0.0125'],
    ['.5', '0.5'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['x', undefined],
    ['9'.repeat(101), undefined],
    ['1e999999999', undefined],
  ])('%s → %s', (sent, shown) => {
    expect(canonicalDecimal(sent)).toBe(shown)
  })
})

describe('base64', () => {
  it('ignores line breaks, padding and alphabet, and refuses the rest', () => {
    const texts = ['aGVs\nbG8=', 'aGVsbG8', 'data:text/plain;base64,aGVsbG8=', ' aGVs bG8= ']
    expect(texts.map((text) => decodeBase64(text)?.toString())).toEqual(Array(4).fill('hello'))
    expect(decodeBase64('-_8')).toEqual(Buffer.from('fb,ff'.split(',').join(''), 'hex'))
    expect(decodeBase64('')).toHaveLength(0)
    expect(['a', '***', 'aGVs=bG8'].map(decodeBase64)).toEqual([undefined, undefined, undefined])
  })
})

describe('texts', () => {
  it('counts and cuts by code points', () => {
    expect([lengthOf('a😀b'), cut('a😀b', 2)]).toEqual([3, 'a😀'])
  })
})

describe('queries', () => {
  it('take broken escapes literally, however many there are, and read the others as UTF-8', () => {
    const many = parseQuery('%zz=%zz&'.repeat(32_000))
    expect([many.pairs.length, many.pairs.at(-1)?.value]).toEqual([32_000, '%zz'])
    expect(
      ['a=%', 'a=%4', 'a=%41', 'a=%C3%A9', 'a=%E9', 'a=\xC3\xA9%c3%a9%', 'a=%00'].map((text) =>
        parseQuery(text).get('a'),
      ),
    ).toEqual(['%', '%4', 'A', 'é', '\uFFFD', 'éé%', '\uFFFD'])
  })

  it('read forms leniently', () => {
    const query = parseQuery('a_b=1&A-B=2&&x&ids[]=1,%202&ids=3&bad=%zz+%2B&')
    expect([query.get('a-b'), query.ids('ids'), query.get('bad'), query.get('x')]).toEqual([
      '2',
      [1, 2, 3],
      '%zz +',
      undefined,
    ])
  })
})

describe('JSON bodies', () => {
  it('keep the literals of numbers', () => {
    const json = parseJson(Buffer.from('{"a":[1.50,"x",7],"a_B":2.0,"A-b":3.0}'))
    const paths = [['a', 0], ['a', 1], ['a', 2], ['a', 3], ['a-b'], ['c', 'd']]
    expect(paths.map((path) => json.literalAt(path))).toEqual(['1.50', '', '7', '', '3.0', ''])
  })

  it('name the place of an error in the text as sent', () => {
    expect(() => parseJson(Buffer.from('{"a":"x\ny",\n !}'))).toThrow('line 3, column 2')
  })
})
