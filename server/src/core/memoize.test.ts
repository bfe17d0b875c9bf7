import { expect, it, vi } from 'vitest'
import { memoize } from './memoize.ts'

it('makes a value at the first call for a key, an object or not, and answers it from then on', () => {
  const make = vi.fn((key: object | string | null) => ({ key }))
  const get = memoize(make)
  const object = {}
  for (const key of [object, 'a', null]) expect(get(key)).toBe(get(key))
  expect(get({})).not.toBe(get(object))
  expect(make).toHaveBeenCalledTimes(4)
})

it('takes no key for a value of its own, and keeps 0 and ""', () => {
  const make = vi.fn(() => 0)
  const get = memoize(make)
  expect([get(), get()]).toEqual([0, 0])
  expect(make).toHaveBeenCalledOnce()
})

it('gives those who ask at once one promise, and makes a rejected one anew', async () => {
  let calls = 0
  const get = memoize(async () => {
    if (++calls === 1) throw new Error('not yet')
    return calls
  })
  const [first, second] = [get(), get()]
  expect(first).toBe(second)
  await expect(first).rejects.toThrow('not yet')
  expect(await get()).toBe(2)
  expect(await get()).toBe(2)
})

it('keeps nothing of a call that threw', () => {
  let calls = 0
  const get = memoize((key: string) => {
    if (++calls === 1) throw new Error('not yet')
    return key
  })
  expect(() => get('a')).toThrow('not yet')
  expect(get('a')).toBe('a')
})
