import { describe, expect, it } from 'vitest'
import { becomesFlaky, changeOf, count, noCounts, type Outcome, rankOf, takesPlace } from './verdicts.rules.ts'

const outcome = (more: Partial<Outcome> = {}): Outcome => ({
  importId: 2,
  jobAttempt: 1,
  status: 'PASSED',
  runDate: 10,
  attempts: 1,
  isFlaky: false,
  isRetry: false,
  ...more,
})
const known = (more: object = {}) => ({ import_id: 1, job_attempt: 1, status: 'FAILED', run_date: 5, ...more })

describe('which verdict an instance has in a build', () => {
  it.each([
    ['a later delivery', outcome(), known(), true],
    ['an earlier delivery', outcome({ importId: 0 }), known(), false],
    ['a later attempt of the job', outcome({ importId: 0, jobAttempt: 2 }), known(), true],
    ['an earlier attempt of the job', outcome({ jobAttempt: 1 }), known({ job_attempt: 2 }), false],
    ['a skipped test where there is a verdict', outcome({ status: 'NO RUN' }), known(), false],
    ['a verdict where there is a skipped test', outcome({ importId: 0 }), known({ status: 'NO RUN' }), true],
    ['a better repeat', outcome({ importId: 1 }), known(), false],
    ['a worse repeat', outcome({ importId: 1, status: 'FAILED' }), known({ status: 'PASSED' }), true],
    ['a marked retry that ran later', outcome({ importId: 1, isRetry: true }), known(), true],
    ['a marked retry that ran earlier', outcome({ importId: 1, isRetry: true, runDate: 1 }), known(), false],
  ])('%s', (_, next, before, takes) => expect(takesPlace(next, before, 'worst')).toBe(takes))

  it('is the last of repeats where that is asked for', () => {
    expect(takesPlace(outcome({ importId: 1 }), known(), 'last')).toBe(true)
  })
})

describe('a test that passed after an attempt that failed', () => {
  it.each([
    ['in a later attempt of the job', outcome({ jobAttempt: 2 }), known(), true, true],
    [
      'in an earlier attempt that came late',
      outcome({ status: 'FAILED' }),
      known({ job_attempt: 2, status: 'PASSED' }),
      false,
      true,
    ],
    ['in a marked retry', outcome({ importId: 1, isRetry: true }), known(), true, true],
    ['in a repeat without a mark', outcome({ importId: 1 }), known(), true, false],
    ['in another delivery of the same attempt', outcome(), known(), true, false],
    ['and now fails', outcome({ jobAttempt: 2, status: 'FAILED' }), known({ status: 'PASSED' }), true, false],
  ])('%s', (_, next, before, takes, flaky) => expect(becomesFlaky(next, before, takes)).toBe(flaky))
})

describe('what changed', () => {
  it.each([
    ['FAILED', 'PASSED', false, 'new-failure'],
    ['BLOCKED', 'PASSED', false, 'new-failure'],
    ['FAILED', undefined, false, 'new-failure'],
    ['FAILED', undefined, true, 'new-failure'],
    ['FAILED', 'BLOCKED', false, 'still-failing'],
    ['PASSED', 'FAILED', false, 'fixed'],
    ['PASSED', undefined, true, 'new-test'],
    ['PASSED', 'PASSED', false, null],
    ['NO RUN', 'FAILED', false, null],
  ])('%s after %s, new: %s, is %s', (status, base, isNew, change) => {
    expect(changeOf(status, base === undefined ? undefined : { status: base }, isNew)).toBe(change)
  })

  it('is ranked: new failures first, what was skipped last', () => {
    const rank = (status: string, change: string | null = null, flaky = 0) => rankOf({ status, change, flaky })
    expect([
      rank('FAILED', 'new-failure'),
      rank('BLOCKED', 'still-failing'),
      rank('PASSED', null, 1),
      rank('PASSED', 'new-test'),
      rank('PASSED', 'fixed'),
      rank('PASSED'),
      rank('NO RUN'),
    ]).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  it('is counted, and taken away again', () => {
    const counts = noCounts()
    const row = { status: 'FAILED', change: 'new-failure', flaky: 0, duration_ms: 7 }
    count(counts, row, 1)
    expect(counts).toMatchObject({ failed: 1, new_failures: 1, duration_ms: 7 })
    count(counts, row, -1)
    expect(counts).toEqual(noCounts())
  })
})
