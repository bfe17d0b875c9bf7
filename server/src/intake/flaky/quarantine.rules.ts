import type { InstanceVerdict } from './flaky.rules.ts'

/** Which failures a quarantine holds, and when it is over (contract §11.4). */
export interface Quarantine {
  startedAt: number
  /** It ends then at the latest. */
  until: number
  /** Causes that it holds; `*` is all of them. */
  causes: readonly string[]
  endedAt: number | null
}

const DAY = 86_400_000

export const QUARANTINE_RULES = {
  /** How long one is, and may be. */
  usual: 30 * DAY,
  longest: 180 * DAY,
  /** Builds in which it ran and was healthy that end it. */
  healthy: 20,
} as const

/** Whether a quarantine holds at some time. */
export const isInForce = ({ startedAt, until, endedAt }: Quarantine, at: number): boolean =>
  startedAt <= at && at < until && (endedAt === null || at < endedAt)

/** Whether it holds a failure: one of another cause breaks through, as does one without a cause, unless it holds all. */
export function holds(quarantine: Quarantine, failure: { cause: string | null; at: number }): boolean {
  if (!isInForce(quarantine, failure.at)) return false
  return quarantine.causes.some((cause) => cause === '*' || cause === failure.cause)
}

/**
 * Why a quarantine is over: its time, or that the test ran in 20 builds since and was healthy in the last 20 of them. A
 * build that skipped or lacked it counts neither way, nor does one that was cut or set aside. `signals`: builds in which
 * it was suspicious.
 */
export function whyOver(
  quarantine: Quarantine,
  verdicts: readonly InstanceVerdict[],
  { signals, now }: { signals: ReadonlyMap<number, unknown>; now: number },
): 'time' | 'healthy' | undefined {
  if (now >= quarantine.until) return 'time'
  const ran = verdicts.filter(
    ({ startedAt, kind, verdict, isCut, isInfrastructure }) =>
      startedAt >= quarantine.startedAt && kind !== 'change' && verdict !== 'NO RUN' && !isCut && !isInfrastructure,
  )
  const last = ran.slice(-QUARANTINE_RULES.healthy)
  const isHealthy = last.every(({ buildId, verdict }) => verdict === 'PASSED' && !signals.has(buildId))
  return last.length === QUARANTINE_RULES.healthy && isHealthy ? 'healthy' : undefined
}
