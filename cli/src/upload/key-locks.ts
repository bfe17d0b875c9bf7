/** Runs work one after the other where keys overlap, in the order it was asked for, and in parallel where they do not. */
export type KeyLocks<K> = <T>(keys: Iterable<K>, work: () => Promise<T>) => Promise<T>

/** Creates locks over keys of one kind. All keys of one call are taken at once, so calls cannot wait on each other. */
export function createKeyLocks<K>(): KeyLocks<K> {
  const tails = new Map<K, Promise<unknown>>()
  return <T>(keys: Iterable<K>, work: () => Promise<T>): Promise<T> => {
    const mine = new Set(keys)
    const before = new Set<Promise<unknown>>()
    for (const key of mine) {
      const tail = tails.get(key)
      if (tail) before.add(tail)
    }
    const done = Promise.all(before).then(work)
    const settled: Promise<unknown> = done.then(
      () => undefined,
      () => undefined,
    )
    for (const key of mine) tails.set(key, settled)
    void settled.then(() => {
      for (const key of mine) if (tails.get(key) === settled) tails.delete(key)
    })
    return done
  }
}
