import process from 'node:process'
import { expect } from 'vitest'

/** Microseconds of processor time that some work takes, the least of a few tries. */
async function costOf(work: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < 3; i++) {
    const before = process.cpuUsage()
    await work()
    least = Math.min(least, process.cpuUsage(before).user)
  }
  return least
}

/** Proves that work on n, 2n and 4n grows with n: what is quadratic takes sixteen times as long for four times as much. */
export async function expectLinear(work: (n: number) => unknown, n: number): Promise<void> {
  await work(n)
  const [one, , four] = [await costOf(() => work(n)), await costOf(() => work(2 * n)), await costOf(() => work(4 * n))]
  // A millisecond is noise.
  expect(
    (four as number) / Math.max(one as number, 1000),
    `${one} µs for ${n}, ${four} µs for four times as many`,
  ).toBeLessThan(9)
}
