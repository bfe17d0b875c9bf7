import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** A request that held as many bytes leaves pages behind that are worth to be given back. */
const LARGE = 8 * 1024 * 1024
/** Milliseconds from a large request until its memory is given back: large requests seldom come alone. */
const DELAY = 5_000

/**
 * A full collection, after which the engine also gives the pages back that it keeps for later: hundreds of megabytes
 * after large bodies, which no idle time returns. It takes about 50 ms.
 */
function collectAll(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: { type: 'major'; flavor: 'last-resort' }) => void
  collect({ type: 'major', flavor: 'last-resort' })
}

/** Gives the memory of large requests back to the system some time after them, once none is in flight. */
export function createMemoryRelease({ delay = DELAY, collect = collectAll } = {}): {
  /** A request is over that held so many bytes of its body; `inFlight`: what others hold by then. */
  ended(held: number, inFlight: () => number): void
  stop(): void
} {
  let timer: NodeJS.Timeout | undefined
  return {
    ended(held, inFlight) {
      if (held < LARGE || timer !== undefined) return
      const look = () => {
        timer = undefined
        if (inFlight() < LARGE) collect()
        else arm()
      }
      const arm = () => {
        timer = setTimeout(look, delay)
        timer.unref()
      }
      arm()
    },
    stop: () => clearTimeout(timer),
  }
}
