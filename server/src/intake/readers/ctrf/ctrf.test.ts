import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { readText } from '../test-support.ts'
import { ctrf } from './ctrf.format.ts'

const { text } = fixtures(import.meta.url)

describe('CTRF', () => {
  itReads(ctrf, import.meta.url, {
    'old-schema.json': [
      'passed adds an item [cart]',
      'failed counts <two> ✓ [cart | with a voucher] {chromium Pixel 9}',
      'failed>failed>passed is flaky',
      'failed>failed never passes',
      'skipped comes later',
      'unknown went somewhere',
    ],
    'new-schema.json': [
      'failed>passed is flaky [cart | with a voucher]',
      'failed pays (amount=5, card=größe ✓)',
      'passed opens',
    ],
    'jest.ctrf.json': [
      'passed cart adds an item [cart.test.js | cart]',
      'failed>failed>failed cart counts <two> & "three" [cart.test.js | cart]',
      'skipped cart removes an item [cart.test.js | cart]',
      'skipped cart moves an item [cart.test.js | cart]',
      'passed cart zählt größe ✓ 😀 [cart.test.js | cart]',
      'failed>failed>passed cart is flaky [cart.test.js | cart]',
      'failed>failed>failed cart takes too long [cart.test.js | cart]',
      'passed cart is known to fail [cart.test.js | cart]',
      'passed cart with a voucher takes 1 percent [cart.test.js | cart | with a voucher]',
      'passed cart with a voucher takes 2 percent [cart.test.js | cart | with a voucher]',
      'passed no suite at all [cart.test.js]',
      'failed shop opens [hooks.test.js | shop]',
      'failed shop closes [hooks.test.js | shop]',
    ],
    'playwright.ctrf.json': [
      'passed no suite at all [one | cart.spec.ts]',
      'passed adds an item [one | cart.spec.ts | cart]',
      'failed>failed counts <two> & "three" [one | cart.spec.ts | cart]',
      'skipped removes an item [one | cart.spec.ts | cart]',
      'skipped moves an item [one | cart.spec.ts | cart]',
      'failed>passed is flaky [one | cart.spec.ts | cart]',
      'passed is known to fail [one | cart.spec.ts | cart]',
      'failed>failed takes too long [one | cart.spec.ts | cart]',
      'passed zählt größe ✓ 😀 [one | cart.spec.ts | cart]',
      'failed>failed is soft [one | cart.spec.ts | cart]',
      'passed takes 1 percent [one | cart.spec.ts | cart | with a voucher]',
      'passed takes 2 percent [one | cart.spec.ts | cart | with a voucher]',
      'passed adds an item [two | cart.spec.ts | cart]',
      'failed>passed is flaky [two | cart.spec.ts | cart]',
    ],
  })
})

describe('what CTRF says besides the verdict', () => {
  const { cases } = readText(ctrf, text('new-schema.json'))

  it('gives the attempts that were retried, each with what it left', () => {
    expect(cases[0]?.attempts).toEqual([
      {
        status: 'failed',
        seconds: 0.02,
        startedAt: 1772366400000,
        type: 'Error',
        message: 'try 1',
        details: 'Error: try 1\n    at cart.ts:3:1',
        output: 'first',
        steps: [],
        attachments: [{ name: 'shot', contentType: 'image/png', path: 'out/first.png' }],
      },
      {
        status: 'passed',
        seconds: 0.03,
        startedAt: 1772366400200,
        output: 'second\nline\noops',
        steps: [],
        attachments: [{ name: 'log', contentType: 'text/plain', path: 'out/log.txt' }],
      },
    ])
  })

  it('keeps labels, extras and parameters', () => {
    expect(cases[1]).toMatchObject({
      parameters: { amount: '5', card: 'größe ✓' },
      properties: [
        ['owner', 'anna'],
        ['priority', '1'],
        ['type', 'e2e'],
        ['line', '12'],
        ['assay_test', '#12'],
        ['nested', '{"a":1}'],
      ],
    })
    expect(cases[1]?.attempts[0]?.steps).toEqual([
      { name: 'open the shop', status: 'PASSED' },
      { name: 'pay', status: 'FAILED' },
    ])
  })

  it('tells when the summary counts other tests than the report holds', () => {
    const report = text('new-schema.json').replace('"tests": 3', '"tests": 5')
    expect(readText(ctrf, report).notes).toEqual(['The summary counts 5 tests, the report holds 3'])
  })
})
