import type { AttemptStatus, StepStatus } from './model.ts'

/** The words that producers use for an outcome (contract, result-files.md), folded as `fold` does. */
const WORDS: Readonly<Record<AttemptStatus, string>> = {
  passed: 'passed pass success successful succeeded ok true completed expected xpass xpassed warning risky flaky',
  failed: `failed fail failure aborted timedout timeout interrupted killed unexpected ambiguous false notok
    passedbutrunaborted disconnected xpassstrict failedassumption`,
  error: 'error errored broken crashed crash hookerror cleanuperror',
  blocked: 'blocked inconclusive',
  skipped: `skipped skip ignored ignore disabled pending todo notrun norun notexecuted incomplete undefined manual
    notrunnable xfail xfailed expectedfailure quarantined suppressed explicit untested canceled cancelled`,
  // Nothing is called so; a producer's own `unknown` is no verdict either.
  unknown: 'unknown',
}

/** Small letters, without what separates the parts of a word: `Not-Executed`, `not executed` and `NOT_EXECUTED` are one. */
function fold(word: string): string {
  return word.toLowerCase().replace(/[\s_-]/g, '')
}

// A map, because `constructor` is a word too.
const STATUS_OF = new Map(
  Object.entries(WORDS).flatMap(([status, words]) =>
    words.split(/\s+/).map((word): [string, AttemptStatus] => [word, status as AttemptStatus]),
  ),
)

/** What a format means by a word where it differs from what the others mean, folded: `{ aborted: 'skipped' }`. */
export type Overrides = Readonly<Record<string, AttemptStatus>>

/** No outcome is longer. */
const LONGEST_WORD = 100

/** The status that a producer's word for an outcome stands for; undefined for a word that nobody has told us of. */
export function statusOfWord(word: string, overrides: Overrides = {}): AttemptStatus | undefined {
  if (word.length > LONGEST_WORD) return undefined
  const folded = fold(word)
  return Object.hasOwn(overrides, folded) ? overrides[folded] : STATUS_OF.get(folded)
}

const STEP_STATUS: Readonly<Record<AttemptStatus, StepStatus | null>> = {
  passed: 'PASSED',
  failed: 'FAILED',
  error: 'FAILED',
  blocked: 'BLOCKED',
  skipped: 'NO RUN',
  unknown: null,
}

/** The status of a step whose attempt would have this one; null where it says nothing. */
export function stepStatusOf(status: AttemptStatus): StepStatus | null {
  return STEP_STATUS[status]
}

/** The status of a step by the producer's word for it; null for a word that says nothing. */
export function stepStatusOfWord(word: string, overrides: Overrides = {}): StepStatus | null {
  const folded = word.length > LONGEST_WORD ? '' : fold(word)
  if (folded === 'n/a' || folded === 'na') return 'N/A'
  return stepStatusOf(statusOfWord(word, overrides) ?? 'unknown')
}
