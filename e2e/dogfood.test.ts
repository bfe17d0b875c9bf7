import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SaxesParser } from 'saxes'
import { expect, it } from 'vitest'
import { ended, startAssay, upload } from './run-assay.ts'
import { call, callAll, ROOT, startServer } from './server-process.ts'

const REPORT = join(ROOT, 'reports/junit.xml')

/** Counts of a report, read independently of the reader under test. */
function countReport(xml: string) {
  const counts = { cases: 0, failed: 0, skipped: 0, twice: [] as string[] }
  const names = new Set<string>()
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testcase') {
      counts.cases++
      const whole = `${attributes.classname} ${attributes.name}`
      if (names.has(whole)) counts.twice.push(whole)
      names.add(whole)
    }
    if (name === 'failure' || name === 'error') counts.failed++
    if (name === 'skipped') counts.skipped++
  })
  parser.write(xml).close()
  return counts
}

it('the project uploads its own test report, finds every result in Assay, and is judged by its gate', async () => {
  expect(existsSync(REPORT), 'run `npm run test:run` first: it writes the report').toBe(true)
  const report = countReport(readFileSync(REPORT, 'utf8'))
  expect(report.cases).toBeGreaterThan(100)
  expect(report.twice, 'two tests of one name are one instance with two runs: give each its own').toEqual([])
  const server = await startServer()
  try {
    const send = (key: string) =>
      upload(server, 'Own tests', [REPORT, '--build-key', key, '--branch', 'main', '--pipeline', 'own', '--gate'])
    const failing = report.failed > 0
    const { code, summary, stderr } = await send('own-1')
    // The gate decides: a failure that nothing explains fails it.
    expect(code, stderr).toBe(failing ? 1 : 0)
    const { receipt, build, gate } = summary
    const executed = report.cases - report.skipped
    expect(receipt).toMatchObject({
      state: 'stored',
      received: report.cases,
      stored: report.cases,
      refused: 0,
      failed: report.failed,
      skipped: report.skipped,
      files: [{ format: 'junit', cases: report.cases, problem: null }],
    })
    expect(build).toMatchObject({ key: 'own-1', state: 'complete', kind: 'mainline', failed: report.failed })
    expect(build.results).toBe(report.cases)
    expect(gate).toEqual({ verdict: failing ? 'failed' : 'passed', text: expect.stringContaining('Gate') })
    const project = summary.project.id
    const set = receipt['set-id']
    const runs = await call(server, 'GET', `/projects/${project}/runs.json?set-ids=${set}`)
    expect(runs.meta['total-count']).toBe(executed)
    const shown = (await call(server, 'GET', `/projects/${project}/sets/${set}.json`)).data.attributes
    // A skipped test leaves its instance without a verdict.
    expect(shown['run-status']).toBe(failing ? 'FAILED' : report.skipped > 0 ? 'NOT COMPLETED' : 'PASSED')
    const statuses = new Map<string, number>()
    for (const { attributes } of await callAll(server, `/projects/${project}/instances.json?set-ids=${set}`)) {
      statuses.set(attributes['run-status'], (statuses.get(attributes['run-status']) ?? 0) + 1)
    }
    expect(statuses.get('FAILED') ?? 0).toBe(report.failed)
    expect(statuses.get('PASSED')).toBe(executed - report.failed)
    // The same again is the same tests: nothing is new, moved or missing.
    const again = await send('own-2')
    expect(again.summary.build).toMatchObject({ 'new-failures': 0, 'still-failing': report.failed, missing: 0 })
    expect(again.summary.receipt).toMatchObject({ 'created-tests': 0, 'created-instances': 0, 'moved-tests': 0 })
    const asked = await ended(startAssay(server, ['gate', '--project', 'Demo', '--build-key', 'own-2']))
    expect(asked.code, asked.stderr).toBe(failing ? 1 : 0)
  } finally {
    await server.stop()
  }
})
