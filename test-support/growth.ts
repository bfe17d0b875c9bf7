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

/** What takes less, in microseconds, is mostly noise. */
const NOISE = 20_000

/**
 * Proves that work on four times as much takes about four times as long: what is quadratic takes sixteen times. Both are
 * measured here and now, and on as much as this machine needs to take a while for it, so that its speed decides nothing.
 */
export async function expectLinear<Input>(
  n: number,
  inputOf: (n: number) => Input,
  work: (input: Input) => unknown,
): Promise<void> {
  const cost = (size: number) => {
    const input = inputOf(size)
    return costOf(() => work(input))
  }
  await work(inputOf(n))
  let size = n
  let one = await cost(size)
  for (let doubled = 0; one < NOISE && doubled < 5; doubled++) {
    size *= 2
    one = await cost(size)
  }
  const four = await cost(4 * size)
  expect(four / Math.max(one, NOISE), `${one} µs for ${size}, ${four} µs for four times as many`).toBeLessThan(9)
}
