/** A window after something was counted in it: how often, this time included; `null` when it was once too often. */
export interface Counted {
  calls: number | null
  /** Milliseconds until the window ends. */
  left: number
}

export interface Counting {
  /** So often in a window at most. */
  limit: number
  /** Length of a window, in milliseconds. */
  window: number
  /** How often it happened; 0 only asks, -1 takes one back. Left out: once. */
  step?: -1 | 0 | 1
}

/** Counts what happens in fixed windows, each opened by the first time. */
export interface WindowCounter {
  count(key: string, counting: Counting): Counted | Promise<Counted>
}

/** So many windows are kept at once; the oldest goes first, so that made-up keys cannot fill the memory. */
const MAX_WINDOWS = 100_000

/** Counts what happens in this process. `clock` only goes forward, in milliseconds: that of the wall may be set back. */
export function createMemoryCounter(clock = () => performance.now()): WindowCounter {
  const windows = new Map<string, { ends: number; calls: number }>()

  function makeRoom(): void {
    const [oldest] = windows.keys()
    if (windows.size >= MAX_WINDOWS && oldest !== undefined) windows.delete(oldest)
  }

  return {
    count(key, { limit, window: length, step = 1 }) {
      const now = clock()
      let window = windows.get(key)
      if (window === undefined || window.ends <= now) {
        if (step < 1) return { calls: 0, left: length }
        windows.delete(key)
        makeRoom()
        window = { ends: now + length, calls: 0 }
        windows.set(key, window)
      }
      const left = window.ends - now
      if (step >= 0 && window.calls >= limit) return { calls: null, left }
      window.calls = Math.max(0, window.calls + step)
      return { calls: window.calls, left }
    },
  }
}
