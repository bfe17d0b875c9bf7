import { describe, expect, it } from 'vitest'
import { createIdBlocks } from './id-blocks.ts'

/** A sequence as the database has it, which notes how much was asked of it. */
function sequence() {
  const asked: number[] = []
  let value = 0
  const reserve = async (count: number) => {
    asked.push(count)
    value += count
    const last = value
    await new Promise((resolve) => setImmediate(resolve))
    return last
  }
  return { asked, reserve, skip: (count: number) => (value += count) }
}

describe('ids in blocks', () => {
  it('are given out in order, and a block is used up before the next is begun', async () => {
    const { asked, reserve, skip } = sequence()
    const nextIds = createIdBlocks(10, reserve)
    expect(await nextIds(4)).toEqual([1, 2, 3, 4])
    expect(await nextIds(0)).toEqual([])
    // Another process takes a block in between.
    skip(100)
    expect(await nextIds(8)).toEqual([5, 6, 7, 8, 9, 10, 111, 112])
    expect(asked).toEqual([10, 10])
  })

  it('take one reservation for a burst of requests, and no id twice', async () => {
    const { asked, reserve } = sequence()
    const nextIds = createIdBlocks(1000, reserve)
    const given = await Promise.all(Array.from({ length: 400 }, () => nextIds(2)))
    expect(asked).toEqual([1000])
    expect(given.flat()).toEqual(Array.from({ length: 800 }, (_, i) => i + 1))
  })

  it('come in one reservation for all that wait, also for more than a block', async () => {
    const { asked, reserve } = sequence()
    const nextIds = createIdBlocks(10, reserve)
    const given = await Promise.all([nextIds(7), nextIds(30), nextIds(5)])
    expect(asked).toEqual([10, 32])
    expect(given.map((ids) => ids.length)).toEqual([7, 30, 5])
    expect(new Set(given.flat()).size).toBe(42)
  })

  it('are asked for again after a failure', async () => {
    let fails = true
    const nextIds = createIdBlocks(10, async (count) => {
      if (fails) throw new Error('locked')
      return count
    })
    await expect(Promise.all([nextIds(1), nextIds(2)])).rejects.toThrow('locked')
    fails = false
    expect(await nextIds(2)).toEqual([1, 2])
  })
})
