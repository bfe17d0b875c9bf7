import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../test-support/free-port.ts'
import { createPostgresServer } from '../test-support/postgres-server.ts'
import { startReceiver } from '../test-support/webhook-receiver.ts'
import { createInstances, sendRun, startLoad, storedRuns } from './load.ts'
import { call, type ServerProcess, spawnServer, startForTest } from './server-process.ts'

/** Waits until a probe answers with a status. */
async function waitFor(server: ServerProcess, path: string, status: number): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    const answer = await fetch(`${server.url}${path}`)
    if (answer.status === status) return answer
    if (attempt > 1200) throw new Error(`${path} stays ${answer.status}:\n${server.output()}`)
    await sleep(50)
  }
}

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; !holds(); attempt++) {
    if (attempt > 1200) throw new Error(`it never came about: ${holds}`)
    await sleep(50)
  }
}

describe('PostgreSQL that stops and starts again', () => {
  it.each(['fast', 'immediate'] as const)('(%s) under load loses nothing that was acknowledged', async (mode) => {
    const postgres = await createPostgresServer()
    onTestFinished(postgres.remove)
    const env = { DATABASE_URL: postgres.url, ASSAY_WEBHOOK_PRIVATE: 'allow' }
    const server = await startForTest({ env })
    const receiver = await startReceiver()
    onTestFinished(receiver.close)
    const { project, author, instances } = await createInstances(server)
    const attributes = { name: 'hook', url: receiver.url, events: ['test.created'] }
    await call(server, 'POST', `/projects/${project}/webhooks.json`, { data: { attributes } })

    const load = startLoad(server, project, instances)
    await until(() => load.acknowledged.length > 50)
    await postgres.stop(mode)
    const down = await waitFor(server, '/readyz', 503)
    expect(down.headers.get('retry-after')).toMatch(/^\d+$/)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    const refusedBefore = load.refused.length
    await until(() => load.refused.length > refusedBefore + 50)

    await postgres.start()
    await waitFor(server, '/readyz', 200)
    const storedBefore = load.acknowledged.length
    await until(() => load.acknowledged.length > storedBefore + 50)
    await load.stop()

    // Those that were refused do what clients do then: the same again, with the same key.
    for (const { name, instance } of load.refused.slice(0, 100)) {
      expect((await sendRun(server, project, { name, instance })).status).toBe(200)
      load.acknowledged.push(name)
    }
    const late = new Set(load.refused.slice(100).map(({ name }) => name))
    const stored = await storedRuns('', postgres.url)
    // A refused run may have been stored when its answer was lost with the connection, but never twice.
    expect(stored.filter((name) => !late.has(name ?? ''))).toEqual(load.acknowledged.sort())
    expect(new Set(stored).size).toBe(stored.length)

    // What works beside requests goes on as well.
    const data = { attributes: { name: 'after', 'author-id': author } }
    await call(server, 'POST', `/projects/${project}/tests.json`, { data })
    await until(() => receiver.received.length > 0)
    expect(server.output()).not.toMatch(/uncaught|unhandled|\n\s+at .*node:internal\/process/i)
    expect(await server.stop()).toBe(0)
  })

  it('ends the start with a message when it is not there', async () => {
    const env = { DATABASE_URL: `postgres://assay:secret@127.0.0.1:${await freePort()}/assay` }
    const { ended, output } = spawnServer({ env }, await freePort())
    expect(await ended).toBe(2)
    expect(output()).toMatch(
      /^Assay cannot start\.\nDATABASE_URL: cannot use PostgreSQL at 127\.0\.0\.1:\d+: .*Start PostgreSQL/,
    )
    expect(output()).not.toContain('secret')
  })
})
