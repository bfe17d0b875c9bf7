import { apiError } from '../core/errors.ts'

/** Length of a window, in milliseconds. */
export const WINDOW = 60_000

/** A window after a call: how many calls it let through, this one included; `null` when it was one too many. */
export interface Counted {
  calls: number | null
  /** Milliseconds until the window ends. */
  left: number
}

/** Counts calls in fixed windows, each opened by its first call. */
export interface CallCounter {
  count(accountId: number, limit: number): Counted | Promise<Counted>
}

/** Counts the calls of this process. `clock` only goes forward, in milliseconds: that of the wall may be set back. */
export function createMemoryCounter(clock = () => performance.now()): CallCounter {
  const windows = new Map<number, { opened: number; calls: number }>()
  return {
    count(accountId, limit) {
      const now = clock()
      let window = windows.get(accountId)
      if (!window || now - window.opened >= WINDOW) {
        window = { opened: now, calls: 0 }
        windows.set(accountId, window)
      }
      const left = window.opened + WINDOW - now
      return window.calls >= limit ? { calls: null, left } : { calls: ++window.calls, left }
    },
  }
}

/**
 * Calls per minute and account (contract §1.9). `count` answers the headers of a counted call, throws 429 over the
 * limit; it is not asked while `limit` is 0, which is off.
 */
export function createRateLimit(limit: number, counter: CallCounter = createMemoryCounter()) {
  return {
    /** Whether calls are counted at all. */
    isOn: limit > 0,
    async count(accountId: number): Promise<Record<string, string>> {
      const { calls, left } = await counter.count(accountId, limit)
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
