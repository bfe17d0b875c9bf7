import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { readText } from '../test-support.ts'
import { pytestJson } from './pytest-json.format.ts'

const { text } = fixtures(import.meta.url)

describe('pytest-json-report', () => {
  itReads(pytestJson, import.meta.url, {
    'report.json': [
      'error [suite]',
      'passed tests.test_cart › test_adds[1-a::b]',
      'failed tests.test_cart.TestVoucher › test_counts',
      'skipped tests.test_cart.TestVoucher › test_removes',
      'skipped tests.test_cart › test_known',
      'passed tests.test_cart › test_known_no_more',
      'error tests.test_cart › test_tear_down',
      'failed>passed tests.test_cart › test_flaky',
    ],
  })
})

describe('what pytest says besides the verdict', () => {
  const { cases } = readText(pytestJson, text('report.json'))
  const called = (wanted: string) => cases.find(({ name }) => name === wanted)

  it('keeps message, traceback and what each stage wrote', () => {
    expect(called('test_counts')).toMatchObject({
      file: 'tests/test_cart.py',
      properties: [['assay_test', '#12']],
      attempts: [
        {
          status: 'failed',
          seconds: 0.012,
          type: 'AssertionError',
          message: 'größe ✓\nassert 2 == 3',
          output:
            '--- stdout of setup ---\nsetting up\n\n--- stderr of call ---\noops\n\n--- log of call ---\nWARNING shop: careful',
        },
      ],
    })
  })

  it.each([
    ['test_removes', 'skipped', 'no shop'],
    ['test_known', 'skipped', '    def test_known():\n>       assert False'],
    ['test_known_no_more', 'passed', undefined],
    ['test_tear_down', 'error', 'disk'],
  ])('%s is %s', (name, status, message) => {
    const attempt = called(name)?.attempts.at(-1)
    expect([attempt?.status, attempt?.message]).toEqual([status, message])
  })
})
