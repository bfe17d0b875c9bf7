import { fitName } from '../formats/fit-name.ts'
import { isFailing, type ResultCase, verdictOf } from '../formats/results-model.ts'
import { explicitIdentity, fingerprint, type Identity, identityKey, longName, shortName } from './identity.ts'

/** Whether unmarked repeats mean "any failure wins" or "the last one is the verdict". */
export type RepeatRule = 'fail' | 'retry'

interface Repeats {
  count: number
  lastRun: number
  lastFailed: number
}

export interface PlannedCase {
  identity: Identity
  /** Must be sent after everything else of its identity, in an extra pass. */
  deferred: boolean
  /** A later case of the same identity is the verdict (`--repeats retry`). */
  superseded: boolean
  /** This case is the verdict, passed, and an earlier one of its identity failed (`--repeats retry`). */
  flaky: boolean
}

export interface UploadPlan {
  /** First pass: notes a case, by hashes only. Call in upload order. */
  note: (result: ResultCase) => void
  /** Second pass: what to do with case number `ordinal` (0, 1, … in upload order). */
  decide: (result: ResultCase, ordinal: number) => PlannedCase
  /** Cases noted. */
  total: () => number
  /** Forgets what the second pass does not need. */
  finish: () => void
}

export interface PlanOptions {
  repeats: RepeatRule
  /** Whether a skipped case makes a run, which then counts as one of the repeats. */
  skippedMakesRun: boolean
}

/** Plans an upload: names that collide get their suites in front, and the run that is the verdict goes up last. */
export function createPlan({ repeats, skippedMakesRun }: PlanOptions): UploadPlan {
  // Short name → suite path of the first case that has it. Both hashed: about 100 bytes a case.
  const owners = new Map<string, string>()
  const shared = new Set<string>()
  const seen = new Map<string, Repeats>()
  let noted = 0
  let noting = true

  function identify(result: ResultCase): Identity {
    const explicit = explicitIdentity(result)
    if (explicit) return explicit
    const short = shortName(result)
    const key = fingerprint(short)
    const path = fingerprint(result.suitePath.join('\u0000'))
    const owner = owners.get(key)
    const collides = owner !== undefined && owner !== path
    if (noting && owner === undefined) owners.set(key, path)
    if (noting && collides) shared.add(key)
    return { kind: 'name', name: fitName(collides ? longName(result) : short) }
  }

  function note(result: ResultCase): void {
    const key = fingerprint(identityKey(identify(result)))
    const ordinal = noted++
    const entry = seen.get(key)
    const verdict = verdictOf(result)
    const runs = verdict !== 'skipped' || skippedMakesRun
    if (!entry) {
      seen.set(key, { count: 1, lastRun: runs ? ordinal : -1, lastFailed: isFailing(verdict) ? ordinal : -1 })
      return
    }
    entry.count++
    if (runs) entry.lastRun = ordinal
    if (isFailing(verdict)) entry.lastFailed = ordinal
  }

  function decide(result: ResultCase, ordinal: number): PlannedCase {
    const identity = identify(result)
    const planned: PlannedCase = { identity, deferred: false, superseded: false, flaky: false }
    const entry = identity.kind === 'invalid' ? undefined : seen.get(fingerprint(identityKey(identity)))
    if (!entry) return planned
    if (repeats === 'fail') planned.deferred = entry.lastFailed === ordinal && entry.lastRun !== ordinal
    else {
      planned.superseded = ordinal < entry.lastRun
      planned.flaky = ordinal === entry.lastRun && entry.lastFailed >= 0 && entry.lastFailed < ordinal
    }
    return planned
  }

  function finish(): void {
    noting = false
    for (const key of owners.keys()) if (!shared.has(key)) owners.delete(key)
    for (const [key, entry] of seen) if (entry.count === 1) seen.delete(key)
  }

  return { note, decide, total: () => noted, finish }
}
