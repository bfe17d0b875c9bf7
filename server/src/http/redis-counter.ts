import type { Redis } from 'ioredis'
import { sha256 } from '../core/hash.ts'
import { tally } from '../core/tally.ts'
import { type CallCounter, createMemoryCounter, WINDOW } from './rate-limit.ts'

/** One call: refused at the limit, else counted; the first opens the window. Answers calls, or -1, and what is left. */
const COUNT = `
local calls = tonumber(redis.call('get', KEYS[1]) or '0')
local left = redis.call('pttl', KEYS[1])
if left < 0 then
  calls = 0
  left = tonumber(ARGV[2])
end
if calls >= tonumber(ARGV[1]) then return {-1, left} end
redis.call('set', KEYS[1], calls + 1, 'px', left)
return {calls + 1, left}`

/** How long Redis may take for one call, and how long it is left alone after a failure, in milliseconds. */
const PATIENCE = 500
const PAUSE = 5_000

interface Options {
  /** `redis://…`; its password is never shown. */
  url: string
  /** A text that servers on one database have in common, and no others. */
  installation: string
  warn(message: string): void
}

/**
 * Counts the calls of all nodes together, in Redis. While Redis is away every node counts its own calls, which is said
 * once in the log: a limit must not become an outage.
 */
export async function createRedisCounter({
  url,
  installation,
  warn,
}: Options): Promise<CallCounter & { close(): void }> {
  const { Redis: Client } = await import('ioredis')
  const client: Redis = new Client(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: PATIENCE,
    retryStrategy: (times) => Math.min(times * 200, PAUSE),
  })
  const alone = createMemoryCounter()
  const prefix = `assay:${sha256(installation).slice(0, 16)}:calls:`
  let pausedUntil = 0
  let isAway = false

  function noteAway(error: Error): void {
    if (!isAway) {
      warn(`Redis does not count calls (${error.message}); until it does, every node counts its own`)
    }
    isAway = true
  }
  client.on('error', (error) => {
    tally('assay_redis_failures_total', 'connection')
    noteAway(error)
  })
  await client.connect().catch(noteAway)

  return {
    async count(accountId, limit) {
      if (performance.now() < pausedUntil || client.status !== 'ready') return alone.count(accountId, limit)
      try {
        const answer = await client.eval(COUNT, 1, `${prefix}${accountId}`, limit, WINDOW)
        const [calls, left] = answer as [number, number]
        if (isAway) warn('Redis counts calls again')
        isAway = false
        return { calls: calls === -1 ? null : calls, left }
      } catch (error) {
        tally('assay_redis_failures_total', 'count')
        pausedUntil = performance.now() + PAUSE
        noteAway(error as Error)
        return alone.count(accountId, limit)
      }
    },
    close: () => client.disconnect(),
  }
}
