import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { outline, readText } from '../test-support.ts'
import { jest } from './jest.format.ts'

const { text } = fixtures(import.meta.url)

describe('Jest and Vitest JSON', () => {
  itReads(jest, import.meta.url, {
    'jest.json': [
      'passed adds an item [cart]',
      'failed>failed>failed counts <two> & "three" [cart]',
      'skipped removes an item [cart]',
      'skipped moves an item [cart]',
      'passed zählt größe ✓ 😀 [cart]',
      'failed>failed>passed is flaky [cart]',
      'failed>failed>failed takes too long [cart]',
      'passed is known to fail [cart]',
      'passed takes 1 percent [cart | with a voucher]',
      'passed takes 2 percent [cart | with a voucher]',
      'passed no suite at all',
      'failed opens [shop]',
      'failed closes [shop]',
      'error [suite]',
      'error [suite]',
    ],
    'vitest.json': [
      'error [suite]',
      'passed adds an item [cart]',
      'failed counts <two> & "three" [cart]',
      'skipped removes an item [cart]',
      'skipped moves an item [cart]',
      'passed zählt größe ✓ 😀 [cart]',
      'failed>failed>passed is flaky [cart]',
      'failed never passes [cart]',
      'passed is known to fail [cart]',
      'failed takes too long [cart]',
      'passed takes 1 percent [cart | with a voucher]',
      'passed takes 2 percent [cart | with a voucher]',
      'skipped is skipped as it runs [cart]',
      'passed no suite at all',
      'skipped opens [shop]',
      'skipped closes [shop]',
      'error [suite]',
    ],
  })
})

describe('what Jest and Vitest say besides the verdict', () => {
  it('gives a file that could not be loaded its error', () => {
    const { cases } = readText(jest, text('jest.json'))
    const crashed = cases.filter(({ name }) => name === '[suite]')
    expect(Object.fromEntries(crashed.map(({ file, attempts }) => [file, attempts[0]?.message]))).toEqual({
      '/home/ci/shop/broken.test.js':
        "  ● Test suite failed to run\n\n    no database\n\n    > 1 | throw new Error('no database')\n        |       ^\n      2 |",
      '/home/ci/shop/empty.test.js':
        '  ● Test suite failed to run\n\n    Your test suite must contain at least one test.',
    })
  })

  it('takes the reasons of retries for attempts', () => {
    const { cases } = readText(jest, text('jest.json'))
    const flaky = cases.find(({ name }) => name === 'is flaky')
    expect(flaky?.attempts.map(({ status, message }) => [status, message])).toEqual([
      ['failed', 'try 1'],
      ['failed', 'try 2'],
      ['passed', undefined],
    ])
  })

  it('knows of retries by their number alone', () => {
    const test = { title: 'a', status: 'passed', invocations: 3, failureMessages: [] }
    const report = { numTotalTests: 1, testResults: [{ name: 'a.js', status: 'passed', assertionResults: [test] }] }
    expect(outline(readText(jest, JSON.stringify(report)))).toEqual(['failed>failed>passed a'])
  })

  it('notes counters that disagree, and words that nobody knows', () => {
    const test = { title: 'a', status: 'teleported' }
    const report = { numTotalTests: 2, testResults: [{ name: 'a.js', status: 'passed', assertionResults: [test] }] }
    expect(readText(jest, JSON.stringify(report))).toMatchObject({
      cases: [{ attempts: [{ status: 'unknown', word: 'teleported' }] }],
      notes: ['Unknown outcome "teleported" (line 1)', 'The report counts 2 tests and holds 1'],
      cut: null,
    })
  })

  it('reads a report behind what a package manager printed', () => {
    const reading = readText(jest, `> shop@1.0.0 test\n> jest --json\n\n${text('vitest.json')}`)
    expect(reading.notes).toEqual(['Text before the report was not read (line 1)'])
    expect(reading.cases).toHaveLength(17)
    expect(reading.cases[0]?.line).toBe(4)
  })
})
