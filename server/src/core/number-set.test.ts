import { expect, it } from 'vitest'
import { NumberSet } from './number-set.ts'

it('has what was added, in any order and however often, and nothing else', () => {
  const set = new NumberSet()
  expect(set.has(0)).toBe(false)
  const added = Array.from({ length: 1000 }, (_, n) => ((n * 7919) % 1000) * 2)
  for (const value of [...added, ...added.slice(0, 10)]) set.add(value)
  for (let value = -1; value <= 2000; value++) {
    expect(set.has(value), String(value)).toBe(value >= 0 && value < 2000 && value % 2 === 0)
  }
  set.add(2 ** 50)
  set.add(1)
  expect([set.has(2 ** 50), set.has(1), set.has(3)]).toEqual([true, true, false])
})
