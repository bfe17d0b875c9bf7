import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findWrongServices } from '../scripts/self-hosting/check-compose.ts'
import { findWrongManifests } from '../scripts/self-hosting/check-kubernetes.ts'
import {
  findWrongAlerts,
  findWrongExpression,
  findWrongPanels,
  listSeries,
} from '../scripts/self-hosting/check-monitoring.ts'
import { findSelfHostingProblems } from '../scripts/self-hosting/find-problems.ts'
import { findWrongImage, isInImage, listFiles, readIgnored } from '../scripts/self-hosting/image-files.ts'
import { newFolder, ROOT } from './server-process.ts'

const FOLDER = join(ROOT, 'docs/self-hosting')
const read = (path: string) => readFileSync(join(FOLDER, path), 'utf8')
const series = listSeries()

/** A text with one thing changed, which must be in it. */
function changed(text: string, from: string, to: string): string {
  expect(text).toContain(from)
  return text.replace(from, to)
}

it('the files for operators are sound', () => {
  expect(findSelfHostingProblems(ROOT)).toEqual([])
})

describe('the check of the monitoring', () => {
  const alerts = read('monitoring/alerts.yaml')
  const runbooks = readFileSync(join(ROOT, 'docs/runbooks.md'), 'utf8')
  const dashboard = read('monitoring/dashboard.json')
  const check = (text: string, books = runbooks) => findWrongAlerts('a', text, books, series)

  it('knows the metrics of a server, with their labels', () => {
    expect(series.get('assay_http_request_duration_seconds_bucket')).toEqual(
      new Set(['job', 'instance', 'method', 'route', 'status', 'le']),
    )
    expect(series.has('assay_replica_lag_seconds')).toBe(true)
  })

  it.each([
    ['sum(rate(assay_runs_stored_total[5m]))', []],
    ['assay_runs_stored[5m]', ['the server has no metric assay_runs_stored']],
    ['assay_runs_stored_total{path="bulk"}', ['assay_runs_stored_total has no label path']],
    ['assay_runs_stored_total{way=~"bulk|fax"}', ['assay_runs_stored_total never has way="fax"']],
    ['sum(rate(up[5m])', [expect.stringContaining('no PromQL')]],
  ])('reads %s', (expression, problems) => {
    expect(findWrongExpression(expression, series)).toEqual(problems)
  })

  it('finds alerts and runbooks that do not belong together', () => {
    expect(check(alerts, changed(runbooks, '## AssayDown\n', '## AssayGone\n'))).toEqual([
      'a: AssayDown: docs/runbooks.md has no such heading',
      'docs/runbooks.md: AssayGone is no alert',
    ])
    expect(check(changed(alerts, '#description/assaydown', '#description/assayup'))).toEqual([
      'a: AssayDown: runbook_url must lead to the heading of its name',
    ])
    expect(check(changed(alerts, 'for: 2m', 'for: soon'))).toEqual(['a: AssayDown: "for" must be a duration'])
    expect(check(alerts, `${runbooks}assay_nothing_total\n`)).toEqual([
      'docs/runbooks.md: the server has no metric assay_nothing_total',
    ])
    expect(check(changed(alerts, 'groups:', 'groups: ['))).not.toEqual([])
  })

  it('finds panels that show nothing', () => {
    const text = changed(dashboard, 'assay_replica_lag_bytes', 'assay_replica_lag_feet')
    expect(findWrongPanels('d', text, series)).toEqual([
      'd: Replica lag in bytes: the server has no metric assay_replica_lag_feet',
    ])
  })
})

describe('the check of the services', () => {
  const [text, prometheus] = [read('compose.yaml'), read('monitoring/prometheus.yaml')]
  const check = (compose: string, scraped = prometheus) =>
    findWrongServices({
      path: 'c',
      text: compose,
      prometheus: scraped,
      exists: (path) => existsSync(join(FOLDER, path)),
    })

  it.each([
    ['ASSAY_REDIS_URL', 'ASSAY_REDIS', ['c: there is no setting ASSAY_REDIS']],
    ['redis://redis', 'http://redis', [expect.stringContaining('ASSAY_REDIS_URL must be a URL')]],
    ['- postgres-data:', '- other-data:', ['c: postgres: there is no volume other-data']],
    ['stop_grace_period', 'stop_grace', [expect.stringContaining('additional properties: stop_grace')]],
    ['node-2:3000 ', '', ['c: the proxy leaves out node-2']],
    ['docs/self-hosting/Dockerfile\n', 'Dockerfile\n', [expect.stringContaining('there is no Dockerfile')]],
    ['name: assay', 'name: [', [expect.stringContaining('c: ')]],
  ])('finds %s → %s', (from, to, problems) => {
    expect(check(changed(text, from, to))).toEqual(expect.arrayContaining(problems))
  })

  it('finds a node that is not scraped', () => {
    expect(check(text, changed(prometheus, 'node-3:9464', 'node-4:9464'))).toEqual([
      'c: Prometheus and the nodes do not agree on node-4:9464',
      'c: Prometheus and the nodes do not agree on node-3:9464',
    ])
  })
})

describe('the check of the manifests', () => {
  const names = readdirSync(join(FOLDER, 'kubernetes')).filter((name) => name !== 'assay.env')
  const files = new Map(names.map((name) => [name, read(`kubernetes/${name}`)]))

  it.each([
    ['assay.yaml', 'readinessProbe:', 'readynessProbe:', 'additional properties: readynessProbe'],
    ['assay.yaml', '          image: assay\n', '', "must have required property 'image'"],
    ['assay.yaml', 'runAsUser: 1000', 'runAsUser: 0', 'runAsUser must be >= 1'],
    ['assay.yaml', 'targetPort: http', 'targetPort: web', 'no pod has the port web'],
    [
      'assay.yaml',
      'mountPath: /tmp',
      'mountPath: /tmp\n            - name: cache\n              mountPath: /c',
      'no volume cache',
    ],
    ['assay.yaml', 'minAvailable: 2', 'minAvailable: 3', 'no pod may go'],
    ['assay.yaml', 'apps/v1', 'apps/v2', 'must be equal to constant'],
    [
      'redis.yaml',
      'app.kubernetes.io/name: redis\n  template',
      'app.kubernetes.io/name: cache\n  template',
      'its selector does not find its pods',
    ],
    ['ingress.yaml', 'name: assay\n                port', 'name: other\n                port', 'no service other'],
    ['kustomization.yaml', '  - redis.yaml\n', '', 'leaves out redis.yaml'],
    ['kustomization.yaml', 'ASSAY_METRICS_LISTEN=', 'ASSAY_METRICS=', 'there is no setting ASSAY_METRICS'],
    ['assay.env.example', 'ASSAY_S3_BUCKET=example-assay\n', '', 'ASSAY_S3_BUCKET must be set'],
  ])('finds in %s: %s → %s', (name, from, to, problem) => {
    const text = changed(files.get(name) as string, from, to)
    expect(findWrongManifests(new Map([...files, [name, text]])).join('\n')).toContain(problem)
  })
})

describe('the image', () => {
  const ignored = readIgnored(read('Dockerfile.dockerignore'))

  it('holds what runs, and no tests, benchmarks or data', () => {
    const inImage = (path: string) => isInImage(path, ignored)
    const inside = [
      'server/src/app/main.ts',
      'cli/src/standalone.ts',
      'e2e/package.json',
      'scripts/build-cli.ts',
      'docs/scale.md',
    ]
    const outside = [
      'e2e/crash.test.ts',
      'e2e/fixtures/a/b.xml',
      'server/src/http/wire.wire.test.ts',
      'server/src/test/build-app.ts',
      'test-support/start-postgres.ts',
      'bench/run.ts',
      'data/assay.db',
      'cli/node_modules/x/index.js',
      'cli/dist/assay.mjs',
    ]
    expect(inside.filter((path) => !inImage(path))).toEqual([])
    expect(outside.filter(inImage)).toEqual([])
  })

  it('is checked: a missing source and a test inside are found', () => {
    const files = listFiles(ROOT)
    const problems = findWrongImage(files, `${read('Dockerfile.dockerignore')}\nsdk\n!e2e/crash.test.ts\n`)
    expect(problems).toContain('the image lacks sdk/src/index.ts')
    expect(problems).toContain('the image holds e2e/crash.test.ts: a test')
  })
})

const ANALYZE = '/usr/bin/systemd-analyze'

describe.skipIf(!existsSync(ANALYZE))('systemd', () => {
  /** What systemd says of the unit, with its program in a folder of ours. */
  function verify(unit: string): { status: number | null; said: string } {
    const home = newFolder()
    const program = join(home, 'node_modules/.bin/node')
    mkdirSync(dirname(program), { recursive: true })
    writeFileSync(program, '#!/bin/sh\n')
    chmodSync(program, 0o755)
    writeFileSync(join(home, 'assay.service'), unit.replaceAll('/opt/assay', home))
    const { status, stderr } = spawnSync(ANALYZE, ['verify', '--man=no', join(home, 'assay.service')], {
      encoding: 'utf8',
    })
    return {
      status,
      said: stderr
        .split('\n')
        .filter((line) => line.includes('assay.service'))
        .join('\n'),
    }
  }

  it('takes the unit as it is, and would find a mistake in it', () => {
    expect(execFileSync(ANALYZE, ['--version'], { encoding: 'utf8' })).toContain('systemd')
    const unit = read('assay.service')
    expect(verify(unit)).toEqual({ status: 0, said: '' })
    expect(verify(changed(unit, 'ProtectHome=', 'ProtectHut=')).said).toContain('ProtectHut')
  })
})
