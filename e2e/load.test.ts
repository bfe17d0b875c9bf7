import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { storedRows } from '../test-support/stored-rows.ts'
import { call, callAll, DATABASES, type Json, onDatabase, type ServerProcess, startServer } from './server-process.ts'
import { sha256 } from './sha256.ts'

/** `ASSAY_LOAD_SECONDS=60` is the long version. */
const SECONDS = Number(process.env.ASSAY_LOAD_SECONDS ?? 5)
const CLIENTS = 200

/** What was acknowledged. */
interface Stored {
  runs: string[]
  files: string[]
  /** The description each test must have by now; undefined when it was deleted. */
  tests: Map<string, string | undefined>
}

interface World {
  at: string
  author: number
  instances: string[]
  /** Tests that stay. */
  tests: string[]
}

type Send = (method: string, path: string, body?: object) => Promise<Json>
type Work = (send: Send, world: World, stored: Stored, n: number) => Promise<unknown>

const pick = <T>(list: readonly T[], n: number) => list[n % list.length] as T

const runOf = (name: string, instance: string, file?: string) => ({
  attributes: { 'instance-id': instance, 'exit-code': 0, 'automated-execution-output': name },
  files: { data: file ? [{ filename: 'log.txt', content_encoded: Buffer.from(file).toString('base64') }] : [] },
})

/** What clients do, by the name of the kind it is measured under. Reads are as many as writes. */
const WORK: Record<string, Work> = {
  show: (send, { at, tests }, _, n) => send('GET', `${at}/tests/${pick(tests, n)}.json`),
  list: (send, { at }, _, n) => send('GET', `${at}/runs.json?page[size]=20&page[number]=${(n % 3) + 1}`),
  ptql: (send, { at }) => send('GET', `${at}/tests.json?ptql=${encodeURIComponent('Name LIKE "Test 1%" AND ID > 5')}`),
  'by name': (send, { at }, _, n) => send('GET', `${at}/tests.json?name_exact=${encodeURIComponent(`Test ${n % 50}`)}`),
  'one run': async (send, { at, instances }, stored, n) => {
    const name = randomUUID()
    await send('POST', `${at}/runs.json`, { data: runOf(name, pick(instances, n)) })
    stored.runs.push(name)
  },
  '20 runs': async (send, { at, instances }, stored, n) => {
    const names = Array.from({ length: 20 }, () => randomUUID())
    await send('POST', `${at}/runs.json`, { data: names.map((name, i) => runOf(name, pick(instances, n + i))) })
    stored.runs.push(...names)
  },
  'run with file': async (send, { at, instances }, stored, n) => {
    const name = randomUUID()
    const file = `${name} `.repeat(500)
    await send('POST', `${at}/runs.json`, { data: runOf(name, pick(instances, n), file) })
    stored.runs.push(name)
    stored.files.push(sha256(file))
  },
  'create, update, delete': async (send, { at, author }, stored, n) => {
    const made = await send('POST', `${at}/tests.json`, { data: { attributes: { name: 'Mine', 'author-id': author } } })
    const { id } = made.data
    const description = randomUUID()
    await send('PUT', `${at}/tests/${id}.json`, { data: { attributes: { description } } })
    stored.tests.set(id, description)
    if (n % 2 === 0) {
      await send('DELETE', `${at}/tests/${id}.json`)
      stored.tests.set(id, undefined)
    }
  },
}

async function prepare(server: ServerProcess): Promise<World> {
  const project = (await call(server, 'GET', '/projects.json')).data[0].id
  const at = `/projects/${project}`
  const author = Number((await call(server, 'GET', '/users.json')).data[0].id)
  const named = (n: number) => ({ attributes: { name: `Test ${n}`, 'author-id': author } })
  const made = await call(server, 'POST', `${at}/tests.json`, { data: Array.from({ length: 50 }, (_, n) => named(n)) })
  const tests: string[] = made.data.map(({ id }: Json) => id)
  const set = { attributes: { name: 'Nightly', 'author-id': author }, instances: { 'test-ids': tests } }
  await call(server, 'POST', `${at}/sets.json`, { data: set })
  const instances = (await callAll(server, `${at}/instances.json`)).map(({ id }) => id)
  return { at, author, instances, tests }
}

/** Sends requests over connections that are kept; whatever is not 200 fails the test. */
function createSender(server: ServerProcess, agent: Agent, note: (milliseconds: number) => void): Send {
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const started = performance.now()
      const headers = { pttoken: server.token }
      const sent = request(`${server.url}/api/v2${path}`, { method, headers, agent }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk) => (text += chunk))
        answer.on('end', () => {
          note(performance.now() - started)
          if (answer.statusCode === 200) resolve(JSON.parse(text))
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 500)}`))
        })
      })
      sent.on('error', reject)
      sent.end(body && JSON.stringify(body))
    })
}

function percentile(sorted: readonly number[], part: number): string {
  return `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0)} ms`
}

/** What is in the database, past the server. */
async function readStored(dataDir: string, databaseUrl: string | undefined) {
  const read = <Row>(sql: string) => storedRows<Row>({ dataDir, databaseUrl }, sql)
  const tests = await read<{ id: number; description: string | null }>('select id, description from tests')
  return {
    runs: await read<{ output: string }>('select automated_execution_output as output from runs'),
    files: await read<{ hash: string }>('select hash from attachments'),
    tests: new Map(tests.map(({ id, description }) => [String(id), description])),
  }
}

describe.each(DATABASES)(`${CLIENTS} clients at once on %s`, (kind) => {
  const timeout = SECONDS * 3_000 + 60_000
  it(`read and write for ${SECONDS} s without an error, and all of it is there`, { timeout }, async () => {
    const env = await onDatabase(kind)
    const server = await startServer({ env })
    let isRunning = true
    const stop = () => {
      isRunning = false
      return server.stop()
    }
    try {
      const world = await prepare(server)
      const stored: Stored = { runs: [], files: [], tests: new Map() }
      const times = new Map<string, number[]>()
      const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
      const until = performance.now() + SECONDS * 1000
      const kinds = Object.entries(WORK)
      await Promise.all(
        Array.from({ length: CLIENTS }, async (_, client) => {
          for (let n = client; performance.now() < until; n++) {
            const [name, work] = pick(kinds, n)
            const all = times.get(name) ?? []
            times.set(name, all)
            await work(
              createSender(server, agent, (milliseconds) => all.push(milliseconds)),
              world,
              stored,
              n,
            )
          }
        }),
      )
      agent.destroy()
      const rows = [...times, ['all', [...times.values()].flat()] as const].map(([name, all]) => {
        const sorted = all.toSorted((a, b) => a - b)
        const rate = `${(sorted.length / SECONDS).toFixed(0)}/s`
        return [name.padEnd(24), rate.padStart(8), percentile(sorted, 0.5), percentile(sorted, 0.99)].join('  ')
      })
      console.log([`${kind}, ${CLIENTS} clients, ${SECONDS} s: requests, p50, p99`, ...rows].join('\n'))
      expect([...times.keys()].sort()).toEqual(Object.keys(WORK).sort())
      expect(await stop()).toBe(0)
      expect(server.output()).not.toMatch(/"level":[456]0/)
      const found = await readStored(server.dataDir, env.DATABASE_URL)
      expect(found.runs.map(({ output }) => output).sort()).toEqual(stored.runs.sort())
      expect(found.files.map(({ hash }) => hash).sort()).toEqual(stored.files.sort())
      for (const [id, description] of stored.tests) expect(found.tests.get(id)).toBe(description)
    } finally {
      if (isRunning) await stop()
    }
  })
})
