import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeCluster, startPostgres } from '../test-support/start-postgres.ts'
import { IMPORT_SIZES, measureImports } from './imports.ts'
import { measureCommits, measureFastify, measureHttp } from './limits.ts'
import { type Measure, runLoad } from './load.ts'
import { measureLongReads } from './long-reads.ts'
import { measureDirectus } from './peers/directus.ts'
import { type Measured, ROOT, startProcess } from './processes.ts'
import { type Seeded, SIZES, type Size, seed } from './seed.ts'
import { fact, figure, type Line, printTable, word } from './table.ts'
import { measureUpload } from './upload.ts'
import { type Work, worksFor } from './works.ts'

const HELP = `Usage: npm run bench -- [--smoke] [--seconds 5] [--part works|imports] [--database postgres] [--only <words>]
                        [--peer directus] [--folder <dir>]

  --smoke    ten thousand tests and a second each: shows that the bench runs, its figures say little
  --seconds  how long each load lasts
  --part     only the works on a million tests, or only imports of reports (default: both)
  --database postgres: imports into PostgreSQL, which is started for it
  --only     only the works whose name contains this
  --peer     also measures Directus on the same rows; it is installed into the temporary folder
  --folder   where the databases are made and kept (default: a temporary folder that is removed)`

const { values: options } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    part: { type: 'string' },
    database: { type: 'string' },
    only: { type: 'string' },
    peer: { type: 'string' },
    folder: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const say = (text: string) => process.stdout.write(`${text}\n`)
if (options.help) {
  say(HELP)
  process.exit(0)
}
/** As `npm start` runs the server. */
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const NODE_FLAGS = (scripts.start as string).split(' ').filter((word) => word.startsWith('--'))

const seconds = Number(options.seconds ?? (options.smoke ? 0.3 : 5))
const results = options.smoke ? 2_000 : 100_000
const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'assay-bench-'))

async function seeded(name: string, size: Size): Promise<Seeded> {
  const dataDir = join(folder, name)
  mkdirSync(dataDir, { recursive: true })
  const started = performance.now()
  const made = await seed(dataDir, size)
  const rows = size.tests.toLocaleString('en-US')
  say(
    `Seeded ${rows} tests, ${size.instances} instances, ${size.runs} runs in ${figure((performance.now() - started) / 1000)} s`,
  )
  return made
}

const startAssay = ({ dataDir }: Seeded) =>
  startProcess('server/bin/start.js', { env: { ASSAY_DATA_DIR: dataDir }, path: '/readyz', nodeArgs: NODE_FLAGS })

const load = (server: Measured, { token }: Seeded, { clients, method, paths, body }: Work) =>
  runLoad({ url: server.url, token, clients, paths, seconds, ...(method ? { method } : {}), ...(body ? { body } : {}) })

/** Measures of the limits, each right before the works that are compared with it: machines change their mind. */
async function limitOf(work: Work, server: Measured, data: Seeded): Promise<Measure | undefined> {
  if (work.against === 'bare Fastify') return measureFastify(seconds)
  if (work.against === 'raw SQLite') return measureCommits(folder, seconds)
  if (work.against !== 'bare HTTP') return undefined
  const page = await fetch(`${server.url}${work.paths[0]}`, { headers: { pttoken: data.token } })
  return measureHttp(await page.text(), folder, seconds)
}

const PLAIN_LIST = 'list 100 tests, first page'

function verdictOf(work: Work, measure: Measure, limit: Measure | undefined, plain: Measure | undefined) {
  const { target, runsEach = 1 } = work
  if (target?.runsPerSecond !== undefined) {
    const runs = measure.rate * runsEach
    return {
      ratio: `${figure(runs)} runs/s`,
      target: `≥ ${figure(target.runsPerSecond)}`,
      met: runs >= target.runsPerSecond,
    }
  }
  if (work.against === 'plain list') {
    const times = plain ? measure.p50 / plain.p50 : Number.NaN
    const most = target?.p50Times
    return { ratio: `${figure(times)} × p50`, target: most ? `≤ ${most} ×` : '', met: most ? times <= most : undefined }
  }
  const share = limit ? measure.rate / limit.rate : Number.NaN
  return {
    ratio: `${figure(share)} of ${figure(limit?.rate ?? Number.NaN)}/s`,
    target: target?.rateShare ? `≥ ${target.rateShare}` : '',
    met: target?.rateShare ? share >= target.rateShare : undefined,
  }
}

/** How much slower than on the small database; at most 1.5 times. */
const growthWord = (times: number) => `${figure(times)}${times <= 1.5 ? '' : ' MISSED'}`

async function main(): Promise<void> {
  say(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${seconds} s each`)
  const lines = [
    ...(options.part === 'imports' || options.database === 'postgres' ? [] : await benchWorks()),
    ...(options.part === 'works' ? [] : await benchImports()),
  ]
  // A smoke run sends too little to say anything.
  say(`\n${printTable(options.smoke ? lines.map((line) => ({ ...line, verdict: '' })) : lines)}`)
  say(
    '\nRatios are of rates measured in this run. "× small": against the same on 1,000 tests (imports: before the other',
  )
  say('builds), at most 1.5.')
  if (options.smoke) say('This was a smoke run: it shows that the bench works, and its figures say nothing.')
}

async function benchImports(): Promise<Line[]> {
  const cluster = options.database === 'postgres' ? makeCluster() : undefined
  // What is measured is stored as durably as it is for users.
  const postgres = cluster && (await startPostgres(cluster, ['fsync=on', 'shared_buffers=256MB']))
  try {
    return await measureImports({
      folder,
      size: options.smoke ? IMPORT_SIZES.smoke : IMPORT_SIZES.full,
      seconds,
      nodeArgs: NODE_FLAGS,
      databaseUrl: postgres?.url,
      say,
    })
  } finally {
    await postgres?.stop()
    cluster?.remove()
  }
}

async function benchWorks(): Promise<Line[]> {
  const large = await seeded('large', options.smoke ? SIZES.smoke : SIZES.full)
  const server = await startAssay(large)
  const lines: Line[] = [
    fact('start until the first answer', `${figure(server.startedIn)} ms`, '≤ 1,500 ms', server.startedIn <= 1500),
  ]
  const measures = new Map<string, Measure>()
  const chosen = worksFor(large).filter(({ name }) => name.includes(options.only ?? '') || name === PLAIN_LIST)
  const limits = new Map<string, Measure | undefined>()
  for (const work of chosen) {
    limits.set(work.name, await limitOf(work, server, large))
    measures.set(work.name, await load(server, large, work))
    say(`  ${work.name}: ${figure(measures.get(work.name)?.rate ?? 0)}/s`)
  }
  const upload = await measureUpload({ ...large, url: server.url, folder, results })
  const reads = await measureLongReads(server, large, seconds)
  const memory = server.memory()
  await server.stop()

  const onSmall = options.smoke ? undefined : await measureSmall(chosen)

  for (const work of chosen) {
    const measure = measures.get(work.name) as Measure
    const { ratio, target, met } = verdictOf(work, measure, limits.get(work.name), measures.get(PLAIN_LIST))
    const before = onSmall?.measures.get(work.name)
    lines.push({
      work: work.name,
      'req/s': figure(measure.rate),
      'p50 ms': figure(measure.p50),
      'p99 ms': figure(measure.p99),
      against: work.against,
      ratio,
      target,
      verdict: word(met),
      '× small': before ? growthWord(measure.p50 / before.p50) : '',
    })
  }
  lines.push(
    {
      ...fact(`assay upload of ${results}`, `${figure(upload.rate)} results/s`, '≥ 5,000', upload.rate >= 5000),
      '× small': onSmall ? growthWord(onSmall.uploadRate / upload.rate) : '',
    },
    fact('memory of that command', `${upload.peak} MB`, '≤ 300 MB', upload.peak <= 300),
    fact(
      `event-loop delay p99 during ${reads.queries} long reads`,
      `${figure(reads.delay)} ms`,
      '< 50 ms',
      reads.delay < 50,
    ),
    fact('shows meanwhile, p99', `${figure(reads.p99)} ms`, ''),
    fact(
      'memory of the server, all done',
      `${memory?.now} MB (peak ${memory?.peak})`,
      '≤ 300 MB',
      (memory?.now ?? 0) <= 300,
    ),
  )
  if (options.peer === 'directus') lines.push(...(await comparePeer(measures)))
  return lines
}

/** The same works on a thousand tests: how much of the time comes with size. */
async function measureSmall(chosen: readonly Work[]) {
  const small = await seeded('small', SIZES.small)
  const server = await startAssay(small)
  const measures = new Map<string, Measure>()
  for (const work of worksFor(small)) {
    const isChosen = chosen.some(({ name, grows }) => grows && name === work.name)
    if (isChosen) measures.set(work.name, await load(server, small, work))
  }
  const { rate } = await measureUpload({ ...small, url: server.url, folder, results })
  await server.stop()
  return { measures, uploadRate: rate }
}

async function comparePeer(measures: Map<string, Measure>): Promise<Line[]> {
  const peer = await measureDirectus({ folder, rows: options.smoke ? SIZES.smoke.tests : SIZES.full.tests, seconds })
  const against = (work: string, name: string, rate: number, target: number) => {
    const times = (measures.get(work)?.rate ?? Number.NaN) / rate
    return fact(`Directus: ${name}`, `${figure(rate)}/s, Assay ${figure(times)} ×`, `≥ ${target} ×`, times >= target)
  }
  return [
    against('show one test', 'show one', peer.show.rate, 20),
    against(PLAIN_LIST, 'list 100 with its count', peer.list.rate, 8),
    against('POST one run with 3 steps', 'create one with 3 below', peer.create.rate, 20),
  ]
}

try {
  await main()
} finally {
  if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
}
