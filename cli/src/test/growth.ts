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

// What takes less is noise; what is quadratic takes far more for the sizes that tests use.
const NOISE = 20_000

/** Proves that work on four times as much takes about four times as long: what is quadratic takes sixteen times. */
export async function expectLinear(work: (n: number) => unknown, n: number): Promise<void> {
  await work(n)
  const one = await costOf(() => work(n))
  const four = await costOf(() => work(4 * n))
  expect(four / Math.max(one, NOISE), `${one} µs for ${n}, ${four} µs for four times as many`).toBeLessThan(9)
}
