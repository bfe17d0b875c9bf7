import { setImmediate as nextTurn } from 'node:timers/promises'

/** How long work may hold the event loop before others have their turn, in milliseconds. */
const TURN = 10

/** Lets other requests have their turn, when this one has had the event loop for long enough; else undefined. */
export type Pause = () => Promise<void> | undefined

/** Makes a pause for one piece of long work, to be awaited in its loops: `await pause()`. */
export function createPause(): Pause {
  let since = performance.now()
  return () => {
    if (performance.now() - since < TURN) return undefined
    return nextTurn().then(() => {
      since = performance.now()
    })
  }
}
