import type { Tx } from '../../db/handle.ts'
import { addToBuild } from '../builds/builds.store.ts'
import { basesOf, storeResults } from '../builds/results.store.ts'
import { againstBase, type Base, count, noCounts, type ResultRow, rankOf } from '../builds/verdicts.rules.ts'
import type { FailureRow, Occurrence } from '../failures/failures.store.ts'
import type { ImportJob, Placed } from './batch.ts'
import type { StoredRuns } from './insert-runs.ts'
import type { Judgement } from './judge-cases.ts'
import type { PreparedRun } from './prepare-run.ts'

/** What verdicts are made of, besides the cases. */
interface Stored {
  judgements: ReadonlyMap<Placed, Judgement>
  stored: StoredRuns
  failures: ReadonlyMap<string, FailureRow>
  occurrences: ReadonlyMap<PreparedRun, Occurrence>
}

/** Keeps the verdicts of cases with the build, and what they change in its counts. */
export async function keepVerdicts(
  tx: Tx,
  job: ImportJob,
  o: Stored & { placed: readonly Placed[]; known: ReadonlyMap<number, ResultRow> },
): Promise<void> {
  const { context, build } = job
  const projectId = context.project.id
  const instanceIds = o.placed.map(({ instance }) => instance.id)
  const bases = await basesOf(tx, {
    projectId,
    buildId: build.id,
    instanceIds,
    before: build.startedAt,
    preferred: build.preferred,
  })
  const counts = noCounts()
  const changed = new Map<number, ResultRow>()
  for (const each of o.placed) {
    const { id } = each.instance
    const current = changed.get(id) ?? o.known.get(id)
    const next = ranked(resultOf(job, each, current, bases.get(id), o))
    if (current) count(counts, current, -1)
    count(counts, next, 1)
    changed.set(id, next)
  }
  const replaced = [...changed.keys()].filter((id) => o.known.has(id))
  await storeResults(tx, [...changed.values()], replaced)
  await addToBuild(tx, projectId, build.id, counts)
}

function resultOf(
  job: ImportJob,
  each: Placed,
  current: ResultRow | undefined,
  base: Base | undefined,
  o: Stored,
): ResultRow {
  const { build } = job
  const { outcome, takes, isFlaky } = o.judgements.get(each) as Judgement
  const { status } = outcome
  const attempts = (current?.attempts ?? 0) + outcome.attempts
  if (current !== undefined && !takes) {
    const isStillFlaky = current.status === 'PASSED' && (current.flaky === 1 || isFlaky)
    return { ...current, attempts, flaky: isStillFlaky ? 1 : 0 }
  }
  const prepared = each.runs.at(-1)
  const occurrence = prepared && o.occurrences.get(prepared)
  return {
    project_id: job.context.project.id,
    build_id: build.id,
    instance_id: each.instance.id,
    test_id: each.testId,
    set_id: job.setId,
    run_id: o.stored.last.get(each)?.id ?? null,
    import_id: job.importId,
    shard: job.shard,
    variant: each.identity.variant,
    status,
    flaky: isFlaky || (current?.flaky === 1 && status === 'PASSED') ? 1 : 0,
    job_attempt: job.attempt,
    attempts,
    duration_ms: prepared?.durationMs ?? 0,
    run_date: outcome.runDate,
    message: prepared?.message ?? null,
    failure_id: (occurrence && o.failures.get(occurrence.signature)?.id) ?? null,
    cause: occurrence?.cause ?? null,
    owner: each.owner,
    attachments_count: each.runs.reduce((sum, { stored }) => sum + stored.length, 0),
    mainline: build.isMainline ? 1 : 0,
    counts: 1,
    rank: 0,
    build_started_at: build.startedAt,
    ...againstBase(base, {
      status,
      isNewTest: each.isNew || current?.change === 'new-test',
      buildId: build.id,
    }),
  }
}

const ranked = (row: ResultRow): ResultRow => ({ ...row, rank: rankOf(row) })
