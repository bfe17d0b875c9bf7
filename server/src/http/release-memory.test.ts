import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMemoryRelease } from './release-memory.ts'

const LARGE = 20_000_000
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const none = () => 0

it('collects some time after large requests, once for several, and not for small ones', () => {
  const collect = vi.fn()
  const memory = createMemoryRelease({ delay: 1000, collect })
  memory.ended(1000, none)
  vi.advanceTimersByTime(5000)
  expect(collect).toHaveBeenCalledTimes(0)
  memory.ended(LARGE, none)
  vi.advanceTimersByTime(999)
  memory.ended(LARGE, none)
  memory.ended(10, none)
  expect(collect).toHaveBeenCalledTimes(0)
  vi.advanceTimersByTime(1)
  expect(collect).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(5000)
  expect(collect).toHaveBeenCalledTimes(1)
  memory.ended(LARGE, none)
  vi.advanceTimersByTime(1000)
  expect(collect).toHaveBeenCalledTimes(2)
})

it('waits while another large request is in flight, however busy the server is with small ones', () => {
  const collect = vi.fn()
  let inFlight = LARGE
  const memory = createMemoryRelease({ delay: 1000, collect })
  memory.ended(LARGE, () => inFlight)
  vi.advanceTimersByTime(3000)
  expect(collect).toHaveBeenCalledTimes(0)
  inFlight = 1000
  for (let n = 0; n < 10; n++) {
    memory.ended(100, () => inFlight)
    vi.advanceTimersByTime(100)
  }
  expect(collect).toHaveBeenCalledTimes(1)
})

it('collects nothing once it is stopped', () => {
  const collect = vi.fn()
  const memory = createMemoryRelease({ collect })
  memory.ended(LARGE, none)
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
  createMemoryRelease({ delay: 0 }).ended(LARGE, none)
  await vi.waitFor(() => expect(kept.deref() === undefined).toBe(true), { timeout: 60_000 })
})
