import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Case } from '../readers/model.ts'
import { fittingName, identify, longerNames, normaliseFile, sameFile } from './identity.ts'

const OPTIONS = { namespace: '', variant: '', variantBy: [] }

const caseOf = (parts: Partial<Case>): Case => ({
  path: [],
  name: 'adds',
  properties: [],
  attempts: [{ status: 'passed', seconds: 0, steps: [], attachments: [] }],
  line: 1,
  ...parts,
})

const keyOf = (parts: Partial<Case>, options = {}) => identify(caseOf(parts), { ...OPTIONS, ...options }).key

describe('what names a test', () => {
  it('joins its parts so that none can be taken for another', () => {
    const keys = [
      keyOf({ path: ['a', 'b'], name: 'c' }),
      keyOf({ path: ['a'], name: 'b c' }),
      keyOf({ path: ['a'], className: 'b', name: 'c' }),
      keyOf({ path: ['a b'], name: 'c' }),
      keyOf({ name: 'c', parameters: { a: 'b' } }),
      keyOf({ path: ['a', 'b'], name: 'c' }, { namespace: 'shop' }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('leaves out what only says where or when it ran', () => {
    const plain = keyOf({ path: ['cart'], className: 'Cart' })
    expect(keyOf({ path: ['pytest', 'cart', 'Cart'], className: 'Cart' })).toBe(plain)
    expect(keyOf({ path: ['HeadlessChrome 120.0.0.0 (Linux x86_64)', 'cart'], className: 'Cart' })).toBe(plain)
    expect(keyOf({ path: ['gw3', '2026-03-01T10:00:00', 'cart'], className: 'Cart' })).toBe(plain)
    expect(keyOf({ path: ['src\\cart.test.ts', 'cart'], className: 'Cart', file: '/app/src/cart.test.ts' })).toBe(plain)
  })

  it('tells browsers apart as variants of one test', () => {
    const [chrome, firefox] = ['Chrome 120.0 (Linux)', 'firefox'].map((name) =>
      identify(caseOf({ path: [name, 'cart'] }), OPTIONS),
    )
    expect([chrome?.variant, firefox?.variant]).toEqual(['chrome', 'firefox'])
    expect(chrome?.key).toBe(firefox?.key)
    expect(identify(caseOf({ path: ['detection', 'firefox'] }), OPTIONS).variant).toBe('')
  })

  it('puts what a case says of its environment behind what the import says', () => {
    const options = { ...OPTIONS, variant: 'linux' }
    expect(identify(caseOf({ variant: 'chromium' }), options).variant).toBe('linux/chromium')
    const properties = [['Browser', 'safari']] as const
    expect(identify(caseOf({ properties }), { ...options, variantBy: ['browser'] }).variant).toBe('linux/safari')
  })

  it('is named only by what is meant to name tests', () => {
    const named = (name: string, value: string, identityProperty?: string) =>
      identify(caseOf({ properties: [[name, value]] }), { ...OPTIONS, identityProperty }).named
    expect(named('assay_test_id', '12')).toEqual({ id: 12, text: '12' })
    expect(named('assay_test', '#7')).toEqual({ displayId: 7, text: '#7' })
    expect(named('assay_test_id', 'x')).toEqual({ text: 'x' })
    expect(named('test_id', '12')).toBeUndefined()
    expect(named('test_id', '12', 'test_id')).toEqual({ displayId: 12, text: '12' })
    expect(identify(caseOf({ name: 'adds [#31]' }), OPTIONS).named).toEqual({ displayId: 31, text: '#31' })
  })
})

describe('files of tests', () => {
  it.each([
    ['/home/runner/work/shop/shop/src/cart.test.ts', 'src/cart.test.ts'],
    ['C:\\agent\\src\\cart.cs', 'agent/src/cart.cs'],
    ['file:///github/workspace/a/b.py', 'a/b.py'],
    ['./a/../b/c.go', 'b/c.go'],
    ['/builds/team/shop/spec/a_spec.rb', 'spec/a_spec.rb'],
  ])('%s is %s', (file, normal) => expect(normaliseFile(file)).toBe(normal))

  it('is the same where the last two parts agree', () => {
    expect(sameFile('packages/ui/src/index.test.ts', 'src/index.test.ts')).toBe(true)
    expect(sameFile('packages/ui/index.test.ts', 'packages/api/index.test.ts')).toBe(false)
  })
})

describe('names of new tests', () => {
  it('shows the class, else the innermost suite, in front', () => {
    const shown = (parts: Partial<Case>) => identify(caseOf(parts), OPTIONS).shownName
    expect(shown({ path: ['shop', 'cart'], className: 'CartTest' })).toBe('CartTest › adds')
    expect(shown({ path: ['shop', 'cart'] })).toBe('cart › adds')
    expect(shown({ parameters: { a: '1', b: '2' } })).toBe('adds [a=1, b=2]')
    expect(shown({ name: ' ' })).toBe('(unnamed)')
  })

  it('puts ever more in front where a name is taken, and ends with what nothing else has', () => {
    const found = caseOf({ path: ['shop', 'cart'], file: 'src/cart.ts' })
    const identity = identify(found, OPTIONS)
    expect([...longerNames(found, identity)]).toEqual([
      'shop › cart › adds',
      'src/cart.ts › cart › adds',
      `cart › adds ~${identity.key.slice(0, 16)}`,
    ])
  })

  it('cuts long ones so that two never become one', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (one, other) => {
        const [a, b] = [`${'x'.repeat(1000)}${one}`, `${'x'.repeat(1000)}${other}`].map(fittingName)
        expect([...(a as string)].length).toBeLessThanOrEqual(1000)
        expect(a === b).toBe(one === other)
      }),
    )
  })
})
