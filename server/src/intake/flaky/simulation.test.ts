import { describe, expect, it } from 'vitest'
import { simulate } from './simulation.ts'

const share = ({ tests, ever }: { tests: number; ever: number }) => ever / tests

describe('histories whose truth is known', () => {
  it.each([
    ['jobs try a failed test again', true, 0.95],
    ['nothing is tried again', false, 0.7],
  ])('are told apart where %s', { timeout: 120_000 }, (_, retries, least) => {
    const { classes, precision, infrastructure } = simulate({
      tests: 2_000,
      builds: 200,
      seed: 7,
      retries,
      knowsBase: true,
      knowsCauses: true,
    })
    expect(precision).toBeGreaterThanOrEqual(0.95)
    expect(share(classes['flaky 20 %'])).toBe(1)
    expect(share(classes['flaky 5 %'])).toBeGreaterThanOrEqual(least)
    // Two failures in thirty builds are rare for these: most of them are never held for flaky.
    expect(share(classes['flaky 1 %'])).toBeLessThan(0.6)
    expect(infrastructure.imports).toBeGreaterThan(10)
    expect(infrastructure.precision).toBeGreaterThanOrEqual(0.7)
    expect(infrastructure.recall).toBeGreaterThanOrEqual(0.85)
  })
})
