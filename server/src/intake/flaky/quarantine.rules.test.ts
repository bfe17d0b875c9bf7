import { describe, expect, it } from 'vitest'
import type { InstanceVerdict } from './flaky.rules.ts'
import { holds, type Quarantine, whyOver } from './quarantine.rules.ts'

const QUARANTINE: Quarantine = { startedAt: 100, until: 1_000, causes: ['known'], endedAt: null }

const verdicts = (letters: string): InstanceVerdict[] =>
  [...letters].map((letter, index) => ({
    buildId: index + 1,
    startedAt: 100 + index,
    kind: letter === 'c' ? 'change' : 'mainline',
    commit: null,
    pullRequest: null,
    variant: '',
    isCut: letter === 'X',
    isInfrastructure: letter === 'I',
    isFullJob: true,
    verdict: letter === 'S' ? 'NO RUN' : 'FIX'.includes(letter) ? 'FAILED' : 'PASSED',
    passedOnRetry: false,
    cause: null,
  }))

describe('a quarantine', () => {
  it('holds failures of its causes while it is in force', () => {
    expect(holds(QUARANTINE, { cause: 'known', at: 100 })).toBe(true)
    expect(holds(QUARANTINE, { cause: 'other', at: 100 })).toBe(false)
    expect(holds(QUARANTINE, { cause: null, at: 100 })).toBe(false)
    expect(holds({ ...QUARANTINE, causes: ['*'] }, { cause: null, at: 100 })).toBe(true)
    expect(holds(QUARANTINE, { cause: 'known', at: 99 })).toBe(false)
    expect(holds(QUARANTINE, { cause: 'known', at: 1_000 })).toBe(false)
    expect(holds({ ...QUARANTINE, endedAt: 500 }, { cause: 'known', at: 500 })).toBe(false)
  })

  it('is over at its time, or after twenty builds in which it ran and was healthy', () => {
    const over = (letters: string, signals = new Map<number, unknown>()) =>
      whyOver(QUARANTINE, verdicts(letters), { signals, now: 500 })
    expect(whyOver(QUARANTINE, [], { signals: new Map(), now: 1_000 })).toBe('time')
    expect(over('P'.repeat(19))).toBeUndefined()
    expect(over('P'.repeat(20))).toBe('healthy')
    expect(over(`${'P'.repeat(19)}SSScccIX`)).toBeUndefined()
    expect(over(`F${'P'.repeat(10)}SIX${'P'.repeat(10)}`)).toBe('healthy')
    expect(over(`${'P'.repeat(10)}F${'P'.repeat(10)}`)).toBeUndefined()
    expect(over('P'.repeat(20), new Map([[5, 'retry']]))).toBeUndefined()
    expect(over('P'.repeat(25), new Map([[5, 'retry']]))).toBe('healthy')
  })
})
