import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RedisServer, startRedis } from '../test-support/redis-server.ts'
import { onDatabase, type ServerProcess, startServer } from './server-process.ts'

const LIMIT = 20

let redis: RedisServer
let nodes: ServerProcess[] = []
beforeAll(async () => {
  redis = await startRedis()
  const env = { ...(await onDatabase('postgres')), ASSAY_REDIS_URL: redis.url, ASSAY_RATE_LIMIT: String(LIMIT) }
  nodes = [await startServer({ env }), await startServer({ env })]
})
afterAll(async () => {
  for (const node of nodes) await node.stop()
  await redis?.stop()
})

const ask = (n: number) => {
  const node = nodes[n % nodes.length] as ServerProcess
  return fetch(`${node.url}/api/v2/me.json`, { headers: { pttoken: node.token } })
}

it('two nodes on one database let an account make so many calls together, and none is lost with Redis', async () => {
  const answers = await Promise.all(Array.from({ length: LIMIT * 2 }, (_, n) => ask(n)))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(LIMIT)
  expect(statuses.filter((status) => status === 429)).toHaveLength(LIMIT)
  const refused = answers.find(({ status }) => status === 429)
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
  await redis.stop()
  // Each node counts for itself now.
  const alone = await Promise.all(Array.from({ length: LIMIT * 4 }, (_, n) => ask(n)))
  expect(alone.filter(({ status }) => status === 200)).toHaveLength(LIMIT * 2)
  expect(alone.filter(({ status }) => status === 429)).toHaveLength(LIMIT * 2)
  for (const node of nodes) {
    // The log of another process may come a little later than its answers.
    await expect.poll(() => node.output().match(/Redis does not count calls/g)).toHaveLength(1)
    expect(node.output()).not.toContain('redis-secret')
  }
})
