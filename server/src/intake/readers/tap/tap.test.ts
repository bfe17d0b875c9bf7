import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { outline, readText } from '../test-support.ts'
import { tap } from './tap.format.ts'

const { text } = fixtures(import.meta.url)

describe('TAP', () => {
  itReads(tap, import.meta.url, {
    'node.tap': [
      'failed /home/ci/shop/broken.test.mjs',
      'passed adds an item [cart]',
      'failed counts <two> & "three" # one [cart]',
      'skipped removes an item [cart]',
      'skipped moves an item [cart]',
      'passed zählt größe ✓ 😀 [cart]',
      'failed takes too long [cart]',
      'passed takes 1 percent [cart | with a voucher]',
      'passed takes 2 percent [cart | with a voucher]',
      'passed part one [no suite at all]',
      'failed part two [no suite at all]',
    ],
    'tap.tap': [
      'passed adds an item [cart]',
      'failed counts <two> & "three" [cart]',
      'passed takes 1 percent [cart | with a voucher]',
      'skipped takes 2 percent [cart | with a voucher]',
      'skipped removes an item [cart]',
      'passed no suite at all',
    ],
    'ava.tap': ['skipped removes', 'skipped moves', 'passed adds an item', 'failed counts', 'passed is known to fail'],
    'mocha.tap': [
      'passed no suite at all',
      'passed cart adds an item',
      'failed cart counts <two> & "three"',
      'skipped cart removes an item',
      'skipped cart moves an item',
      'passed cart zählt größe ✓ 😀',
      'passed cart is flaky',
      'failed cart never passes',
      'failed cart takes too long',
      'skipped cart is skipped as it runs',
      'passed cart with a voucher takes 1 percent',
      'passed cart with a voucher takes 2 percent',
      'failed shop "before all" hook for "opens"',
      'passed till opens',
      'failed till "before each" hook for "closes"',
    ],
    'vitest.tap': [
      'failed broken.test.ts',
      'passed adds an item [cart.test.ts | cart]',
      'failed counts <two> & "three" [cart.test.ts | cart]',
      'skipped removes an item [cart.test.ts | cart]',
      'skipped moves an item [cart.test.ts | cart]',
      'passed zählt größe ✓ 😀 [cart.test.ts | cart]',
      'passed is flaky [cart.test.ts | cart]',
      'failed never passes [cart.test.ts | cart]',
      'passed is known to fail [cart.test.ts | cart]',
      'failed takes too long [cart.test.ts | cart]',
      'passed takes 1 percent [cart.test.ts | cart | with a voucher]',
      'passed takes 2 percent [cart.test.ts | cart | with a voucher]',
      'skipped is skipped as it runs [cart.test.ts | cart]',
      'passed no suite at all [cart.test.ts]',
      'skipped opens [hooks.test.ts | shop]',
      'skipped closes [hooks.test.ts | shop]',
      'failed shop [hooks.test.ts]',
    ],
  })
})

describe('TAP as it is spelled', () => {
  const read = (report: string) => readText(tap, report)

  it.each<[string, string, string[], string | null]>([
    ['a plan in front', '1..2\nok 1 - a\nnot ok 2 - b\n', ['passed a', 'failed b'], null],
    ['points without numbers or names', '1..2\nok\nnot ok\n', ['passed #1', 'failed #2'], null],
    ['points that never came', 'TAP version 13\n1..3\nok 1 a\n', ['passed a', 'error [suite]'], null],
    ['no plan', 'TAP version 13\nok 1 a\n', ['passed a'], 'The report ends without its plan'],
    ['a file that was skipped whole', '1..0 # SKIP no shop\n', ['skipped [suite]'], null],
    ['a bail out', '1..2\nok 1 a\nBail out! no database\n', ['passed a', 'error [suite]'], null],
    ['directives', '1..2\nok 1 a # skip no shop\nnot ok 2 b # TODO later\n', ['skipped a', 'skipped b'], null],
    ['escapes', '1..1\nok 1 - a \\# skip \\\\ b\n', ['passed a # skip \\ b'], null],
    ['a subtest without a header', '    ok 1 - a\n    1..1\nok 1 - s\n1..1\n', ['passed a [s]'], null],
    ['a subtest in braces', 'ok 1 - s {\n    ok 1 - a\n    1..1\n}\n1..1\n', ['passed a [s]'], null],
    ['an empty subtest', '# Subtest: s\n    1..0 # no tests\nok 1 - s\n1..1\n', ['passed s'], null],
    [
      'a subtest that failed by itself',
      '# Subtest: s\n    ok 1 - a\n    1..1\nnot ok 1 - s\n1..1\n',
      ['passed a [s]', 'failed s'],
      null,
    ],
    ['two streams', 'TAP version 13\n1..1\nok 1 a\nTAP version 13\n1..1\nok 1 b\n', ['passed a', 'passed b'], null],
  ])('%s', (_, report, cases, cut) => {
    const reading = read(report)
    expect([outline(reading), reading.cut]).toEqual([cases, cut])
  })

  it('reads what a diagnosis says', () => {
    const attempts = readText(tap, text('node.tap')).cases.map(({ attempts }) => attempts[0])
    expect(attempts[2]).toEqual({
      status: 'failed',
      seconds: 0.002165,
      type: 'AssertionError',
      message: 'Expected values to be strictly deep-equal:\n+ actual - expected\n\n  {\n+   a: 1\n-   a: 2\n  }',
      details: expect.stringContaining("failureType: 'testCodeFailure'"),
      steps: [],
      attachments: [],
    })
    expect(readText(tap, text('vitest.tap')).cases[2]?.attempts[0]).toMatchObject({
      seconds: expect.any(Number),
      type: 'AssertionError',
      message: 'expected { a: 1 } to deeply equal { a: 2 }',
    })
  })

  it('gives output to the point behind it, and diagnostics to the point before', () => {
    const { cases, notes } = read(
      '1..2\nadding\nok 1 a\nnot ok 2 b\n#   Failed test b\n#   at t/b.t line 3\n# tests 2\n',
    )
    expect(cases.map(({ attempts }) => attempts[0]?.output)).toEqual([
      'adding',
      '#   Failed test b\n#   at t/b.t line 3\n# tests 2',
    ])
    expect(notes).toEqual([])
  })

  it('keeps of a diagnosis what a person can read', () => {
    const lines = '  a: b\n'.repeat(200_000)
    const { cases, notes } = read(`TAP version 13\nnot ok 1 a\n  ---\n  message: broke\n${lines}  ...\nok 2 b\n`)
    expect(cases.map(({ attempts }) => attempts[0]?.message)).toEqual(['broke', undefined])
    expect((cases[0]?.attempts[0]?.details?.length ?? 0) <= 524_288).toBe(true)
    expect(notes.join()).toContain('What a diagnosis has beyond 524288 characters is left out')
  })

  it('ends where subtests are nested more than a thousand deep', () => {
    const deep = Array.from({ length: 1200 }, (_, i) => `${'    '.repeat(i)}# Subtest: a\n`).join('')
    expect(read(`${deep}${'    '.repeat(1200)}ok 1 - x\n`).cut).toBe(
      'Subtests are nested more than 1,000 deep (line 1201)',
    )
  })
})
