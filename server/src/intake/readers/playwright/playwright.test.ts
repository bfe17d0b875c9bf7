import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { outline, readText } from '../test-support.ts'
import { playwright } from './playwright.format.ts'
import { playwrightBlob } from './playwright-blob.format.ts'

const { text } = fixtures(import.meta.url)

describe('Playwright JSON', () => {
  itReads(playwright, import.meta.url, {
    'playwright.json': [
      'passed no suite at all [cart.spec.ts] {one}',
      'passed adds an item [cart.spec.ts | cart] {one}',
      'passed adds an item [cart.spec.ts | cart] {two}',
      'failed>failed counts <two> & "three" [cart.spec.ts | cart] {one}',
      'skipped removes an item [cart.spec.ts | cart] {one}',
      'skipped moves an item [cart.spec.ts | cart] {one}',
      'failed>passed is flaky [cart.spec.ts | cart] {one}',
      'failed>passed is flaky [cart.spec.ts | cart] {two}',
      'passed is known to fail [cart.spec.ts | cart] {one}',
      'failed>failed takes too long [cart.spec.ts | cart] {one}',
      'passed zählt größe ✓ 😀 [cart.spec.ts | cart] {one}',
      'failed>failed is soft [cart.spec.ts | cart] {one}',
      'passed takes 1 percent [cart.spec.ts | cart | with a voucher] {one}',
      'passed takes 2 percent [cart.spec.ts | cart | with a voucher] {one}',
    ],
    'broken.json': ['error [suite]', 'error [suite]', 'error [suite]'],
  })
})

describe('Playwright blob report', () => {
  itReads(playwrightBlob, import.meta.url, {
    'report.jsonl': [
      'passed adds an item [cart.spec.ts | cart] {one}',
      'failed>failed counts <two> & "three" [cart.spec.ts | cart] {one}',
      'skipped removes an item [cart.spec.ts | cart] {one}',
      'skipped moves an item [cart.spec.ts | cart] {one}',
      'failed>passed is flaky [cart.spec.ts | cart] {one}',
      'passed is known to fail [cart.spec.ts | cart] {one}',
      'failed>failed takes too long [cart.spec.ts | cart] {one}',
      'passed zählt größe ✓ 😀 [cart.spec.ts | cart] {one}',
      'failed>failed is soft [cart.spec.ts | cart] {one}',
      'passed takes 1 percent [cart.spec.ts | cart | with a voucher] {one}',
      'passed takes 2 percent [cart.spec.ts | cart | with a voucher] {one}',
      'passed no suite at all [cart.spec.ts] {one}',
      'passed adds an item [cart.spec.ts | cart] {two}',
      'failed>passed is flaky [cart.spec.ts | cart] {two}',
    ],
  })
})

describe('what Playwright says besides the verdict', () => {
  const { cases } = readText(playwright, text('playwright.json'), { size: 4096 })
  const called = (wanted: string) => cases.find(({ name }) => name === wanted)

  it('keeps steps, output and attachments', () => {
    expect(called('adds an item')?.attempts[0]).toMatchObject({
      output: 'adding\n',
      steps: [
        { name: 'open the shop', status: 'PASSED' },
        { name: ' › press the button', status: 'PASSED' },
      ],
      attachments: [{ name: 'note.txt', contentType: 'text/plain', base64: 'YSBub3Rl' }],
    })
  })

  it('keeps tags and annotations', () => {
    expect(called('counts <two> & "three"')?.properties).toEqual([
      ['tag', 'slow'],
      ['issue', 'SHOP-12'],
    ])
  })

  it('takes a failure that was expected for passed, and keeps its text', () => {
    const attempt = called('is known to fail')?.attempts[0]
    expect([attempt?.status, attempt?.word, attempt?.message]).toEqual(['passed', 'expected', undefined])
    expect(attempt?.output).toContain('expect(')
  })

  it('takes a pass that was not expected for failed', () => {
    const test = { expectedStatus: 'failed', projectName: '', results: [{ status: 'passed', duration: 1 }] }
    const suite = { title: 'a.ts', file: 'a.ts', specs: [{ title: 'a', tests: [test] }] }
    expect(readText(playwright, JSON.stringify({ config: {}, suites: [suite] })).cases[0]?.attempts[0]).toMatchObject({
      status: 'failed',
      message: 'Expected to be failed, but passed',
    })
  })

  it('keeps all errors of soft expectations', () => {
    expect(called('is soft')?.attempts[0]?.details?.match(/cart\.spec\.ts:21:\d+/g)).toHaveLength(2)
  })

  it('reads the same of both reports', () => {
    const blob = readText(playwrightBlob, text('report.jsonl'), { size: 4096 })
    const plain = (found: typeof cases) =>
      found
        .map(({ line: _, ...rest }) => ({
          ...rest,
          attempts: rest.attempts.map(({ attachments, details: _d, output: _o, startedAt: _s, ...attempt }) => ({
            ...attempt,
            attachments: attachments.map(({ name }) => name),
          })),
        }))
        .sort((a, b) => `${a.variant}${a.name}`.localeCompare(`${b.variant}${b.name}`))
    expect(plain(blob.cases)).toEqual(plain(cases))
  })

  it('tells of tests that began and never ended, and of those that never ran', () => {
    const lines = text('report.jsonl').split('\n')
    const begun = lines.findIndex((line) => line.includes('onTestBegin'))
    const end = lines.findIndex((line) => line.includes('"onEnd"'))
    const reading = readText(playwrightBlob, [...lines.slice(0, begun + 1), lines[end]].join('\n'), { size: 4096 })
    expect(outline(reading).slice(0, 2)).toEqual([
      'error adds an item [cart.spec.ts | cart] {one}',
      'skipped counts <two> & "three" [cart.spec.ts | cart] {one}',
    ])
    expect(reading.cases).toHaveLength(14)
  })
})
