import { isIPv6 } from 'node:net'
import { apiError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import { MAX_FAILURES, MAX_RESETS } from '../core/limits.ts'
import type { Counting, WindowCounter } from '../core/window-counter.ts'
import { createTurns } from './turns.ts'

/** Who tries something, as far as anybody knows. */
export interface Attempt {
  /** As it was typed; left out where none was. */
  email?: string
  address: string
}

/** Makes trying out passwords and codes hopeless (contract §14.1). Every method throws 429 with `Retry-After`. */
export interface Attempts {
  /**
   * Runs `job`, which answers undefined when the attempt failed, a few at a time. Who failed too often is refused before
   * it runs, and attempts at the same time cannot slip past the limit together. Throws 503 when too many wait.
   */
  limit<T>(attempt: Attempt, job: () => Promise<T | undefined>): Promise<T | undefined>
  /** Counts a mail that anybody may have sent. */
  countReset(attempt: Required<Attempt>): Promise<void>
}

/** Whoever has one address of IPv6 has all those that begin with the same 64 bits. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail] = (address.split('%')[0] as string).split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups =
    tail === undefined ? left : [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

/** Keys of one length, whatever was typed, that tell nothing to who reads them in Redis. */
const keyFor = (purpose: string, text: string) => `${purpose}:${sha256(text).slice(0, 32)}`

function keysOf({ email, address }: Attempt, purpose: string): string[] {
  const ofAddress = keyFor(`${purpose}-address`, networkOf(address))
  return email === undefined ? [ofAddress] : [keyFor(`${purpose}-email`, email.toLowerCase()), ofAddress]
}

/** Limits attempts, as `counter` counts them. */
export function createAttempts(counter: WindowCounter): Attempts {
  const inTurn = createTurns()
  /** Counts under every key, or under none and throws. */
  async function count(keys: readonly string[], step: 0 | 1, limits: readonly number[]): Promise<void> {
    const counted: string[] = []
    for (const [index, key] of keys.entries()) {
      const counting: Counting = { limit: limits[index] as number, window: MAX_FAILURES.within, step }
      const { calls, left } = await counter.count(key, counting)
      if (calls === null) {
        if (step === 1) await giveBack(counted)
        const title = 'Too many attempts; try again after the time in Retry-After'
        throw apiError('rate_limited', { title }, { 'retry-after': String(Math.max(1, Math.ceil(left / 1000))) })
      }
      counted.push(key)
    }
  }
  async function giveBack(keys: readonly string[]): Promise<void> {
    for (const key of keys) await counter.count(key, { limit: 1, window: MAX_FAILURES.within, step: -1 })
  }
  return {
    async limit(attempt, job) {
      const keys = keysOf(attempt, 'failed')
      const limits = keys.map(() => MAX_FAILURES.times)
      // Who is over the limit does not take a place in the queue.
      await count(keys, 0, limits)
      return inTurn(async () => {
        await count(keys, 1, limits)
        let failed = false
        try {
          const result = await job()
          failed = result === undefined
          return result
        } finally {
          if (!failed) await giveBack(keys)
        }
      })
    },
    countReset: (attempt) => count(keysOf(attempt, 'reset'), 1, [MAX_RESETS.perEmail, MAX_RESETS.perAddress]),
  }
}
