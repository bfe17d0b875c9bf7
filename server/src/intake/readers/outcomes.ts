import type { Attempt, Sink } from './model.ts'
import { type Overrides, statusOfWord } from './words.ts'

// These say no more than the status does.
const PLAIN = new Set(['passed', 'pass', 'ok', 'failed', 'fail', 'failure', 'error', 'blocked', 'skipped', 'skip'])

/** Status of a producer's word, and the word where it says more. A word that nobody has told us of is noted. */
export function outcomeOf(
  word: unknown,
  sink: Sink,
  line: number,
  overrides?: Overrides,
): Pick<Attempt, 'status' | 'word'> {
  if (typeof word !== 'string' || word === '') {
    sink.note('A case without an outcome', line)
    return { status: 'unknown' }
  }
  const status = statusOfWord(word, overrides)
  if (status === undefined || status === 'unknown') sink.note(`Unknown outcome "${word.slice(0, 100)}"`, line)
  return PLAIN.has(word.toLowerCase()) ? { status: status ?? 'unknown' } : { status: status ?? 'unknown', word }
}

/** More attempts than anybody makes. */
const MOST_ATTEMPTS = 100

/** Failed attempts of which a report gives the number alone. */
export function unreportedAttempts(count: number | undefined): Attempt[] {
  const known = Math.min(Math.max(Math.trunc(count ?? 0), 0), MOST_ATTEMPTS)
  return Array.from({ length: known }, () => ({
    status: 'failed',
    seconds: 0,
    message: 'It was retried; the report says no more of this attempt',
    steps: [],
    attachments: [],
  }))
}
