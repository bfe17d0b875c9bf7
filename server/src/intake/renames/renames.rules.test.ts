import { describe, expect, it } from 'vitest'
import { type Called, pairsOf, shareWords, wordsOf } from './renames.rules.ts'

const called = (testId: number, name: string, o: Partial<Called> = {}): Called => ({
  testId,
  name,
  className: null,
  file: '',
  ...o,
})

const told = async (news: Called[], missing: Called[]) => {
  const { certain, doubtful } = await pairsOf(news, missing)
  const shown = (pairs: typeof certain) => pairs.map(({ from, to, reason }) => `${from}>${to} ${reason}`).sort()
  return { certain: shown(certain), doubtful: shown(doubtful) }
}

const LONG = 'a customer who is not signed in sees the price of everything in the cart'

describe('a new test and a missing one are a pair', () => {
  it.each([
    ['where name and class agree', { className: 'Cart' }, { className: 'Cart', file: 'b.ts' }, 'name and class'],
    ['where name and file agree', { file: 'a.ts', className: 'A' }, { file: 'a.ts', className: 'B' }, 'name and file'],
  ])('%s', async (_, one, other, reason) => {
    expect(await told([called(2, 'adds', other)], [called(1, 'adds', one)])).toEqual({
      certain: [`1>2 ${reason}`],
      doubtful: [],
    })
  })

  it.each([
    ['only the name', called(1, 'adds'), called(2, 'adds')],
    ['another class', called(1, 'adds', { className: 'Cart' }), called(2, 'adds', { className: 'Basket' })],
    ['the words in another order', called(1, 'own 1 2', { file: 'a.ts' }), called(2, 'own 2 1', { file: 'a.ts' })],
    ['another file', called(1, 'adds', { file: 'a.ts' }), called(2, 'adds', { file: 'b.ts' })],
    ['one word of a few', called(1, 'adds an item', { file: 'a.ts' }), called(2, 'adds an order', { file: 'a.ts' })],
    ['signs without a word', called(1, '+', { file: 'a.ts' }), called(2, '-', { file: 'a.ts' })],
  ])('but not with %s', async (_, one, other) => {
    expect(await told([other], [one])).toEqual({ certain: [], doubtful: [] })
  })

  it('where the file and nine of ten words agree', async () => {
    const file = { file: 'cart.ts' }
    const renamed = LONG.replace('everything', 'all')
    expect((await told([called(2, renamed, file)], [called(1, LONG, file)])).certain).toEqual(['1>2 file and words'])
    const other = renamed.replace('customer', 'guest')
    expect((await told([called(2, other, file)], [called(1, LONG, file)])).certain).toEqual([])
    const spelled = await told([called(2, 'adds_an_item', file)], [called(1, 'addsAnItem', file)])
    expect(spelled.certain).toEqual(['1>2 file and words'])
  })

  it('that is certain only where neither agrees with any other', async () => {
    const file = { file: 'a.ts' }
    const two = await told(
      [called(11, 'adds', { ...file, className: 'C' }), called(12, 'adds', { ...file, className: 'D' })],
      [called(1, 'adds', { ...file, className: 'A' })],
    )
    expect(two).toEqual({ certain: [], doubtful: ['1>11 name and file', '1>12 name and file'] })
    // By class it would be clear, by file it is not.
    const mixed = await told(
      [called(11, 'adds', { file: 'a.ts', className: 'A' })],
      [called(1, 'adds', { file: 'b.ts', className: 'A' }), called(2, 'adds', { file: 'a.ts', className: 'B' })],
    )
    expect(mixed).toEqual({ certain: [], doubtful: ['1>11 name and class', '2>11 name and file'] })
  })

  it('that counts once, by whatever name the old one is known', async () => {
    const keys = [called(1, 'adds', { className: 'A' }), called(1, 'adds', { className: 'A', file: 'x.ts' })]
    expect((await told([called(2, 'adds', { className: 'A', file: 'y.ts' })], keys)).certain).toEqual([
      '1>2 name and class',
    ])
  })
})

describe('what is compared', () => {
  const many = (from: number, count: number, of: (n: number) => Called) =>
    Array.from({ length: count }, (_, n) => of(from + n))

  it('grows with the tests, not with their pairs, whatever they agree in', async () => {
    const alike = (id: number) => called(id, 'adds', { className: 'Cart', file: 'a.ts' })
    const { certain, doubtful, isLimited } = await pairsOf(many(1, 3000, alike), many(10_001, 3000, alike))
    expect([certain, doubtful.length <= 3000 * 10, isLimited]).toEqual([[], true, true])
    const long = (id: number) => called(id, `${LONG} number ${id} of them`, { file: 'a.ts' })
    const some = await pairsOf(many(1, 3000, long), many(10_001, 3000, long))
    expect([some.certain, some.doubtful, some.isLimited]).toEqual([[], [], true])
  })

  it('is everything where a class was renamed', async () => {
    const of = (className: string) => (id: number) => called(id, `case ${id % 1000}`, { className, file: 'a.ts' })
    const { certain, doubtful } = await pairsOf(many(2000, 1000, of('New')), many(1000, 1000, of('Old')))
    expect([certain.length, doubtful]).toEqual([1000, []])
    expect(certain.every(({ from, to }) => to === from + 1000)).toBe(true)
  })
})

describe('words', () => {
  it.each([
    ['addsAnItem', ['adds', 'an', 'item']],
    ['test_adds_2_items', ['test', 'adds', '2', 'items']],
    ['Größe über 10', ['größe', 'über', '10']],
    ['日本語 テスト', ['日本語', 'テスト']],
    ['+-*/', []],
  ])('of %s', (name, words) => expect(wordsOf(name)).toEqual(words))

  it('agree in whatever order, each as often as it stands', () => {
    expect(shareWords(['a', 'b'], ['b', 'a'])).toBe(true)
    expect(shareWords(['a', 'a'], ['a', 'b'])).toBe(false)
    expect(shareWords([], [])).toBe(false)
  })
})
