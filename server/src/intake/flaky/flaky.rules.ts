/** Flakiness of one instance from its verdicts (contract §11.2). Pure: no clock, no database. */

/** The verdict of an instance in a build. */
export interface InstanceVerdict {
  buildId: number
  startedAt: number
  kind: 'mainline' | 'queue' | 'change'
  commit: string | null
  /** What a change was merged into to be tested, where that is known. */
  baseCommit?: string | null
  pullRequest: string | null
  variant: string
  isCut: boolean
  /** Of an import that was set aside. */
  isInfrastructure: boolean
  /** The job that ran it chose no tests, and ended. */
  isFullJob: boolean
  verdict: 'PASSED' | 'FAILED' | 'BLOCKED' | 'NO RUN'
  /** It passed after an attempt of the same job that failed. */
  passedOnRetry: boolean
  /** Of its failure, or of the attempt that failed before it passed. */
  cause: string | null
  /** How many tests failed with that cause in the build, where that is known: what hits many is no fault of one. */
  causeTests?: number
}

export type Signal = 'retry' | 'same-tree' | 'isolated'
export type FlakyState = 'healthy' | 'flaky' | 'broken'

export interface Flakiness {
  state: FlakyState
  /** Share of the builds of the window with a signal. */
  score: number
  /** Builds of the window. */
  builds: number
  /** Signals since the window begins, by build. */
  signals: ReadonlyMap<number, ReadonlySet<Signal>>
  lastSignalAt: number | null
  /** Pull requests it failed in while it passed on mainline. */
  changesHit: number
  /** The first build of those on mainline in which it has failed ever since. */
  failingSince: number | null
}

const DAY = 86_400_000

export const FLAKY_RULES = {
  /** Builds of mainline and queue that are looked at, and without which nothing is said. */
  window: { most: 30, least: 10 },
  /** What makes it flaky. */
  signals: 2,
  score: 0.05,
  /** What makes it healthy again: so many builds, and so much time, without a signal. */
  calm: { builds: 20, time: 3 * DAY },
  /** Failed verdicts on mainline in a row that make it broken. */
  broken: 5,
  /** Failing builds between two that passed, at most; and how far apart two such failures of one cause are, at most. */
  isolated: { failing: 2, within: 30 * DAY },
  /** Tests that fail with one cause in one build are an outage, not each of them flaky. */
  outage: 10,
} as const

const isFailing = ({ verdict }: InstanceVerdict) => verdict === 'FAILED' || verdict === 'BLOCKED'
const isSet = (verdict: InstanceVerdict) => verdict.verdict !== 'NO RUN' && !verdict.isInfrastructure
/** Verdicts that may be compared with others. */
const counts = (verdict: InstanceVerdict) => isSet(verdict) && !verdict.isCut
const isOutage = ({ causeTests = 1 }: InstanceVerdict) => causeTests >= FLAKY_RULES.outage

/** Whether two builds of one commit tested the same files: a change is merged into what mainline is at that time. */
function isSameTree(a: InstanceVerdict, b: InstanceVerdict, mainlineStarts: readonly number[]): boolean {
  if (a.baseCommit != null && b.baseCommit != null) return a.baseCommit === b.baseCommit
  if (a.kind === 'mainline' && b.kind === 'mainline') return true
  return !mainlineStarts.some((start) => start > a.startedAt && start <= b.startedAt)
}

type Note = (verdict: InstanceVerdict, signal: Signal) => void

/** Both verdicts for one tree: the later build of such a pair has the signal. */
function findContradictions(verdicts: readonly InstanceVerdict[], note: Note): void {
  const whole = verdicts.filter((verdict) => counts(verdict) && verdict.isFullJob && verdict.commit !== null)
  const starts = verdicts.filter(({ kind }) => kind === 'mainline').map(({ startedAt }) => startedAt)
  for (const same of Map.groupBy(whole, ({ commit, variant }) => `${commit}\n${variant}`).values()) {
    for (const [index, later] of same.entries()) {
      const other = same
        .slice(0, index)
        .find((earlier) => isFailing(earlier) !== isFailing(later) && isSameTree(earlier, later, starts))
      const failed = other === undefined || isFailing(later) ? later : other
      if (other !== undefined && !isOutage(failed)) note(later, 'same-tree')
    }
  }
}

/** Failures on mainline between two verdicts that passed, each with its builds. */
function isolatedFailures(verdicts: readonly InstanceVerdict[]): InstanceVerdict[][] {
  const found: InstanceVerdict[][] = []
  let failing: InstanceVerdict[] = []
  let hasPassed = false
  for (const verdict of verdicts) {
    if (verdict.kind !== 'mainline' || !counts(verdict)) continue
    if (isFailing(verdict)) {
      failing.push(verdict)
      continue
    }
    if (hasPassed && failing.length > 0 && failing.length <= FLAKY_RULES.isolated.failing) found.push(failing)
    failing = []
    hasPassed = true
  }
  return found
}

/**
 * Isolated failures whose cause came again in another one. Two builds that fail in a row are one: so fails what was broken
 * and mended, and it is no signal.
 */
function findIsolated(verdicts: readonly InstanceVerdict[], note: Note): void {
  const seen = new Map<string, InstanceVerdict>()
  for (const [first] of isolatedFailures(verdicts) as [InstanceVerdict][]) {
    if (first.cause === null || isOutage(first)) continue
    const before = seen.get(first.cause)
    if (before !== undefined && first.startedAt - before.startedAt <= FLAKY_RULES.isolated.within) {
      note(before, 'isolated')
      note(first, 'isolated')
    }
    seen.set(first.cause, first)
  }
}

/** What makes an instance suspicious, by build. Verdicts come in the order in which their builds started. */
export function signalsOf(verdicts: readonly InstanceVerdict[]): Map<number, Set<Signal>> {
  const signals = new Map<number, Set<Signal>>()
  const note: Note = ({ buildId }, signal) => {
    const known = signals.get(buildId)
    if (known) known.add(signal)
    else signals.set(buildId, new Set([signal]))
  }
  for (const verdict of verdicts) {
    if (isSet(verdict) && verdict.passedOnRetry && !isOutage(verdict)) note(verdict, 'retry')
  }
  findContradictions(verdicts, note)
  findIsolated(verdicts, note)
  return signals
}

function changesHit(verdicts: readonly InstanceVerdict[]): number {
  const hit = new Set<string>()
  let hasPassed = false
  for (const verdict of verdicts) {
    if (!counts(verdict)) continue
    if (verdict.kind === 'mainline') hasPassed = !isFailing(verdict)
    else if (verdict.pullRequest !== null && hasPassed && isFailing(verdict)) hit.add(verdict.pullRequest)
  }
  return hit.size
}

const isLastingFailure = (verdict: InstanceVerdict, signals: ReadonlyMap<number, unknown>) =>
  isFailing(verdict) && !signals.has(verdict.buildId)

/** How many failed at the end of these. */
const failingAtEnd = (verdicts: readonly InstanceVerdict[]) =>
  verdicts.length - 1 - verdicts.findLastIndex((verdict) => !isFailing(verdict))

/**
 * The state of an instance after the last of its verdicts, which come in the order in which their builds started: those of
 * the last 30 days and of the window are enough. `since`: where the window begins anew, because an issue was closed or a
 * quarantine ended; then `previous` is `healthy`. `now`: when it is asked; builds without it still let time go by.
 */
export function judgeFlakiness(
  verdicts: readonly InstanceVerdict[],
  { previous, since = 0, now }: { previous: FlakyState; since?: number; now: number },
): Flakiness {
  const known = verdicts.filter(({ startedAt }) => startedAt >= since)
  const counted = known.filter(counts)
  const window = counted.filter(({ kind }) => kind !== 'change').slice(-FLAKY_RULES.window.most)
  const mainline = counted.filter(({ kind }) => kind === 'mainline')
  const from = window[0]?.startedAt ?? 0
  const inTime = known.filter(({ startedAt }) => startedAt >= from)
  const all = signalsOf(known)
  const signals = new Map(
    inTime.flatMap(({ buildId }) => (all.has(buildId) ? [[buildId, all.get(buildId) as Set<Signal>]] : [])),
  )
  const lastSignalAt = inTime.findLast(({ buildId }) => signals.has(buildId))?.startedAt ?? null
  const failing = failingAtEnd(mainline)
  const score = scoreOf(inTime, window, signals)

  return {
    state: stateOf(),
    score,
    builds: window.length,
    signals,
    lastSignalAt,
    changesHit: changesHit(inTime),
    failingSince: failing === 0 ? null : (mainline[mainline.length - failing]?.buildId ?? null),
  }

  function stateOf(): FlakyState {
    const last = mainline.slice(-FLAKY_RULES.broken)
    if (last.length === FLAKY_RULES.broken && last.every((verdict) => isLastingFailure(verdict, signals)))
      return 'broken'
    const count = [...signals.values()].reduce((sum, kinds) => sum + kinds.size, 0)
    const isFlaky =
      window.length >= FLAKY_RULES.window.least &&
      signals.size > 0 &&
      count >= FLAKY_RULES.signals &&
      score >= FLAKY_RULES.score
    if (previous !== 'flaky') return isFlaky ? 'flaky' : 'healthy'
    const calm =
      lastSignalAt === null ? window.length : window.filter(({ startedAt }) => startedAt > lastSignalAt).length
    const isCalm =
      calm >= FLAKY_RULES.calm.builds && (lastSignalAt === null || now - lastSignalAt >= FLAKY_RULES.calm.time)
    return isCalm ? 'healthy' : 'flaky'
  }
}

/** Share of builds with a signal: of the window, and of those of changes in its time that showed one. */
function scoreOf(
  inTime: readonly InstanceVerdict[],
  window: readonly InstanceVerdict[],
  signals: ReadonlyMap<number, unknown>,
): number {
  if (window.length === 0) return 0
  const builds = new Set(window.map(({ buildId }) => buildId))
  for (const { buildId, kind } of inTime) if (kind === 'change' && signals.has(buildId)) builds.add(buildId)
  return [...builds].filter((id) => signals.has(id)).length / builds.size
}
