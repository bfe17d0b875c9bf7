import { describe, expect, it } from 'vitest'
import { expectLinear } from '../../../../test-support/growth.ts'
import type { Attempt } from '../readers/model.ts'
import { agreementOf, measureCorpus } from './measure.ts'
import { pairwise } from './pairwise.ts'
import { readFailure, signatureOf } from './signature.ts'

const attempt = (texts: Partial<Attempt>): Attempt => ({
  status: 'failed',
  seconds: 0,
  steps: [],
  attachments: [],
  ...texts,
})

const signatureIn = (failed: Attempt, test: string) => signatureOf(readFailure(failed), test)

describe('signatureOf', () => {
  const corpus = measureCorpus()

  it.each([
    ['tuned on first', corpus.filter(({ isHeldOut }) => !isHeldOut)],
    ['measured on last', corpus.filter(({ isHeldOut }) => isHeldOut)],
  ])('agrees with people about the failures of the corpus that signatures were %s', (_, failures) => {
    const { causes, failures: places } = agreementOf(failures)
    expect(failures.length).toBeGreaterThan(50)
    expect(causes.precision).toBeGreaterThanOrEqual(0.98)
    expect(causes.recall).toBeGreaterThanOrEqual(0.95)
    expect(places.precision).toBeGreaterThanOrEqual(0.98)
    expect(places.recall).toBeGreaterThanOrEqual(0.95)
  })

  it('takes what says nothing for the failure of its test', () => {
    const [one, two] = [signatureIn(attempt({}), '1'), signatureIn(attempt({}), '2')]
    expect(one).toEqual(signatureIn(attempt({}), '1'))
    expect(one.cause).not.toBe(two.cause)
    expect(one).toMatchObject({ kind: null, title: 'Failed without a message' })
  })

  it('tells the type of an exception that stands in front of the message', () => {
    const { kind, title } = signatureIn(attempt({ message: "KeyError: 'price'" }), '1')
    expect({ kind, title }).toEqual({ kind: 'KeyError', title: "'price'" })
  })

  it('puts an assertion that says nothing by itself where it stands', () => {
    const message = 'expected: <3> but was: <2>'
    const at = (method: string, line: number) =>
      signatureIn(attempt({ message, details: `${message}\n\tat a.b.CartTest.${method}(CartTest.java:${line})` }), '1')
    expect(at('counts', 7)).toEqual(at('counts', 9))
    expect(at('counts', 7).cause).not.toBe(at('sums', 7).cause)
  })

  it('finds one outage in the messages of many tests', () => {
    const found = [3000, 8080, 5432].map((port) =>
      signatureIn(attempt({ message: `connect ECONNREFUSED 127.0.0.1:${port}` }), `${port}`),
    )
    expect(new Set(found.map(({ cause }) => cause)).size).toBe(1)
    expect(new Set(found.map(({ signature }) => signature)).size).toBe(3)
  })
})

describe('a failure costs what its length costs', { timeout: 120_000 }, () => {
  it.each<[string, string]>([
    ['letters', 'a'],
    ['digits', '0'],
    ['words', 'expected a1b2 to equal c3d4 '],
    ['open brackets', '['],
    ['open quotes', `'"`],
    ['labels', 'expected: <'],
    ['lines', 'expected: 1\n'],
    ['addresses', 'a.b-c.d:1 '],
    ['paths', '/a/b\\c:\\d'],
    ['frames', '    at a.b.C.d(E.java:1)\n'],
    ['places', '/a/b.php:1\n'],
    ['colours', '\u001b[31m'],
    ['colours without end', '\u001b]8;;'],
  ])('of %s', async (_, unit) => {
    await expectLinear(
      250_000,
      (n) => unit.repeat(Math.ceil(n / unit.length)),
      (text) => signatureIn(attempt({ type: text, message: text, details: text }), '1'),
    )
  })
})

describe('pairwise', () => {
  it('counts the pairs that belong together, and those that were put together', () => {
    const things = [
      ['a', '1'],
      ['a', '1'],
      ['a', '2'],
      ['b', '2'],
    ] as const
    expect(pairwise(things)).toEqual({ precision: 1 / 2, recall: 1 / 3 })
  })
})
