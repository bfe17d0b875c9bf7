import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { readText } from '../test-support.ts'
import { cucumberJson } from './cucumber-json.format.ts'
import { cucumberMessages } from './cucumber-messages.format.ts'

const { text } = fixtures(import.meta.url)

describe('Cucumber Messages', () => {
  itReads(cucumberMessages, import.meta.url, {
    'cucumber.ndjson': [
      'passed Adding an item [Cart]',
      'failed Counting [Cart]',
      'passed Price of tea [Cart] (item=tea, price=2)',
      'passed Price of größe ✓ [Cart] (item=größe ✓, price=3)',
      'skipped Skipped [Cart]',
      'failed>passed Flaky [Cart]',
      'passed With a table [Cart]',
      'failed Broken hook [Cart]',
      'passed Taking a voucher [Cart | Vouchers]',
      'failed Undefined [Cart]',
      'failed Pending [Cart]',
    ],
  })
})

describe('Cucumber JSON', () => {
  itReads(cucumberJson, import.meta.url, {
    'cucumber.json': [
      'passed Adding an item [Cart]',
      'failed Counting [Cart]',
      'passed Price of tea [Cart]',
      'passed Price of größe ✓ [Cart]',
      'skipped Undefined [Cart]',
      'skipped Pending [Cart]',
      'skipped Skipped [Cart]',
      'passed Flaky [Cart]',
      'passed With a table [Cart]',
      'failed Broken hook [Cart]',
      'passed Taking a voucher [Cart]',
    ],
    'jvm.json': ['failed Counting [Cart]', 'failed Two ways [Cart]'],
    'pytest-bdd.json': [
      'passed Adding an item [Cart]',
      'failed Counting [Cart]',
      'passed Price [Cart]',
      'failed Price [Cart]',
    ],
    'behave.json': ['failed Counting [Cart]'],
    'milliseconds.json': ['skipped Adding [Cart]'],
  })
})

describe('what Cucumber says besides the verdict', () => {
  const messages = readText(cucumberMessages, text('cucumber.ndjson'), { size: 4096 }).cases
  const json = readText(cucumberJson, text('cucumber.json'), { size: 4096 }).cases

  it('reads the same steps of both reports', () => {
    const steps = (cases: typeof json) =>
      Object.fromEntries(cases.map(({ name, attempts }) => [name, attempts.at(-1)?.steps]))
    expect(steps(json)).toEqual(steps(messages))
  })

  it('keeps steps with their tables and texts', () => {
    expect(messages.find(({ name }) => name === 'With a table')?.attempts[0]?.steps).toEqual([
      { name: 'Given an empty cart', status: 'PASSED', seconds: expect.any(Number) },
      { name: 'Given these items:\n| name | price |\n| tea | 2 |', status: 'PASSED', seconds: expect.any(Number) },
      { name: 'And the text:\na text', status: 'PASSED', seconds: expect.any(Number) },
    ])
  })

  it('tells of hooks that broke', () => {
    const attempt = messages.find(({ name }) => name === 'Broken hook')?.attempts[0]
    expect(attempt).toMatchObject({ status: 'failed', type: 'Error', message: 'no hook' })
    expect(attempt?.steps[0]).toMatchObject({ name: 'Before', status: 'FAILED' })
  })

  it('takes what was logged for output, and the rest for files', () => {
    expect(messages[0]?.attempts[0]).toMatchObject({
      output: 'adding tea',
      attachments: [
        { name: 'shot.png', contentType: 'image/png', base64: 'UE5H' },
        { contentType: 'text/plain', base64: 'YSBub3Rl' },
      ],
    })
  })

  it('takes undefined steps for a failure when the run was none', () => {
    const undefinedOf = (success: boolean) => {
      const report = text('cucumber.ndjson').replace('"success":false', `"success":${success}`)
      const { cases } = readText(cucumberMessages, report, { size: 4096 })
      return cases
        .filter(({ name }) => name === 'Undefined' || name === 'Pending')
        .map(({ attempts }) => attempts[0]?.status)
    }
    expect([undefinedOf(false), undefinedOf(true)]).toEqual([
      ['failed', 'failed'],
      ['skipped', 'skipped'],
    ])
  })

  it('tells of features that are no Gherkin, and of broken hooks of the run', () => {
    const lines = [
      { parseError: { source: { uri: 'a.feature' }, message: '(1:1): expected: #Feature' } },
      { testRunHookFinished: { result: { status: 'FAILED', message: 'Error: no server' } } },
      { testRunFinished: { success: false } },
    ]
    const { cases, cut } = readText(cucumberMessages, lines.map((line) => JSON.stringify(line)).join('\n'))
    expect(cases.map(({ name, file, attempts }) => [name, file, attempts[0]?.message])).toEqual([
      ['[suite]', 'a.feature', '(1:1): expected: #Feature'],
      ['[suite]', undefined, 'no server'],
    ])
    expect(cut).toBeNull()
  })

  it.each([
    ['jvm.json', 0.0345, '2026-03-01T12:00:00.000Z'],
    ['behave.json', 0.75, undefined],
    ['milliseconds.json', 0.12, undefined],
  ])('reads durations in the unit of the report: %s', (name, seconds, startedAt) => {
    expect(readText(cucumberJson, text(name)).cases[0]?.attempts[0]).toMatchObject({
      seconds,
      ...(startedAt === undefined ? {} : { startedAt: Date.parse(startedAt) }),
    })
  })

  it('joins attempts where the report does not say that one follows', () => {
    const old = text('cucumber.ndjson').replace(/,"willBeRetried":(?:true|false)/g, '')
    const { cases } = readText(cucumberMessages, old, { size: 4096 })
    expect(cases).toHaveLength(11)
    expect(cases.find(({ name }) => name === 'Flaky')?.attempts.map(({ status }) => status)).toEqual([
      'failed',
      'passed',
    ])
    expect(cases.find(({ name }) => name === 'Undefined')?.attempts[0]?.status).toBe('failed')
  })

  it('names files that lie outside the report', () => {
    const message = (kind: string, content: object) => JSON.stringify({ [kind]: content })
    const report = [
      message('pickle', { id: 'p', uri: 'a.feature', name: 'a', astNodeIds: [], tags: [], steps: [] }),
      message('testCase', { id: 't', pickleId: 'p', testSteps: [] }),
      message('testCaseStarted', { id: 's', testCaseId: 't', attempt: 0 }),
      message('externalAttachment', { url: 'out/video.webm', mediaType: 'video/webm', testCaseStartedId: 's' }),
      message('testCaseFinished', { testCaseStartedId: 's', willBeRetried: false }),
      message('testRunFinished', { success: true }),
    ]
    expect(readText(cucumberMessages, report.join('\n'))).toEqual({
      cases: [
        {
          path: [],
          name: 'a',
          file: 'a.feature',
          properties: [],
          attempts: [
            {
              status: 'passed',
              seconds: 0,
              steps: [],
              attachments: [{ contentType: 'video/webm', path: 'out/video.webm' }],
            },
          ],
          line: 3,
        },
      ],
      notes: [],
      cut: null,
    })
  })
})
