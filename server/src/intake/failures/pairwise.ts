/** How well a grouping agrees with the true one, over all pairs. */
export interface Agreement {
  /** Of the pairs that were put together, the share that belongs together. */
  precision: number
  /** Of the pairs that belong together, the share that was put together. */
  recall: number
}

const pairs = (n: number) => (n * (n - 1)) / 2

const countBy = (keys: Iterable<string>) => {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts.values()].reduce((sum, n) => sum + pairs(n), 0)
}

/** Compares groups of the same things by pairs; in the time that the things take, not their pairs. */
export function pairwise(things: readonly (readonly [truth: string, found: string])[]): Agreement {
  const both = countBy(things.map((thing) => thing.join('\n')))
  const found = countBy(things.map(([, group]) => group))
  const truth = countBy(things.map(([group]) => group))
  return { precision: found === 0 ? 1 : both / found, recall: truth === 0 ? 1 : both / truth }
}
