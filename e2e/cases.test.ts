import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Ended, upload } from './run-assay.ts'
import { call, callAll, DATABASES, type Json, newFolder, onDatabase, ROOT, startServer } from './server-process.ts'

/**
 * Inputs that other tools and earlier versions of this one got wrong, through the command line against a real server:
 * what is right stands beside each.
 */

interface Right {
  file: string
  code: 0 | 1 | 2
  /** Figures of the receipt. */
  figures: Record<string, number>
  /** Status of instances by their names, where all are given. */
  statuses?: Record<string, string>
  /** What outputs of runs hold, by status. */
  outputs?: RegExp[]
  /** What is noted. */
  notes?: RegExp
}

const CASES: Right[] = [
  {
    file: 'F01-raw-ampersand-loses-cases.xml',
    code: 1,
    figures: { received: 5, stored: 5, refused: 0, failed: 2, passed: 3 },
    statuses: {
      'Search › GET /items?page=1&size=20': 'PASSED',
      'Search › second fails': 'FAILED',
      'Search › third passes': 'PASSED',
      'Search › fourth fails': 'FAILED',
      'Search › fifth passes': 'PASSED',
    },
    notes: /line 3: A raw & is read as text/,
  },
  {
    file: 'F02-raw-ampersand-1000-cases.xml',
    code: 1,
    figures: { received: 1000, stored: 1000, refused: 0, passed: 2, failed: 998 },
    notes: /line 2: A raw &/,
  },
  {
    file: 'F03-raw-ampersand-in-text.xml',
    code: 1,
    figures: { received: 5, stored: 5, passed: 2, failed: 3 },
    statuses: {
      'Search › first fails': 'FAILED',
      'Search › second fails': 'FAILED',
      'Search › third passes': 'PASSED',
      'Search › fourth fails': 'FAILED',
      'Search › fifth passes': 'PASSED',
    },
  },
  {
    file: 'F04-foreign-test-id.xml',
    code: 1,
    figures: { stored: 3, refused: 0, passed: 2, failed: 1 },
    statuses: {
      'LoginTest › signs in': 'PASSED',
      'LoginTest › wrong password': 'FAILED',
      'LoginTest › from pytest marker': 'PASSED',
    },
    outputs: [/test_id: 1501/, /test_id: SHOP-77/, /test_id: C1050381/],
  },
  {
    file: 'F07-suite-crashed-no-cases.xml',
    code: 1,
    figures: { stored: 1, failed: 1 },
    statuses: { 'com.shop.CartTest › [suite]': 'FAILED' },
    notes: /com\.shop\.CartTest.*12 errors/,
  },
  { file: 'F08-aborted.xml', code: 0, figures: { stored: 3, passed: 2, skipped: 1, failed: 0 } },
  {
    file: 'F09-status-words.xml',
    code: 1,
    figures: { stored: 5, passed: 0, failed: 3, blocked: 1, skipped: 1 },
    statuses: {
      'c › timeout': 'FAILED',
      'c › broken': 'FAILED',
      'c › blocked': 'BLOCKED',
      'c › interrupted': 'FAILED',
      'c › not executed': 'NO RUN',
    },
  },
  {
    file: 'F11-suite-properties.xml',
    code: 1,
    figures: { stored: 2, passed: 1, failed: 1 },
    outputs: [/browser: firefox\nbuild: 712/, /browser: firefox\nbuild: 712/],
  },
  {
    file: 'F12-phpunit-warning.xml',
    code: 0,
    figures: { stored: 7, passed: 2, skipped: 5 },
    statuses: {
      'T › w1': 'PASSED',
      'T › r1': 'PASSED',
      'T › i1': 'NO RUN',
      'T › ig': 'NO RUN',
      'T › dis': 'NO RUN',
      'T › pend': 'NO RUN',
      'T › inc': 'NO RUN',
    },
    outputs: [/No tests found/],
  },
  {
    file: 'F13-raw-quote.xml',
    code: 1,
    figures: { stored: 3, passed: 2, failed: 1 },
    statuses: {
      'C › renders only the "truthy" (conditional) portion': 'PASSED',
      'C › fails "hard"': 'FAILED',
      'C › last': 'PASSED',
    },
    notes: /line 4: A raw quote/,
  },
  {
    file: 'F14-system-dot-out.xml',
    code: 1,
    figures: { stored: 1, failed: 1 },
    outputs: [/the log of the failed run/],
  },
  {
    file: 'F15-nested-testcase.xml',
    code: 1,
    figures: { stored: 4, passed: 3, failed: 1 },
    statuses: {
      'T › inner passed': 'PASSED',
      'T › inner failed': 'FAILED',
      'T › outer': 'PASSED',
      'T › after': 'PASSED',
    },
  },
  { file: 'F17-gmt-timestamp.xml', code: 1, figures: { stored: 1, failed: 1 } },
  {
    file: 'F18-rerun.xml',
    code: 0,
    figures: { stored: 1, runs: 2, passed: 1, failed: 0, flaky: 1 },
    statuses: { 'tests.test_x › retried': 'PASSED' },
    outputs: [/first attempt: trace/],
  },
]

/** Tests of the twins, and how many uploads of one set meet. */
const TWINS = { tests: 300, uploads: 4, rounds: 3 }

describe.each(DATABASES)('inputs that were read wrong, against %s', (kind) => {
  let server: Awaited<ReturnType<typeof startServer>>
  let base: string
  beforeAll(async () => {
    server = await startServer({ env: await onDatabase(kind) })
    base = `/projects/${(await call(server, 'GET', '/projects.json')).data[0].id}`
    return () => server.stop()
  })

  const send = (file: string, set: string): Promise<Ended> =>
    upload(server, set, [file.startsWith('/') ? file : join(ROOT, 'e2e/cases', file)])
  const instancesOf = (set: string): Promise<Json[]> => callAll(server, `${base}/instances.json?set-ids=${set}`)
  const runsOf = (set: string): Promise<Json[]> => callAll(server, `${base}/runs.json?set-ids=${set}`)

  it.each(CASES)('$file', async ({ file, code, figures, statuses, outputs = [], notes }) => {
    const { code: ended, summary, stderr } = await send(file, file)
    expect(ended, stderr).toBe(code)
    const { receipt } = summary
    expect(receipt).toMatchObject({ state: 'stored', ...figures })
    expect(receipt.received).toBe(receipt.stored + receipt.refused)
    if (notes) expect(summary.notes.join('\n')).toMatch(notes)
    if (statuses) {
      const found = (await instancesOf(receipt['set-id'])).map(({ attributes: a }) => [a.name, a['run-status']])
      expect(Object.fromEntries(found)).toEqual(statuses)
    }
    const runs = await runsOf(receipt['set-id'])
    expect(runs).toHaveLength(receipt.runs)
    const texts = runs.map(({ attributes }) => attributes['automated-execution-output'] ?? '')
    for (const output of outputs) expect(texts.filter((text) => output.test(text)).length).toBeGreaterThan(0)
  })

  it('F17: the start of a case is read from a date of that form', async () => {
    const { summary } = await send('F17-gmt-timestamp.xml', 'the start')
    const [run] = await runsOf(summary.receipt['set-id'])
    expect(run.attributes['run-date']).toBe('2012-03-23T10:12:13Z')
  })

  it('F16: what is no JUnit report is named, with what it looks like', async () => {
    const { code, stdout, stderr } = await send('F16-gtester.xml', 'none')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/result file that Assay knows: [^ ]*F16-gtester\.xml: it begins with .*gtester/)
  })

  it('F10: the later run is the verdict, whatever came first', async () => {
    await send('F10a-newer-run-fails.xml', 'in time')
    const { summary } = await send('F10b-older-run-passes.xml', 'in time')
    const [instance] = await instancesOf(summary.receipt['set-id'])
    expect(instance.attributes).toMatchObject({ 'run-status': 'FAILED', 'last-run': '2024-02-04T04:05:06Z' })
    const dates = (await runsOf(summary.receipt['set-id'])).map(({ attributes }) => attributes['run-date'])
    expect(dates.sort()).toEqual(['2024-02-03T04:05:06Z', '2024-02-04T04:05:06Z'])
  })

  it('F06: browsers are instances of their own, in whatever order they stand', async () => {
    await send('F06a-browsers-chrome-first.xml', 'browsers')
    const { summary } = await send('F06b-browsers-firefox-first.xml', 'browsers')
    expect(summary.receipt).toMatchObject({ stored: 3, 'created-tests': 0, 'created-instances': 0 })
    const instances = await instancesOf(summary.receipt['set-id'])
    expect(instances.map(({ attributes: a }) => [a.name, a.variant, a['run-status']]).sort()).toEqual([
      ['cart › adds', 'chrome', 'PASSED'],
      ['cart › adds', 'firefox', 'FAILED'],
      ['cart › adds', 'webkit', 'PASSED'],
    ])
  })

  it('F05: uploads of one set at once make every instance once, and a green one after them heals the set', async () => {
    const folder = newFolder()
    const write = (name: string, isGreen: boolean) => {
      const path = join(folder, `${name}.xml`)
      const cases = Array.from({ length: TWINS.tests }, (_, i) => {
        const failure = !isGreen && i % 10 === 0 ? '<failure message="on this machine only"/>' : ''
        return `<testcase classname="Q" name="t${i}">${failure}</testcase>`
      })
      writeFileSync(path, `<testsuite name="S">${cases.join('')}</testsuite>`)
      return path
    }
    const green = write('green', true)
    const files = [green, ...Array.from({ length: TWINS.uploads - 1 }, (_, i) => write(`red${i}`, false))]
    for (let round = 0; round < TWINS.rounds; round++) {
      const set = `twins ${round}`
      const all = await Promise.all(files.map((file) => send(file, set)))
      for (const { code, summary, stderr } of all) {
        expect([summary?.receipt.stored, summary?.receipt.refused], stderr).toEqual([TWINS.tests, 0])
        expect(code).toBe(summary.receipt.failed > 0 ? 1 : 0)
      }
      const { summary } = await send(green, set)
      const setId = summary.receipt['set-id']
      const instances = await instancesOf(setId)
      expect(instances).toHaveLength(TWINS.tests)
      expect(new Set(instances.map(({ attributes }) => attributes['test-id'])).size).toBe(TWINS.tests)
      const found = (await call(server, 'GET', `${base}/sets/${setId}.json`)).data.attributes
      expect([found['instances-count'], found['run-status']]).toEqual([TWINS.tests, 'PASSED'])
    }
  }, 120_000)
})
