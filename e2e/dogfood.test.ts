import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SaxesParser } from 'saxes'
import { expect, it } from 'vitest'
import { call, callAll, type Json, ROOT, startServer } from './server-process.ts'

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

it('the project uploads its own test report and finds every result in Assay', async () => {
  expect(existsSync(REPORT), 'run `npm run test:run` first: it writes the report').toBe(true)
  const report = countReport(readFileSync(REPORT, 'utf8'))
  expect(report.cases).toBeGreaterThan(100)
  expect(report.twice, 'two tests of one name are one instance with two runs: give each its own').toEqual([])
  const server = await startServer()
  try {
    const args = ['cli/bin/assay.js', 'upload', 'junit', REPORT, '--project', 'Demo', '--set', 'Own tests', '--json']
    const env = { ...process.env, ASSAY_URL: server.url, ASSAY_TOKEN: server.token }
    const result = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', env })
    expect([result.status, result.stderr]).toEqual([report.failed > 0 ? 1 : 0, expect.any(String)])
    const summary = JSON.parse(result.stdout) as Json
    const executed = report.cases - report.skipped
    expect(summary).toMatchObject({ read: report.cases, refused: [], failed: report.failed, skipped: report.skipped })
    const project = summary.project.id
    const runs = await call(server, 'GET', `/projects/${project}/runs.json?set-ids=${summary.set.id}`)
    expect(runs.meta['total-count']).toBe(executed)
    const set = (await call(server, 'GET', `/projects/${project}/sets/${summary.set.id}.json`)).data.attributes
    expect(set['run-status']).toBe(report.failed > 0 ? 'FAILED' : 'PASSED')
    const statuses = new Map<string, number>()
    for (const { attributes } of await callAll(
      server,
      `/projects/${project}/instances.json?set-ids=${summary.set.id}`,
    )) {
      statuses.set(attributes['run-status'], (statuses.get(attributes['run-status']) ?? 0) + 1)
    }
    expect(statuses.get('FAILED') ?? 0).toBe(report.failed)
    expect(statuses.get('PASSED')).toBe(executed - report.failed)
  } finally {
    await server.stop()
  }
})
