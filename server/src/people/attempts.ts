import { isIPv6 } from 'node:net'
import { apiError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import { MAX_FAILURES, MAX_RESETS } from '../core/limits.ts'
import type { WindowCounter } from '../core/window-counter.ts'
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

/** What is counted of an attempt: under which key, and how often at most. */
interface Limited {
  key: string
  limit: number
  /** Set where it is counted by the address. */
  address?: string
}

function limitsOf(
  { email, address }: Attempt,
  { purpose, perEmail, perAddress }: { purpose: string; perEmail: number; perAddress: number },
): Limited[] {
  const network = networkOf(address)
  const byAddress = { key: keyFor(`${purpose}-address`, network), limit: perAddress, address: network }
  if (email === undefined) return [byAddress]
  return [{ key: keyFor(`${purpose}-email`, email.toLowerCase()), limit: perEmail }, byAddress]
}

const FAILURES = { purpose: 'failed', perEmail: MAX_FAILURES.times, perAddress: MAX_FAILURES.times }
const RESETS = { purpose: 'reset', ...MAX_RESETS }
const { within: window } = MAX_FAILURES

/**
 * Limits attempts, as `counter` counts them. `warn` is told when an address has to wait, because that of a proxy would make
 * everybody wait.
 */
export function createAttempts(counter: WindowCounter, warn: (message: string) => void): Attempts {
  const inTurn = createTurns()
  let quietUntil = 0

  function tellOf(address: string): void {
    const now = performance.now()
    if (now < quietUntil) return
    quietUntil = now + window
    warn(`too many attempts to sign in from ${address}, which has to wait; if it is your proxy, set ASSAY_TRUST_PROXY`)
  }

  /** Counts under every key, or under none and throws. A step of 0 only asks. */
  async function count(limits: readonly Limited[], step: 0 | 1): Promise<void> {
    for (const [index, { key, limit, address }] of limits.entries()) {
      const { calls, left } = await counter.count(key, { limit, window, step })
      if (calls !== null) continue
      if (step === 1) await giveBack(limits.slice(0, index))
      if (address !== undefined) tellOf(address)
      const title = 'Too many attempts; try again after the time in Retry-After'
      throw apiError('rate_limited', { title }, { 'retry-after': String(Math.max(1, Math.ceil(left / 1000))) })
    }
  }

  async function giveBack(limits: readonly Limited[]): Promise<void> {
    for (const { key, limit } of limits) await counter.count(key, { limit, window, step: -1 })
  }

  return {
    async limit(attempt, job) {
      const limits = limitsOf(attempt, FAILURES)
      // Who is over the limit does not take a place in the queue.
      await count(limits, 0)
      return inTurn(async () => {
        await count(limits, 1)
        let failed = false
        try {
          const result = await job()
          failed = result === undefined
          return result
        } finally {
          if (!failed) await giveBack(limits)
        }
      })
    },
    countReset: (attempt) => count(limitsOf(attempt, RESETS), 1),
  }
}
