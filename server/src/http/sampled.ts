/** How old an answer may be, and how long a scrape waits for a new one, in milliseconds. */
const EVERY = 15_000
const PATIENCE = 1000

interface Options {
  every?: number
  patience?: number
  clock?: () => number
}

/**
 * Asks a question at most once in a while, however often its answer is wanted, and never twice at once. Whoever wants it
 * waits a moment and then takes the last answer; undefined when there is none, or when asking failed.
 */
export function sampled<T>(
  ask: () => Promise<T>,
  { every = EVERY, patience = PATIENCE, clock = () => performance.now() }: Options = {},
): () => Promise<T | undefined> {
  let last: T | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | undefined

  function start(): Promise<void> {
    askedAt = clock()
    return ask()
      .then(
        (answer) => {
          last = answer
        },
        () => {
          last = undefined
        },
      )
      .finally(() => {
        asking = undefined
      })
  }

  return async () => {
    if (asking === undefined && clock() - askedAt >= every) asking = start()
    if (asking !== undefined) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patience)
      })
      await Promise.race([asking, late])
      clearTimeout(timer)
    }
    return last
  }
}
