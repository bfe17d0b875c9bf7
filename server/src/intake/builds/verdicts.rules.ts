import type { Schema } from '../../db/schema.ts'

export type ResultRow = Schema['results']

/** Which verdict an instance is compared with. */
export interface Base {
  instance_id: number
  build_id: number
  status: string
  failing_since_id: number | null
}

/** One case as it was stored: what may become, or change, the verdict of its instance in the build. */
export interface Outcome {
  importId: number
  jobAttempt: number
  status: 'PASSED' | 'FAILED' | 'BLOCKED' | 'NO RUN'
  runDate: number
  /** Runs of the case. */
  attempts: number
  /** Whether an attempt of it failed and its last one passed. */
  isFlaky: boolean
  /** It says that it is another attempt of the same test. */
  isRetry: boolean
}

const SEVERITY: Readonly<Record<string, number>> = { FAILED: 3, BLOCKED: 2, PASSED: 1, 'NO RUN': 0 }

/** Whether a verdict is bad news. */
export const isFailing = (status: string): boolean => status === 'FAILED' || status === 'BLOCKED'

/**
 * Whether an outcome takes the place of the verdict that its instance has in the build: a later attempt of the job, a
 * later delivery, a later attempt within one; of unmarked repeats in one import the worst, or the last (contract §10.2).
 * A skipped test says nothing where there is a verdict.
 */
export function takesPlace(
  outcome: Outcome,
  known: Pick<ResultRow, 'import_id' | 'job_attempt' | 'status' | 'run_date'>,
  repeats: 'worst' | 'last',
): boolean {
  if (outcome.status === 'NO RUN' && known.status !== 'NO RUN') return false
  if (known.status === 'NO RUN' && outcome.status !== 'NO RUN') return true
  if (outcome.jobAttempt !== known.job_attempt) return outcome.jobAttempt > known.job_attempt
  if (outcome.importId !== known.import_id) return outcome.importId > known.import_id
  if (outcome.isRetry) return outcome.runDate >= known.run_date
  if (repeats === 'last') return true
  return (SEVERITY[outcome.status] ?? 0) > (SEVERITY[known.status] ?? 0)
}

/** Whether the two together are a test that passed after an attempt that failed. */
export function becomesFlaky(
  outcome: Outcome,
  known: Pick<ResultRow, 'import_id' | 'job_attempt' | 'status'>,
  isVerdict: boolean,
): boolean {
  // Repeats without a mark are rows of one table, not attempts.
  const isRepeat = outcome.importId === known.import_id && !outcome.isRetry
  const isOtherDelivery = outcome.importId !== known.import_id && outcome.jobAttempt === known.job_attempt
  if (isRepeat || isOtherDelivery) return false
  const [earlier, later] = isVerdict ? [known.status, outcome.status] : [outcome.status, known.status]
  return later === 'PASSED' && isFailing(earlier)
}

export type Change = 'new-failure' | 'still-failing' | 'fixed' | 'new-test' | null

/** What a verdict is against its base (contract §10.3). `isNewTest`: this build made the test. */
export function changeOf(status: string, base: Pick<Base, 'status'> | undefined, isNewTest: boolean): Change {
  if (status === 'NO RUN') return isNewTest ? 'new-test' : null
  if (isFailing(status)) return base !== undefined && isFailing(base.status) ? 'still-failing' : 'new-failure'
  if (base !== undefined && isFailing(base.status) && status === 'PASSED') return 'fixed'
  return isNewTest ? 'new-test' : null
}

/** What is kept with a verdict of its base: what changed, and since which build it fails. */
export function againstBase(
  base: Base | undefined,
  o: { status: string; isNewTest: boolean; buildId: number },
): Pick<ResultRow, 'change' | 'base_build_id' | 'failing_since_id'> {
  const wasFailing = base !== undefined && isFailing(base.status)
  const since = wasFailing ? (base.failing_since_id ?? base.build_id) : o.buildId
  return {
    change: changeOf(o.status, base, o.isNewTest),
    base_build_id: base?.build_id ?? null,
    failing_since_id: isFailing(o.status) ? since : null,
  }
}

/** Ranks up to this one are of failures. */
export const LAST_FAILING_RANK = 1

/** Where a verdict stands in a list: new failures, other failures, flaky, new, fixed, passed, skipped. */
export function rankOf({ status, change, flaky }: Pick<ResultRow, 'status' | 'change' | 'flaky'>): number {
  if (isFailing(status)) return change === 'new-failure' ? 0 : LAST_FAILING_RANK
  if (flaky === 1) return 2
  if (change === 'new-test') return 3
  if (change === 'fixed') return 4
  return status === 'PASSED' ? 5 : 6
}

/** The counts of a build that verdicts add up to. */
export const COUNTS = [
  'passed',
  'failed',
  'blocked',
  'no_run',
  'flaky',
  'new_failures',
  'still_failing',
  'fixed',
  'duration_ms',
] as const
export type BuildCounts = Record<(typeof COUNTS)[number], number>

export const noCounts = (): BuildCounts => Object.fromEntries(COUNTS.map((name) => [name, 0])) as BuildCounts

const STATUS_COUNTS = { PASSED: 'passed', FAILED: 'failed', BLOCKED: 'blocked', 'NO RUN': 'no_run' } as const
const CHANGE_COUNTS: Partial<Record<string, keyof BuildCounts>> = {
  'new-failure': 'new_failures',
  'still-failing': 'still_failing',
  fixed: 'fixed',
}

/** Counts a verdict, `times` 1, or takes it away, -1. */
export function count(
  counts: BuildCounts,
  { status, change, flaky, duration_ms: duration }: Pick<ResultRow, 'status' | 'change' | 'flaky' | 'duration_ms'>,
  times: 1 | -1,
): void {
  counts[STATUS_COUNTS[status as keyof typeof STATUS_COUNTS]] += times
  if (flaky === 1) counts.flaky += times
  const changed = change === null ? undefined : CHANGE_COUNTS[change]
  if (changed !== undefined) counts[changed] += times
  counts.duration_ms += times * duration
}
