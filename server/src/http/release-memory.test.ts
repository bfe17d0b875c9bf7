import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMemoryRelease } from './release-memory.ts'

const LARGE = 20_000_000
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('collects once, when nothing was in flight for a while after a large request', () => {
  const collect = vi.fn()
  const memory = createMemoryRelease({ quiet: 1000, collect })
  memory.ended(1000, 0)
  vi.advanceTimersByTime(5000)
  expect(collect).toHaveBeenCalledTimes(0)
  memory.ended(LARGE, 500)
  vi.advanceTimersByTime(5000)
  expect(collect).toHaveBeenCalledTimes(0)
  memory.ended(500, 0)
  vi.advanceTimersByTime(999)
  memory.ended(10, 0)
  vi.advanceTimersByTime(999)
  expect(collect).toHaveBeenCalledTimes(0)
  vi.advanceTimersByTime(1)
  expect(collect).toHaveBeenCalledTimes(1)
  memory.ended(10, 0)
  vi.advanceTimersByTime(5000)
  expect(collect).toHaveBeenCalledTimes(1)
})

it('collects nothing once it is stopped', () => {
  const collect = vi.fn()
  const memory = createMemoryRelease({ collect })
  memory.ended(LARGE, 0)
  memory.stop()
  vi.runAllTimers()
  expect(collect).toHaveBeenCalledTimes(0)
})

it('collects all that nothing refers to', async () => {
  vi.useRealTimers()
  const forget = () => new WeakRef({})
  const kept = forget()
  // What a WeakRef names is kept until the end of the turn that made it.
  await sleep(1)
  createMemoryRelease({ quiet: 0 }).ended(LARGE, 0)
  await vi.waitFor(() => expect(kept.deref() === undefined).toBe(true))
})
