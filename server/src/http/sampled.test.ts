import { expect, it } from 'vitest'
import { sampled } from './sampled.ts'

it('asks again only when the answer is old, and once for all who want it', async () => {
  let [now, asked] = [0, 0]
  const read = sampled(async () => ++asked, { clock: () => now })
  expect(await Promise.all([read(), read(), read()])).toEqual([1, 1, 1])
  now = 14_999
  expect(await read()).toBe(1)
  now = 15_000
  expect(await read()).toBe(2)
})

it('takes the last answer when the next one is late, and does not ask twice at once', async () => {
  let [now, asked] = [0, 0]
  let answer = (_: number) => {}
  const read = sampled(
    () => {
      asked++
      return asked === 1 ? Promise.resolve(1) : new Promise<number>((resolve) => (answer = resolve))
    },
    { patience: 1, clock: () => now },
  )
  expect(await read()).toBe(1)
  now = 20_000
  expect(await read()).toBe(1)
  now = 60_000
  expect([await read(), asked]).toEqual([1, 2])
  answer(7)
  expect(await read()).toBe(7)
})

it('knows nothing after a failure, until the next answer', async () => {
  let now = 0
  let fails = false
  const read = sampled(async () => (fails ? Promise.reject(new Error('away')) : 1), { clock: () => now })
  expect(await read()).toBe(1)
  ;[now, fails] = [20_000, true]
  expect(await read()).toBeUndefined()
  ;[now, fails] = [40_000, false]
  expect(await read()).toBe(1)
})
