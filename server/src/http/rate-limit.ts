import { apiError } from '../core/errors.ts'
import { createMemoryCounter, type WindowCounter } from '../core/window-counter.ts'

/** Length of a window, in milliseconds. */
const WINDOW = 60_000

/**
 * Calls per minute and account (contract §1.9). `count` answers the headers of a counted call, throws 429 over the
 * limit; it is not asked while `limit` is 0, which is off.
 */
export function createRateLimit(limit: number, counter: WindowCounter = createMemoryCounter()) {
  return {
    /** Whether calls are counted at all. */
    isOn: limit > 0,
    async count(accountId: number): Promise<Record<string, string>> {
      const { calls, left } = await counter.count(`calls:${accountId}`, { limit, window: WINDOW })
      const reset = String(Math.max(1, Math.ceil(left / 1000)))
      if (calls === null) throw apiError('rate_limited', {}, { 'retry-after': reset })
      return {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(Math.max(0, limit - calls)),
        'x-ratelimit-reset': reset,
      }
    },
  }
}

export type RateLimit = ReturnType<typeof createRateLimit>
