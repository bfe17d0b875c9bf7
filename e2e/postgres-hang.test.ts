import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createPostgresServer } from '../test-support/postgres-server.ts'
import { createInstances, startLoad, storedRuns } from './load.ts'
import { type ServerProcess, startForTest } from './server-process.ts'

/** What is promised (docs/scale.md): ten seconds for a connection, then the limit, then two. */
const LIMIT = 3
const PROMISED = (10 + LIMIT + 2) * 1000

/** Milliseconds between two beats at least. */
const BEAT = 100

/**
 * Asks the server whether it is alive, waits for the answer and a little, and asks again: the beats tell time as a busy
 * machine has it, where they come later like all else. There are never more of them than time went by.
 */
function startBeats(server: ServerProcess) {
  let [count, isOver] = [0, false]
  const running = (async () => {
    while (!isOver) {
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
      await sleep(BEAT)
      count++
    }
  })()
  return {
    count: () => count,
    stop() {
      isOver = true
      return running
    },
  }
}

async function ask(server: ServerProcess, method: string, path: string, body?: object) {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { pttoken: server.token },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  await answer.text()
  return { status: answer.status, retry: answer.headers.get('retry-after') }
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
    const beats = startBeats(server)
    const timed = async (...request: Parameters<typeof ask>) => {
      const started = beats.count()
      return { ...(await ask(...request)), took: beats.count() - started }
    }
    const asked = await Promise.all([
      ...Array.from({ length: 60 }, () => timed(server, 'GET', p('/tests.json'))),
      ...Array.from({ length: 20 }, () => timed(server, 'POST', p('/tests.json'), test)),
      ...Array.from({ length: 20 }, () => timed(server, 'GET', p('/tests.json?name_like=test'))),
      timed(server, 'GET', '/readyz'),
    ])
    expect([...new Set(asked.map(({ status }) => status))]).toEqual([503])
    expect(asked.every(({ retry }) => /^\d+$/.test(retry ?? ''))).toBe(true)
    // A beat for what is on its way when the promise is kept.
    expect(Math.max(...asked.map(({ took }) => took))).toBeLessThanOrEqual(PROMISED / BEAT + 1)
    await beats.stop()
    expect(beats.count()).toBeGreaterThan(0)

    postgres.signal('SIGCONT')
    for (let attempt = 0; (await ask(server, 'GET', '/readyz')).status !== 200; attempt++) {
      if (attempt > 600) throw new Error(`the server does not find back:\n${server.output()}`)
      await sleep(100)
    }
    const before = load.acknowledged.length
    while (load.acknowledged.length < before + 50) await sleep(20)
    await load.stop()
    expect((await ask(server, 'GET', p('/tests.json?name_like=test'))).status).toBe(200)
    const stored = new Set(await storedRuns('', postgres.url))
    expect(load.acknowledged.filter((name) => !stored.has(name))).toEqual([])
    expect(server.output()).not.toMatch(/uncaught|unhandled/i)
    expect(await server.stop()).toBe(0)
  })
})
