import { expect } from 'vitest'

/**
 * Microseconds of processor time that some work takes, the least of a few tries: on the thread that does it, because
 * what collects garbage beside it works more than in proportion.
 */
async function costOf(work: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < 3; i++) {
    const before = process.threadCpuUsage()
    await work()
    least = Math.min(least, process.threadCpuUsage(before).user)
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
  for (let doubled = 0; one < NOISE && doubled < 6; doubled++) {
    size *= 2
    one = await cost(size)
  }
  let four = await cost(4 * size)
  const isLinear = () => four / Math.max(one, NOISE) < 9
  // The least of many tries is what the work costs; what was disturbed is not so each time, what is quadratic is.
  for (let again = 0; again === 0 || (!isLinear() && again < 3); again++) {
    one = Math.min(one, await cost(size))
    four = Math.min(four, await cost(4 * size))
  }
  expect(isLinear(), `${one} µs for ${size}, ${four} µs for four times as many`).toBe(true)
}
