import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { storedRows } from '../test-support/stored-rows.ts'
import { call, callAll, type Json, type ServerProcess } from './server-process.ts'

/** Makes tests and a set that holds them in the server's first project. */
export async function createInstances(server: ServerProcess, count = 4) {
  const project: string = (await call(server, 'GET', '/projects.json')).data[0].id
  const author = Number((await call(server, 'GET', '/users.json')).data[0].id)
  const post = async (path: string, data: object): Promise<Json> =>
    (await call(server, 'POST', `/projects/${project}${path}`, { data })).data
  const named = (n: number) => ({ attributes: { name: `Test ${n}`, 'author-id': author } })
  const tests = await post(
    '/tests.json',
    Array.from({ length: count }, (_, n) => named(n)),
  )
  const ids = tests.map(({ id }: Json) => id)
  await post('/sets.json', { attributes: { name: 'Nightly', 'author-id': author }, instances: { 'test-ids': ids } })
  const instances: string[] = (await callAll(server, `/projects/${project}/instances.json`)).map(({ id }) => id)
  return { project, author, instances }
}

export interface Answered {
  status: number
  retryAfter: string | null
  title: string | undefined
}

/** Stores a run whose output is `name`, under `name` as its key, with a file when there is one. */
export async function sendRun(
  server: ServerProcess,
  project: string,
  { name, instance, file }: { name: string; instance: string; file?: Buffer },
): Promise<Answered> {
  const files = file && { data: [{ filename: 'log.txt', content_encoded: file.toString('base64') }] }
  const answer = await fetch(`${server.url}/api/v2/projects/${project}/runs.json`, {
    method: 'POST',
    headers: { pttoken: server.token, 'idempotency-key': name },
    body: JSON.stringify({
      data: { attributes: { 'instance-id': instance, 'exit-code': 0, 'automated-execution-output': name }, files },
    }),
  })
  const body: Json = await answer.json()
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), title: body.errors?.[0].title }
}

/** What an unavailable server says: 503, when to come back, and what is the matter. */
export const unavailable = (title: RegExp) => ({
  status: 503,
  retryAfter: expect.stringMatching(/^\d+$/),
  title: expect.stringMatching(title),
})

export interface Load {
  /** Names of the runs that were acknowledged, and of those that got a 503. */
  acknowledged: string[]
  refused: { name: string; instance: string }[]
  /** Lets every client finish its request. */
  stop(): Promise<void>
}

/** Clients that upload one run after the other; everything but 200 and a proper 503 fails the test. */
export function startLoad(server: ServerProcess, project: string, instances: readonly string[], clients = 8): Load {
  const load: Load = { acknowledged: [], refused: [], stop }
  let stopping = false
  const running = Array.from({ length: clients }, async (_, client) => {
    const instance = instances[client % instances.length] as string
    while (!stopping) {
      const name = randomUUID()
      const answer = await sendRun(server, project, { name, instance })
      if (answer.status === 200) load.acknowledged.push(name)
      else {
        expect(answer).toEqual(unavailable(/./))
        load.refused.push({ name, instance })
      }
    }
  })
  async function stop(): Promise<void> {
    stopping = true
    await Promise.all(running)
  }
  return load
}

/** The outputs of all runs, as the database holds them, in order. */
export async function storedRuns(dataDir: string, databaseUrl: string | undefined): Promise<(string | null)[]> {
  const rows = await storedRows<{ output: string | null }>(
    { dataDir, databaseUrl },
    'select automated_execution_output as output from runs',
  )
  return rows.map(({ output }) => output).sort()
}
