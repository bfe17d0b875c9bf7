import type { Tx } from '../../db/handle.ts'
import { buildsOfRuns, startsOfBuilds } from '../builds/builds.store.ts'
import { becomesFlaky, isFailing, type Outcome, type ResultRow, takesPlace } from '../builds/verdicts.rules.ts'
import { type ImportJob, type Placed, runsOf, verdictOfCase } from './batch.ts'
import type { PreparedRun } from './prepare-run.ts'

/** Between which times the runs of a case lie. */
interface Shift {
  from: number
  to: number
}

const NO_SHIFT: Shift = { from: 0, to: Number.POSITIVE_INFINITY }

/** When each attempt ran: in their order, and never later than the import came. */
export function datesOf(runs: readonly PreparedRun[], receivedAt: number, { from, to }: Shift = NO_SHIFT): number[] {
  let last = from
  return runs.map(({ startedAt }) => {
    last = Math.max(last, Math.min(startedAt ?? receivedAt, receivedAt, to))
    return last
  })
}

/** What is decided of a case before it is stored: whether it is the verdict of its instance, and when its runs were. */
export interface Judgement {
  outcome: Outcome
  /** Whether it takes the place of the verdict that its instance has in the build, or has none yet. */
  takes: boolean
  /** Whether it and what came before are a test that passed after an attempt that failed. */
  isFlaky: boolean
  /** Of the runs that are stored of it, in their order. */
  dates: number[]
}

/**
 * Judges cases in their order. Their runs are dated so that the latest run of an instance is its verdict in the build,
 * however late an earlier attempt of the job is delivered (contract §10.2, §10.4).
 */
export async function judgeCases(
  tx: Tx,
  job: ImportJob,
  placed: readonly Placed[],
  known: ReadonlyMap<number, ResultRow>,
): Promise<Map<Placed, Judgement>> {
  const shiftOf = await shiftsOf(tx, job, placed)
  const current = new Map<number, Pick<ResultRow, 'import_id' | 'job_attempt' | 'status' | 'run_date'>>(known)
  const judgements = new Map<Placed, Judgement>()
  for (const each of placed) {
    const before = current.get(each.instance.id)
    const status = verdictOfCase(each)
    const runs = runsOf(each, job.skipped)
    const { from, to } = shiftOf(each)
    const started = datesOf(runs, job.receivedAt).at(-1) ?? job.receivedAt
    const outcome: Outcome = {
      importId: job.importId,
      jobAttempt: job.attempt,
      status,
      runDate: started,
      attempts: runs.length,
      isFlaky: status === 'PASSED' && each.runs.some((attempt) => isFailing(attempt.status)),
      isRetry: each.found.retryOf !== undefined,
    }
    const takes = before === undefined || takesPlace(outcome, before, job.repeats)
    const dates = datesOf(runs, job.receivedAt, {
      from: before !== undefined && takes ? Math.max(from, before.run_date + 1) : from,
      to: before !== undefined && !takes ? Math.min(to, before.run_date - 1) : to,
    })
    outcome.runDate = dates.at(-1) ?? started
    judgements.set(each, {
      outcome,
      takes,
      isFlaky: outcome.isFlaky || (before !== undefined && becomesFlaky(outcome, before, takes)),
      dates,
    })
    if (takes) {
      current.set(each.instance.id, {
        import_id: job.importId,
        job_attempt: job.attempt,
        status,
        run_date: outcome.runDate,
      })
    }
  }
  return judgements
}

/**
 * Brings the dates of runs into the order of builds: between builds of one branch the build that started later has the
 * later run, though the clock of an agent says otherwise (contract §10.4). Answers by how much each case's dates move.
 */
async function shiftsOf(
  tx: Tx,
  { context, build }: ImportJob,
  placed: readonly Placed[],
): Promise<(each: Placed) => Shift> {
  const last = placed.flatMap(({ instance }) => instance.last_run_id ?? [])
  if (build.branch === null || last.length === 0) return () => NO_SHIFT
  const builds = await buildsOfRuns(tx, context.project.id, [...new Set(last)])
  const others = [...new Set(builds.values())].filter((id) => id !== build.id)
  const starts = await startsOfBuilds(tx, context.project.id, others)
  return ({ instance: { last_run_id: id, last_run_at: at } }) => {
    const other = starts.get(builds.get(id ?? 0) ?? 0)
    if (at === null || other?.branch !== build.branch) return NO_SHIFT
    if (other.started_at === build.startedAt) return NO_SHIFT
    return other.started_at < build.startedAt ? { from: at + 1, to: Number.POSITIVE_INFINITY } : { from: 0, to: at - 1 }
  }
}
