interface Waiting {
  count: number
  resolve(ids: number[]): void
  reject(error: unknown): void
}

/**
 * Gives out ids from blocks of at least `size`, taken with `reserve`, which answers the last id of the block. Requests
 * that wait share one reservation, so that a burst of them uses up no more ids than it needs. Ids of one request ascend.
 */
export function createIdBlocks(size: number, reserve: (count: number) => Promise<number>) {
  // What is left, the older block first: it is used up before the newer one.
  let left: { next: number; end: number }[] = []
  let waiting: Waiting[] = []
  let reserving = false

  const available = () => left.reduce((sum, { next, end }) => sum + end - next, 0)

  function take(count: number): number[] {
    const ids: number[] = []
    for (const block of left) while (ids.length < count && block.next < block.end) ids.push(block.next++)
    left = left.filter(({ next, end }) => next < end)
    return ids
  }

  async function serve(): Promise<void> {
    reserving = true
    while (waiting.length > 0) {
      const missing = waiting.reduce((sum, { count }) => sum + count, 0) - available()
      const served = waiting
      waiting = []
      try {
        if (missing > 0) {
          const block = Math.max(missing, size)
          const last = await reserve(block)
          left.push({ next: last - block + 1, end: last + 1 })
        }
        for (const { count, resolve } of served) resolve(take(count))
      } catch (error) {
        for (const { reject } of served) reject(error)
      }
    }
    reserving = false
  }

  return async (count: number): Promise<number[]> => {
    if (!reserving && available() >= count) return take(count)
    return new Promise((resolve, reject) => {
      waiting.push({ count, resolve, reject })
      if (!reserving) void serve()
    })
  }
}
