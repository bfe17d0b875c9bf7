import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { outline, readText } from '../test-support.ts'
import { mocha } from './mocha.format.ts'
import { mochawesome } from './mochawesome.format.ts'

const { text } = fixtures(import.meta.url)

describe('Mocha JSON', () => {
  itReads(mocha, import.meta.url, {
    'mocha.json': [
      'passed no suite at all',
      'passed adds an item [cart]',
      'failed counts <two> & "three" [cart]',
      'skipped removes an item [cart]',
      'skipped moves an item [cart]',
      'passed zählt größe ✓ 😀 [cart]',
      'failed>failed>passed is flaky [cart]',
      'failed>failed never passes [cart]',
      'failed takes too long [cart]',
      'passed takes 1 percent [cart with a voucher]',
      'passed takes 2 percent [cart with a voucher]',
      'passed opens [till]',
      'skipped is skipped as it runs [cart]',
      'error "before all" hook for "opens" [shop]',
      'error "before each" hook for "closes" [till]',
    ],
  })
})

describe('mochawesome', () => {
  itReads(mochawesome, import.meta.url, {
    'mochawesome.json': [
      'passed no suite at all',
      'passed adds an item [cart]',
      'failed counts <two> & "three" [cart]',
      'skipped removes an item [cart]',
      'skipped moves an item [cart]',
      'passed zählt größe ✓ 😀 [cart]',
      'passed is flaky [cart]',
      'failed never passes [cart]',
      'failed takes too long [cart]',
      'skipped is skipped as it runs [cart]',
      'passed takes 1 percent [cart | with a voucher]',
      'passed takes 2 percent [cart | with a voucher]',
      'error "before all" hook for "opens" [shop]',
      'skipped opens [shop]',
      'skipped closes [shop]',
      'error "before each" hook for "closes" [till]',
      'passed opens [till]',
      'skipped closes [till]',
      'skipped rings [till]',
    ],
  })
})

describe('what Mocha says besides the verdict', () => {
  it('reads the errors of both reports alike', () => {
    const messages = [readText(mocha, text('mocha.json')), readText(mochawesome, text('mochawesome.json'))].map(
      ({ cases }) =>
        cases
          .filter(({ attempts }) => attempts.at(-1)?.status !== 'passed' && attempts.at(-1)?.message)
          .map(({ name, attempts }) => [name, attempts.at(-1)?.message]),
    )
    expect(new Set(messages[1]?.map(String))).toEqual(new Set(messages[0]?.map(String)))
  })

  it('takes tests of old versions, which have no speed, for passed unless they are pending', () => {
    const test = (title: string, more = {}) => ({
      title,
      fullTitle: `cart ${title}`,
      currentRetry: 0,
      err: {},
      ...more,
    })
    const report = {
      stats: { passes: 1, pending: 2 },
      tests: [test('adds', { duration: 1 }), test('skips', { duration: 0 }), test('waits')],
      pending: [test('skips', { duration: 0 }), test('waits')],
      failures: [],
      passes: [test('adds', { duration: 1 })],
    }
    expect(outline(readText(mocha, JSON.stringify(report)))).toEqual([
      'skipped waits [cart]',
      'skipped skips [cart]',
      'passed adds [cart]',
    ])
  })

  it('sorts what was added to the context into texts and files', () => {
    const context = JSON.stringify([
      { title: 'shot', value: 'out/shot.png' },
      'a text',
      { title: 'n', value: { a: 1 } },
    ])
    const test = { title: 'a', state: 'passed', pass: true, err: {}, context, duration: 3 }
    const report = { stats: { passPercent: 100 }, results: [{ fullFile: 'a.js', tests: [test], suites: [] }] }
    expect(readText(mochawesome, JSON.stringify(report)).cases[0]).toEqual({
      path: [],
      name: 'a',
      file: 'a.js',
      properties: [],
      attempts: [
        {
          status: 'passed',
          seconds: 0.003,
          output: 'a text\nn: {"a":1}',
          steps: [],
          attachments: [{ name: 'shot', path: 'out/shot.png' }],
        },
      ],
      line: 1,
    })
  })
})
