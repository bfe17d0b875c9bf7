/** What `onRetry` is told before each wait. */
export interface RetryNotice {
  method: string
  path: string
  /** 1 for the first retry. */
  attempt: number
  /** Milliseconds until the request is sent again. */
  delay: number
  reason: Error
}

export interface RetryOptions {
  /** Retries of a request after the first attempt. Default 8, which is about a minute; 0 for none. */
  retries?: number
  /** First back-off in milliseconds; doubles each time, up to 30 s. Default 250. `Retry-After` goes before it. */
  backOff?: number
  /** Milliseconds after the first attempt began from which no retry starts. Default 300,000. */
  deadline?: number
  /** Called before each wait. */
  onRetry?: (notice: RetryNotice) => void
}

const RETRIED_STATUSES = new Set([409, 429, 500, 502, 503, 504])
const LONGEST_DELAY = 30_000

/** Whether the same request may succeed later: running twin (409), rate limit, server trouble, or no answer (0). */
export function isRetriedStatus(status: number): boolean {
  return status === 0 || RETRIED_STATUSES.has(status)
}

/**
 * Milliseconds to wait before retry number `attempt` (1, 2, …): exponential from `base`, at most 30 s, half of it
 * random so that clients which failed together do not come back together.
 */
export function backOffDelay(attempt: number, base: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_DELAY, base * 2 ** (attempt - 1))
  return Math.round(full / 2 + (full / 2) * random())
}

/** Milliseconds asked for by a `Retry-After` header (seconds or an HTTP date); `null` without a readable one. */
export function retryAfterDelay(header: string | null, now: number = Date.now()): number | null {
  if (header === null || header.trim() === '') return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

/** Resolves after `delay` ms; rejects at once when `signal` aborts. */
export function pause(delay: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, delay)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
