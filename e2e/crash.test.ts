import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { run } from '../cli/src/test/run.ts'
import { freePort } from '../test-support/free-port.ts'
import { storedRows } from '../test-support/stored-rows.ts'
import { call, callAll, DATABASES, type Json, onDatabase, type ServerProcess, startServer } from './server-process.ts'
import { sha256 } from './sha256.ts'
import { latestOf, statusOfWhole } from './statuses.ts'

const ROUNDS = Number(process.env.ASSAY_CRASH_ROUNDS ?? 3)
const CLIENTS = 12

/** A request for runs, repeated with its key until it was answered. */
interface Upload {
  key: string
  /** The runs it asks for, each with a name of its own in its output. */
  runs: { name: string; exit: number; file?: string }[]
}

function newUpload(kind: number): Upload {
  const key = randomUUID()
  const one = (n: number) => ({ name: `${key} ${n}`, exit: Math.random() < 0.5 ? 0 : 1 })
  if (kind === 0) return { key, runs: Array.from({ length: 20 }, (_, n) => one(n)) }
  return { key, runs: [kind === 1 ? { ...one(0), file: `${key} `.repeat(2_000) } : one(0)] }
}

const element = (run: Upload['runs'][number], instance: string) => ({
  attributes: { 'instance-id': instance, 'automated-execution-output': run.name },
  steps: {
    data: [
      { name: 'Log in', status: 'PASSED' },
      { name: 'Pay', status: run.exit === 0 ? 'PASSED' : 'FAILED' },
    ],
  },
  files: {
    data:
      run.file === undefined
        ? []
        : [{ filename: 'log.txt', content_encoded: Buffer.from(run.file).toString('base64') }],
  },
})

/** Sends an upload; true once it was acknowledged, false when no answer came. Any other answer fails the test. */
async function send(server: ServerProcess, project: string, upload: Upload, instances: string[]): Promise<boolean> {
  const instance = instances[upload.key.charCodeAt(0) % instances.length] as string
  const elements = upload.runs.map((run) => element(run, instance))
  let answer: Response
  let body: Json
  try {
    answer = await fetch(`${server.url}/api/v2/projects/${project}/runs.json`, {
      method: 'POST',
      headers: { pttoken: server.token, 'idempotency-key': upload.key },
      body: JSON.stringify({ data: elements.length === 1 ? elements[0] : elements }),
    })
    body = await answer.json()
  } catch {
    return false
  }
  expect(answer.status, JSON.stringify(body)).toBe(200)
  return true
}

interface Rolled {
  id: number
  set_id: number
  run_status: string
}
interface Run {
  id: number
  instance_id: number
  status: string
  run_date: number
  created_at: number
  automated_execution_output: string | null
}
type Rows = Awaited<ReturnType<typeof readRows>>

/** The rows that roll-ups stand in and those they are made of, past the server. */
async function readRows(dataDir: string, databaseUrl: string | undefined) {
  const read = <Row>(sql: string) => storedRows<Row>({ dataDir, databaseUrl }, sql)
  return {
    runs: await read<Run>('select * from runs'),
    instances: await read<Rolled>('select * from instances'),
    sets: await read<Omit<Rolled, 'set_id'>>('select * from sets'),
    files: await read<{ hash: string }>('select hash from attachments'),
  }
}

/** Statuses of instances and sets as they are kept, next to the same computed from runs. */
function rolledUp({ runs, instances, sets }: Rows) {
  const statusOf = (id: number) => latestOf(runs.filter((run) => run.instance_id === id))?.status ?? 'NO RUN'
  const ofSet = (id: number) =>
    statusOfWhole(instances.filter(({ set_id }) => set_id === id).map((each) => statusOf(each.id)))
  return {
    kept: [...instances, ...sets].map(({ id, run_status }) => [id, run_status]),
    computed: [...instances.map(({ id }) => [id, statusOf(id)]), ...sets.map(({ id }) => [id, ofSet(id)])],
  }
}

const outputs = (runs: Upload['runs']) => runs.map(({ name }) => name).sort()

describe.each(DATABASES)('a server on %s that is killed under load', (kind) => {
  it(`has every acknowledged run once after each of ${ROUNDS} kills`, { timeout: ROUNDS * 60_000 }, async () => {
    const env = await onDatabase(kind)
    const port = await freePort()
    let server = await startServer({ env, port })
    const { dataDir } = server
    const post = async (path: string, data: object) => (await call(server, 'POST', path, { data })).data
    const project = (await post('/projects.json', { attributes: { name: 'Crash' } })).id
    const at = (path: string) => `/projects/${project}${path}`
    const author = (await call(server, 'GET', '/users.json')).data[0].id
    const named = (n: number) => ({ attributes: { name: `Test ${n}`, 'author-id': author } })
    const tests: Json[] = await post(
      at('/tests.json'),
      Array.from({ length: 8 }, (_, n) => named(n)),
    )
    await post(at('/sets.json'), {
      attributes: { name: 'Nightly', 'author-id': author },
      instances: { 'test-ids': tests.map(({ id }) => id) },
    })
    const instances = (await callAll(server, at('/instances.json'))).map(({ id }) => id)

    const acknowledged: Upload[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const before = acknowledged.length
      const unanswered: Upload[] = []
      let killed = false
      const clients = Array.from({ length: CLIENTS }, async (_, client) => {
        for (let n = 0; !killed; n++) {
          const upload = newUpload((client + n) % 3)
          const known = await send(server, project, upload, instances)
          ;(known ? acknowledged : unanswered).push(upload)
        }
      })
      while (acknowledged.length === before) await sleep(20)
      // At any moment of any request.
      await sleep(200 + Math.random() * 1_500)
      killed = true
      await server.stop('SIGKILL')
      await Promise.all(clients)
      expect(acknowledged.length).toBeGreaterThan(before)

      server = await startServer({ env, port, dataDir })
      const stored = new Map<string | null, number>()
      for (const { automated_execution_output: output } of (await readRows(dataDir, env.DATABASE_URL)).runs) {
        stored.set(output, (stored.get(output) ?? 0) + 1)
      }
      const timesStored = ({ runs }: Upload) => new Set(runs.map(({ name }) => stored.get(name) ?? 0))
      for (const upload of acknowledged) expect(timesStored(upload), upload.key).toEqual(new Set([1]))
      // A request that got no answer is stored whole, or not at all.
      for (const upload of unanswered) expect([...timesStored(upload)], upload.key).toHaveLength(1)

      // Its client does what one does after a lost answer: the same again, with the same key.
      for (const upload of unanswered) {
        expect(await send(server, project, upload, instances), upload.key).toBe(true)
        acknowledged.push(upload)
      }
      const rows = await readRows(dataDir, env.DATABASE_URL)
      const wanted = acknowledged.flatMap(({ runs }) => runs)
      expect(rows.runs.map((run) => run.automated_execution_output).sort()).toEqual(outputs(wanted))
      const { kept, computed } = rolledUp(rows)
      expect(kept).toEqual(computed)
      const examined = await run(['doctor'], { env: { ...env, ASSAY_DATA_DIR: dataDir } })
      expect([examined.exitCode, examined.stdout]).toEqual([0, ''])
      const files = wanted.flatMap(({ file }) => (file === undefined ? [] : [sha256(file)]))
      expect(rows.files.map(({ hash }) => hash).sort()).toEqual(files.sort())
      const [account = ''] = readdirSync(join(dataDir, 'attachments'))
      for (const { hash } of rows.files) {
        const file = join(dataDir, 'attachments', account, hash.slice(0, 2), hash)
        expect(sha256(readFileSync(file))).toBe(hash)
      }
    }
    await server.stop()
    if (kind === 'sqlite') {
      const checked = await storedRows({ dataDir, databaseUrl: undefined }, 'PRAGMA integrity_check')
      expect(checked).toEqual([{ integrity_check: 'ok' }])
    }
  })
})
