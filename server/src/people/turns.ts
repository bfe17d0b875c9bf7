import { apiError } from '../core/errors.ts'

/** So many hashes are made at once (contract §14.2): each holds 128 MiB. */
const AT_ONCE = 2

/** So many may wait for their turn, about a quarter of a minute. */
const MAX_WAITING = 100

/** Runs jobs two at a time, and the others in the order in which they came; 503 when too many wait. */
export function createTurns(): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (job) => {
    if (running < AT_ONCE) running++
    else if (waiting.length < MAX_WAITING) await new Promise<void>((resolve) => waiting.push(resolve))
    else throw apiError('unavailable', { title: 'Too many people sign in at once; try again' }, { 'retry-after': '2' })
    try {
      return await job()
    } finally {
      // Whoever waits takes over the place.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
