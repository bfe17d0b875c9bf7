import { apiError } from '../core/errors.ts'

const WINDOW = 60_000

/**
 * Calls per minute and account in fixed windows, each opened by its first call (contract §1.9). `count` returns the
 * headers of a counted answer, throws 429 over the limit, and does nothing while `limit` is 0.
 */
export function createRateLimit(limit: number) {
  const windows = new Map<number, { opened: number; calls: number }>()
  return {
    count(accountId: number, now: number): Record<string, string> {
      if (limit === 0) return {}
      let window = windows.get(accountId)
      if (!window || now - window.opened >= WINDOW) {
        window = { opened: now, calls: 0 }
        windows.set(accountId, window)
      }
      const reset = String(Math.ceil((window.opened + WINDOW - now) / 1000))
      if (window.calls >= limit) throw apiError('rate_limited', {}, { 'retry-after': reset })
      window.calls++
      return {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(limit - window.calls),
        'x-ratelimit-reset': reset,
      }
    },
  }
}

export type RateLimit = ReturnType<typeof createRateLimit>
