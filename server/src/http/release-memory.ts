import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** A request that held as many bytes leaves pages behind that are worth to be given back. */
const LARGE = 8 * 1024 * 1024
/** Milliseconds without a body in flight before anything is given back: large requests seldom come alone. */
const QUIET = 5_000

/**
 * A full collection, after which the engine also gives the pages back that it keeps for later: hundreds of megabytes
 * after large bodies, which no idle time returns. It takes about 50 ms.
 */
function collectAll(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: { type: 'major'; flavor: 'last-resort' }) => void
  collect({ type: 'major', flavor: 'last-resort' })
}

/** Gives the memory of large requests back to the system when none is in flight any more. */
export function createMemoryRelease({ quiet = QUIET, collect = collectAll } = {}): {
  /** A request is over that held so many bytes of its body; `inFlight`: what others still hold. */
  ended(held: number, inFlight: number): void
  stop(): void
} {
  let isDue = false
  let timer: NodeJS.Timeout | undefined
  const stop = () => clearTimeout(timer)
  return {
    ended(held, inFlight) {
      isDue ||= held >= LARGE
      if (!isDue) return
      stop()
      if (inFlight > 0) return
      timer = setTimeout(() => {
        isDue = false
        collect()
      }, quiet)
      timer.unref()
    },
    stop,
  }
}
