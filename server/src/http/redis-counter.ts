import type { Redis } from 'ioredis'
import { sha256 } from '../core/hash.ts'
import { tally } from '../core/tally.ts'
import { createMemoryCounter, type WindowCounter } from '../core/window-counter.ts'

/**
 * One call: refused at the limit, else counted; the first opens the window. Answers calls, or -1, and what is left. A
 * step of 0 only asks, one of -1 takes a call back.
 */
const COUNT = `
local calls = tonumber(redis.call('get', KEYS[1]) or '0')
local left = redis.call('pttl', KEYS[1])
local step = tonumber(ARGV[3])
if left < 0 then
  calls = 0
  left = tonumber(ARGV[2])
  if step < 1 then return {0, left} end
end
if step >= 0 and calls >= tonumber(ARGV[1]) then return {-1, left} end
calls = math.max(0, calls + step)
if step ~= 0 then redis.call('set', KEYS[1], calls, 'px', left) end
return {calls, left}`

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
 * Counts for all nodes together, in Redis: calls, and failed sign-ins. While Redis is away every node counts its own,
 * which is said once in the log: a limit must not become an outage.
 */
export async function createRedisCounter({
  url,
  installation,
  warn,
}: Options): Promise<WindowCounter & { close(): void }> {
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
  const prefix = `assay:${sha256(installation).slice(0, 16)}:`
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
    async count(key, counting) {
      if (performance.now() < pausedUntil || client.status !== 'ready') return alone.count(key, counting)
      const { limit, window, step = 1 } = counting
      try {
        const answer = await client.eval(COUNT, 1, `${prefix}${key}`, limit, window, step)
        const [calls, left] = answer as [number, number]
        if (isAway) warn('Redis counts calls again')
        isAway = false
        return { calls: calls === -1 ? null : calls, left }
      } catch (error) {
        tally('assay_redis_failures_total', 'count')
        pausedUntil = performance.now() + PAUSE
        noteAway(error as Error)
        return alone.count(key, counting)
      }
    },
    close: () => client.disconnect(),
  }
}
