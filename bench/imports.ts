import { createReadStream, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { quantile, runLoad } from './load.ts'
import { type Measured, memoryOf, runProgram, startProcess } from './processes.ts'
import { writeReport } from './report.ts'
import { fact, figure, type Line } from './table.ts'

const TOKEN = 'bench'.repeat(8)

/** How much is imported. */
export interface ImportSize {
  /** Results of an import. */
  results: number
  /** Results of the one that is large. */
  many: number
  /** Builds that lie there in the end, and the results of each. */
  builds: number
  each: number
}

export const IMPORT_SIZES = {
  full: { results: 100_000, many: 1_000_000, builds: 300, each: 10_000 },
  smoke: { results: 2_000, many: 4_000, builds: 2, each: 500 },
} as const satisfies Record<string, ImportSize>

interface Place {
  server: Measured
  project: string
}

/** Imports a report and answers how long it took in seconds, and the id of its build. */
async function importReport({ server, project }: Place, report: string, query: string) {
  const started = performance.now()
  const answer = await fetch(`${server.url}${project}/imports.json?${query}`, {
    method: 'POST',
    headers: { pttoken: TOKEN, 'content-length': String(statSync(report).size) },
    body: createReadStream(report) as unknown as ReadableStream,
    duplex: 'half',
  } as RequestInit)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`an import was answered ${answer.status}: ${text}`)
  const { state, refused, 'build-id': buildId } = JSON.parse(text).data.attributes
  if (state !== 'stored' || refused > 0) throw new Error(`an import was not stored whole: ${text.slice(0, 1000)}`)
  return { seconds: (performance.now() - started) / 1000, buildId: Number(buildId) }
}

/** Ids of a list, first page. */
async function idsOf(server: Measured, path: string): Promise<string[]> {
  const answer = await fetch(`${server.url}${path}`, { headers: { pttoken: TOKEN } })
  return ((await answer.json()) as { data: { id: string }[] }).data.map(({ id }) => id)
}

/** Shows one test again and again while a job runs; the 99th percentile of its time in milliseconds. */
async function showsDuring({ server, project }: Place, job: Promise<unknown>): Promise<number> {
  let isRunning = true
  const ended = job.finally(() => {
    isRunning = false
  })
  const headers = { pttoken: TOKEN }
  const [test] = await idsOf(server, `${project}/tests.json`)
  const times: number[] = []
  while (isRunning) {
    const started = performance.now()
    await (await fetch(`${server.url}${project}/tests/${test}.json`, { headers })).arrayBuffer()
    times.push(performance.now() - started)
    await sleep(5)
  }
  await ended
  times.sort((a, b) => a - b)
  return quantile(times, 0.99)
}

/** What is read of a build, each a path; `other` is the build that it is compared with. */
const readsOf = (project: string, build: number, other: number) => ({
  'results of a build, first page': `${project}/builds/${build}/results.json`,
  'gate of a build': `${project}/builds/${build}/gate.json`,
  'compare two builds': `${project}/builds/${build}/compare.json?with=${other}`,
  'failures of a build': `${project}/failures.json?build-ids=${build}`,
})

async function measureReads({ server, project }: Place, build: number, other: number, seconds: number) {
  const load = async (path: string) =>
    (await runLoad({ url: server.url, token: TOKEN, paths: [path], clients: 1, seconds: Math.min(seconds, 2) })).p50
  const p50 = new Map([['plain', await load(`${project}/tests.json`)]])
  for (const [name, path] of Object.entries(readsOf(project, build, other))) p50.set(name, await load(path))
  return p50
}

/** Seconds that parsing the report and inserting its rows take, alone. */
async function measureRaw(folder: string, report: string, dataDir: string): Promise<number> {
  const target = join(folder, `raw-import-${Date.now()}.db`)
  const run = await runProgram(['bench/limits/raw-import.ts', report, join(dataDir, 'assay.db'), target])
  if (run.code !== 0) throw new Error('the raw limit of imports could not be measured')
  return run.output.split(' ').reduce((sum, part) => sum + Number(part), 0)
}

/** Measures imports and what is read of builds, on a database of their own (contract §10). */
export async function measureImports(o: {
  folder: string
  size: ImportSize
  seconds: number
  nodeArgs: string[]
  /** PostgreSQL; the embedded database without it. */
  databaseUrl?: string | undefined
  say(text: string): void
}): Promise<Line[]> {
  const { size, folder, say } = o
  const dataDir = join(folder, 'imports')
  mkdirSync(dataDir, { recursive: true })
  const server = await startProcess('server/bin/start.js', {
    env: {
      ASSAY_DATA_DIR: dataDir,
      ASSAY_BOOTSTRAP_TOKEN: TOKEN,
      ...(o.databaseUrl === undefined ? {} : { DATABASE_URL: o.databaseUrl }),
    },
    path: '/readyz',
    nodeArgs: o.nodeArgs,
  })
  const [project] = await idsOf(server, '/api/v2/projects.json')
  const place: Place = { server, project: `/api/v2/projects/${project}` }
  const lines: Line[] = []
  const rate = (name: string, results: number, seconds: number, target?: number) => {
    const value = results / seconds
    say(`  ${name}: ${figure(value)} results/s`)
    lines.push(
      fact(
        name,
        `${figure(value)} results/s`,
        target ? `≥ ${figure(target)}` : '',
        target ? value >= target : undefined,
      ),
    )
    return value
  }
  const count = figure(size.results)
  const report = await writeReport(folder, size.results)
  const build = (key: string) => `set-name=Bench&pipeline=bench&branch=main&build-key=${key}`
  const first = await importReport(place, report, build('new'))
  rate(`import of ${count} new tests`, size.results, first.seconds, 8_000)
  await importReport(place, report, build('again'))
  const known = await importReport(place, report, build('known'))
  const knownRate = rate(`import of ${count} known tests`, size.results, known.seconds, 20_000)
  if (o.databaseUrl === undefined) {
    const raw = await measureRaw(folder, report, dataDir)
    const share = raw / known.seconds
    lines.push(
      fact(
        'the same against its raw limit',
        `${figure(share)} of ${figure(size.results / raw)}/s`,
        '≥ 0.4',
        share >= 0.4,
      ),
    )
  }
  const reads = await measureReads(place, known.buildId, first.buildId, o.seconds)

  const parts = await Promise.all(['a', 'b', 'c', 'd'].map((part) => writeReport(folder, size.results / 4, part)))
  const together = async (key: string) => {
    const started = performance.now()
    await Promise.all(
      parts.map((part, index) => importReport(place, part, `${build(key)}&expected-shards=4&shard=${index + 1}/4`)),
    )
    return (performance.now() - started) / 1000
  }
  await together('shards-new')
  const four = rate('four imports at once, known', size.results, await together('shards-known'))
  lines.push(fact('four at once against one', `${figure(four / knownRate)} ×`, ''))

  const many = await writeReport(folder, size.many, 'many')
  let seconds = 0
  const p99 = await showsDuring(
    place,
    importReport(place, many, 'set-name=Many&pipeline=many&branch=main').then((one) => {
      seconds = one.seconds
    }),
  )
  rate(`import of ${figure(size.many)} results in one request`, size.many, seconds)
  lines.push(fact('shows meanwhile, p99', `${figure(p99)} ms`, '≤ 50 ms', p99 <= 50))
  const memory = memoryOf(server.pid)
  lines.push(
    fact('memory of the server at its highest', `${memory?.peak ?? '–'} MB`, '≤ 300 MB', (memory?.peak ?? 0) <= 300),
  )

  const small = await writeReport(folder, size.each, 'daily')
  const times: number[] = []
  const ids: number[] = []
  for (let n = 0; n < size.builds; n++) {
    const one = await importReport(place, small, `set-name=Daily&pipeline=daily&branch=main&build-key=daily-${n}`)
    times.push(one.seconds)
    ids.push(one.buildId)
    if (n % 50 === 49) say(`  ${n + 1} builds of ${figure(size.each)}: ${figure(size.each / one.seconds)} results/s`)
  }
  const after = await measureReads(place, known.buildId, first.buildId, o.seconds)
  const again = await importReport(place, report, build('known-again'))
  const grown = (before: number, now: number) => ({
    '× small': `${figure(now / before)}${now / before <= 1.5 ? '' : ' MISSED'}`,
  })
  const sum = (some: readonly number[]) => some.reduce((total, each) => total + each, 0)
  // The first build makes its tests.
  const [early, late] = [times.slice(1, 11), times.slice(-10)]
  lines.push({
    ...fact(
      `import of ${figure(size.each)} after ${size.builds} builds`,
      `${figure((size.each * late.length) / sum(late))} results/s`,
      '',
    ),
    ...grown(sum(early) / early.length, sum(late) / late.length),
  })
  lines.push({
    ...fact(`import of ${count} known tests after them`, `${figure(size.results / again.seconds)} results/s`, ''),
    ...grown(known.seconds, again.seconds),
  })
  const plain = reads.get('plain') as number
  for (const name of Object.keys(readsOf('', 0, 0))) {
    const [before, now] = [reads.get(name) as number, after.get(name) as number]
    const isList = name.startsWith('results')
    lines.push({
      ...fact(
        name,
        isList ? `${figure(before / plain)} × p50 of the plain list` : `${figure(before)} ms`,
        isList ? '≤ 3 ×' : '≤ 100 ms',
        isList ? before <= 3 * plain : before <= 100,
      ),
      'p50 ms': figure(before),
      against: isList ? 'plain list' : '',
      ...grown(before, now),
    })
  }
  await server.stop()
  return lines
}
