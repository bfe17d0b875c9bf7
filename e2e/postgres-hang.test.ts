import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createPostgresServer } from '../test-support/postgres-server.ts'
import { createInstances, startLoad, storedRuns } from './load.ts'
import { type ServerProcess, startForTest } from './server-process.ts'

/** What is promised (docs/scale.md): ten seconds for a connection, then the limit, then two; and something for a busy machine. */
const LIMIT = 3
const PROMISED = (10 + LIMIT + 2) * 1000
const SLACK = 10_000

async function timed(server: ServerProcess, method: string, path: string, body?: object) {
  const started = performance.now()
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { pttoken: server.token },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  await answer.text()
  return { status: answer.status, took: performance.now() - started, retry: answer.headers.get('retry-after') }
}

describe('PostgreSQL that hangs', () => {
  it('makes every request end in time with 503, and needs no restart once it goes on', {
    timeout: 180_000,
  }, async () => {
    const postgres = await createPostgresServer()
    onTestFinished(postgres.remove)
    const env = {
      DATABASE_URL: postgres.url,
      ASSAY_DATABASE_TIMEOUT_SECONDS: String(LIMIT),
      ASSAY_QUERY_TIMEOUT_SECONDS: String(LIMIT),
    }
    const server = await startForTest({ env })
    const { project, author, instances } = await createInstances(server)
    const load = startLoad(server, project, instances)
    while (load.acknowledged.length < 50) await sleep(20)

    postgres.signal('SIGSTOP')
    onTestFinished(() => postgres.signal('SIGCONT'))
    const p = (path: string) => `/api/v2/projects/${project}${path}`
    const test = { data: { attributes: { name: 'test', 'author-id': author } } }
    const asked = await Promise.all([
      ...Array.from({ length: 60 }, () => timed(server, 'GET', p('/tests.json'))),
      ...Array.from({ length: 20 }, () => timed(server, 'POST', p('/tests.json'), test)),
      ...Array.from({ length: 20 }, () => timed(server, 'GET', p('/tests.json?name_like=test'))),
      timed(server, 'GET', '/readyz'),
    ])
    expect([...new Set(asked.map(({ status }) => status))]).toEqual([503])
    expect(asked.every(({ retry }) => /^\d+$/.test(retry ?? ''))).toBe(true)
    expect(Math.max(...asked.map(({ took }) => took))).toBeLessThan(PROMISED + SLACK)
    const probe = await timed(server, 'GET', '/healthz')
    expect(probe.status).toBe(200)

    postgres.signal('SIGCONT')
    for (let attempt = 0; (await timed(server, 'GET', '/readyz')).status !== 200; attempt++) {
      if (attempt > 100) throw new Error(`the server does not find back:\n${server.output()}`)
      await sleep(100)
    }
    const before = load.acknowledged.length
    while (load.acknowledged.length < before + 50) await sleep(20)
    await load.stop()
    expect((await timed(server, 'GET', p('/tests.json?name_like=test'))).status).toBe(200)
    const stored = new Set(await storedRuns('', postgres.url))
    expect(load.acknowledged.filter((name) => !stored.has(name))).toEqual([])
    expect(server.output()).not.toMatch(/uncaught|unhandled/i)
    expect(await server.stop()).toBe(0)
  })
})
