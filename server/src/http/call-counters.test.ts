import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { freePort } from '../../../test-support/free-port.ts'
import { type RedisServer, startRedis } from '../../../test-support/redis-server.ts'
import { ApiError } from '../core/errors.ts'
import { tallied } from '../core/tally.ts'
import { createMemoryCounter } from '../core/window-counter.ts'
import { createRateLimit } from './rate-limit.ts'
import { createRedisCounter } from './redis-counter.ts'

const warnings: string[] = []
const warn = (message: string) => void warnings.push(message)

/** What a call is told: the remaining calls, or `over`. */
async function call(limit: ReturnType<typeof createRateLimit>, account: number) {
  try {
    const headers = await limit.count(account)
    expect(headers['x-ratelimit-reset']).toMatch(/^([1-9]|[1-5]\d|60)$/)
    return Number(headers['x-ratelimit-remaining'])
  } catch (error) {
    expect(error).toMatchObject({ code: 'rate_limited', headers: { 'retry-after': expect.stringMatching(/^\d+$/) } })
    if (error instanceof ApiError) return 'over'
    throw error
  }
}

describe.each(['memory', 'redis'])('calls counted in %s', (kind) => {
  let redis: RedisServer | undefined
  const opened: { close(): void }[] = []
  beforeAll(async () => {
    if (kind === 'redis') redis = await startRedis()
  })
  afterAll(async () => {
    for (const counter of opened) counter.close()
    await redis?.stop()
  })
  const counterFor = async (installation = 'a') => {
    if (redis === undefined) return createMemoryCounter()
    const counter = await createRedisCounter({ url: redis.url, installation, warn })
    opened.push(counter)
    return counter
  }

  it('are let through up to the limit, per account', async () => {
    const limit = createRateLimit(3, await counterFor())
    expect([await call(limit, 1), await call(limit, 1), await call(limit, 1), await call(limit, 1)]).toEqual([
      2,
      1,
      0,
      'over',
    ])
    expect([await call(limit, 1), await call(limit, 2)]).toEqual(['over', 2])
  })

  it('are exact when they come at once', async () => {
    const limit = createRateLimit(50, await counterFor())
    const answers = await Promise.all(Array.from({ length: 80 }, () => call(limit, 7)))
    expect(answers.filter((answer) => answer === 'over')).toHaveLength(30)
    expect(new Set(answers).size).toBe(51)
  })

  if (kind === 'memory') {
    it('start anew when the minute is over', async () => {
      let now = 0
      const limit = createRateLimit(
        1,
        createMemoryCounter(() => now),
      )
      const at = (time: number) => {
        now = time
        return call(limit, 1)
      }
      expect([await at(0), await at(59_999), await at(60_000)]).toEqual([0, 'over', 0])
    })

    it('do not depend on the clock of the wall, which may be set back', async () => {
      const limit = createRateLimit(2)
      expect(await call(limit, 1)).toBe(1)
      const wall = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 2 * 3_600_000)
      expect([await call(limit, 1), await call(limit, 1), await call(limit, 2)]).toEqual([0, 'over', 1])
      wall.mockRestore()
    })
  }

  if (kind === 'redis') {
    it('are shared by nodes on one database, and not by others', async () => {
      const [one, two, other] = [await counterFor('x'), await counterFor('x'), await counterFor('y')]
      expect(await call(createRateLimit(3, one), 9)).toBe(2)
      expect(await call(createRateLimit(3, two), 9)).toBe(1)
      expect(await call(createRateLimit(3, one), 9)).toBe(0)
      expect(await call(createRateLimit(3, two), 9)).toBe('over')
      expect(await call(createRateLimit(3, other), 9)).toBe(2)
    })
  }
})

it('go on being counted while Redis is away, which is said once', async () => {
  warnings.length = 0
  const failures = tallied('assay_redis_failures_total', 'connection')
  const port = await freePort()
  const away = await createRedisCounter({ url: `redis://:redis-secret@127.0.0.1:${port}/0`, installation: 'z', warn })
  const limit = createRateLimit(2, away)
  expect([await call(limit, 1), await call(limit, 1), await call(limit, 1)]).toEqual([1, 0, 'over'])
  const redis = await startRedis(port)
  // It connects again by itself, and counts from there.
  await expect.poll(() => call(limit, 1), { interval: 50 }).not.toBe('over')
  expect(await call(limit, 1)).toBe(0)
  await redis.stop()
  expect(await call(limit, 5)).toBe(1)
  away.close()
  expect(tallied('assay_redis_failures_total', 'connection')).toBeGreaterThan(failures)
  expect(warnings[0]).toMatch(/Redis does not count calls \(.*ECONNREFUSED/)
  expect(warnings[1]).toBe('Redis counts calls again')
  expect(warnings.join()).not.toContain('redis-secret')
})
