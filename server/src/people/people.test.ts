import { describe, expect, it } from 'vitest'
import { createMemoryCounter } from '../core/window-counter.ts'
import { createAttempts, networkOf } from './attempts.ts'
import { wrongWith } from './password.rules.ts'
import { createPasswordHasher, PASSWORD_WORK } from './password-hash.ts'
import { createTurns } from './turns.ts'

const cheap = { cost: 1, blockSize: 8, parallel: 1 }

describe('passwords', () => {
  it('cost what the contract says on a server: N 2^17, r 8, p 1, off the event loop', async () => {
    expect(PASSWORD_WORK).toEqual({ cost: 17, blockSize: 8, parallel: 1 })
    const { make, matches } = createPasswordHasher()
    let turns = 0
    const ticking = setInterval(() => turns++, 1)
    const stored = await make('correct horse battery')
    clearInterval(ticking)
    expect(turns).toBeGreaterThan(0)
    expect(stored).toMatch(/^scrypt\$17\$8\$1\$[\w-]{22}\$[\w-]{43}$/)
    expect(await matches('correct horse battery', stored)).toBe(true)
  })

  it('match their own hash only, whatever work it took', async () => {
    const [one, other] = [createPasswordHasher(cheap), createPasswordHasher({ ...cheap, cost: 2 })]
    const stored = await one.make('a password')
    expect(await one.make('a password')).not.toBe(stored)
    expect([await other.matches('a password', stored), await other.matches('A password', stored)]).toEqual([
      true,
      false,
    ])
    expect([one.isOutdated(stored), other.isOutdated(stored)]).toEqual([false, true])
    expect(await one.pretend('a password')).toBe(false)
  })

  it.each([
    ['of nine letters', '123456789', 'is too short: it must have at least 10 characters'],
    ['of nine signs', '\u{1F511}'.repeat(9), 'is too short: it must have at least 10 characters'],
    ['of 1,001 letters', 'x'.repeat(1001), 'is too long: at most 1000 characters are allowed'],
    ['of ten million letters', 'x'.repeat(10_000_000), 'is too long: at most 1000 characters are allowed'],
    ['that is the e-mail address', 'ADA@example.org', 'must not be the e-mail address'],
    ['that counts', '1234567890', expect.stringContaining('commonest')],
    ['that is common, in other case', 'Basketball', expect.stringContaining('commonest')],
    ['of words', 'correct horse', undefined],
    ['of blanks', '          ', undefined],
    ['of 1,000 letters', 'x'.repeat(1000), undefined],
  ])('one %s is judged', (_name, password, verdict) => {
    expect(wrongWith(password, 'ada@example.org')).toEqual(verdict)
  })
})

describe('turns', () => {
  it('are taken by two at a time, in order, and by no more than may wait', async () => {
    const inTurn = createTurns()
    const gates: (() => void)[] = []
    let running = 0
    let most = 0
    const done: number[] = []
    const job = (n: number) => async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => gates.push(resolve))
      running--
      done.push(n)
    }
    const jobs = Array.from({ length: 102 }, (_, n) => inTurn(job(n)))
    await expect(inTurn(job(102))).rejects.toMatchObject({ code: 'unavailable', headers: { 'retry-after': '2' } })
    while (done.length < 102) {
      gates.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(jobs)
    expect([most, done]).toEqual([2, Array.from({ length: 102 }, (_, n) => n)])
  })

  it('go on after one that failed', async () => {
    const inTurn = createTurns()
    for (let i = 0; i < 5; i++) await expect(inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await inTurn(async () => 'yes')).toBe('yes')
  })
})

describe('attempts', () => {
  const fails = async () => undefined

  it('count again once a quarter of an hour is over', async () => {
    let now = 0
    const attempts = createAttempts(
      createMemoryCounter(() => now),
      () => {},
    )
    const attempt = { email: 'a@b', address: '192.0.2.1' }
    for (let i = 0; i < 10; i++) expect(await attempts.limit(attempt, fails)).toBeUndefined()
    const refused = expect(attempts.limit(attempt, fails)).rejects
    await refused.toMatchObject({ code: 'rate_limited', headers: { 'retry-after': '900' } })
    now = 15 * 60_000 - 1
    await expect(attempts.limit(attempt, fails)).rejects.toMatchObject({ headers: { 'retry-after': '1' } })
    now = 15 * 60_000
    expect(await attempts.limit(attempt, async () => 'in')).toBe('in')
  })

  it('that were refused, or that broke, count for nothing', async () => {
    const attempts = createAttempts(createMemoryCounter(), () => {})
    for (let i = 0; i < 10; i++) await attempts.limit({ email: 'a@b', address: `192.0.2.${i}` }, fails)
    const other = { email: 'c@d', address: '198.51.100.1' }
    for (let i = 0; i < 20; i++) {
      await expect(attempts.limit({ email: 'a@b', address: other.address }, fails)).rejects.toThrow()
      await expect(attempts.limit(other, () => Promise.reject(new Error('away')))).rejects.toThrow('away')
    }
    expect(await attempts.limit(other, async () => 'in')).toBe('in')
  })

  it('of an address that has to wait are told to the operator, once in a while', async () => {
    const told: string[] = []
    const attempts = createAttempts(createMemoryCounter(), (message) => told.push(message))
    const from = (n: number) => ({ email: `${n}@b`, address: '192.0.2.1' })
    for (let i = 0; i < 10; i++) await attempts.limit(from(i), fails)
    expect(told).toEqual([])
    for (let i = 10; i < 13; i++)
      await expect(attempts.limit(from(i), fails)).rejects.toMatchObject({ code: 'rate_limited' })
    expect(told).toEqual([expect.stringMatching(/from 192\.0\.2\.1, .*ASSAY_TRUST_PROXY/)])
  })

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('from %s are those of %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
