import { MAX_FAILURE, MAX_STEP_NAME } from '../../core/limits.ts'
import { cleanText, cut } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { InstanceRow, RunRow, StepRunRow, TestRow } from '../../db/schema.ts'
import { nameCells } from '../../db/search-columns.ts'
import { addToCounts, findById, insertRows } from '../../db/store.ts'
import type { Context } from '../../engine/route.ts'
import { note } from '../../features/entities/entity-store.ts'
import {
  type AttachmentRow,
  attachmentRows,
  insertAttachments,
  type StoredFile,
} from '../../resources/attachments/attachments.store.ts'
import { noteRun } from '../../resources/runs/insert-runs.ts'
import { rollUp } from '../../resources/runs/roll-up.ts'
import { insertTests, type NewTest } from '../../resources/tests/new-tests.ts'
import { tests } from '../../resources/tests/tests.resource.ts'
import { addToBuild, buildsOfRuns, startsOfBuilds } from '../builds/builds.store.ts'
import { basesOf, resultsOf, storeResults } from '../builds/results.store.ts'
import {
  type Base,
  becomesFlaky,
  changeOf,
  count,
  noCounts,
  type Outcome,
  type ResultRow,
  rankOf,
  takesPlace,
} from '../builds/verdicts.rules.ts'
import { type FailureRow, type Occurrence, recordFailures } from '../failures/failures.store.ts'
import { signatureOf } from '../failures/signature.ts'
import type { Identity } from '../matching/identity.ts'
import { matchInstances } from '../matching/match-instances.ts'
import { type Match, matchTests, type TestToMake } from '../matching/match-tests.ts'
import { settleTests } from '../matching/matching.store.ts'
import type { Case } from '../readers/model.ts'
import type { WantedFile } from './attachments.ts'
import { keepWantedFiles, type Progress, type Refusal } from './imports.store.ts'
import { type PreparedRun, verdictOf, wholeSeconds } from './prepare-run.ts'

/** A case with everything that can be prepared before the transaction opens. */
export interface PreparedCase {
  found: Case
  identity: Identity
  format: string
  /** Name of the file that holds it. */
  report: string
  runs: (PreparedRun & { stored: StoredFile[]; wanted: WantedFile[] })[]
  owner: string | null
}

/** What all batches of an import share. */
export interface ImportJob {
  context: Context
  importId: number
  build: {
    id: number
    startedAt: number
    branch: string | null
    commit: string | null
    isMainline: boolean
    /** Builds whose verdicts are looked at first as a base. */
    preferred: readonly number[]
    /** The last complete build of its pipeline. */
    lastComplete: number | undefined
  }
  setId: number
  shard: string
  attempt: number
  testerId: number | null
  version: string | null
  /** Custom fields of the runs of a case, as JSON: what the import says, and properties that are called like a field. */
  fieldsOfRun(tx: Tx, found: Case): Promise<string>
  repeats: 'worst' | 'last'
  skipped: 'none' | 'no-run'
  /** When the receipt began: no run is later. */
  receivedAt: number
  claimed: ReadonlySet<number>
  /** What a test that is made holds besides its name; undefined where none may be made. */
  newTest: NewTest | undefined
  whyNot: string
  note(text: string): void
}

/** What storing a batch adds to the receipt. */
export interface BatchResult {
  progress: Progress
  refusals: Refusal[]
}

type Matched = PreparedCase & { testId: number; isNew: boolean }
type Placed = Matched & { instance: InstanceRow }

async function makeTests(tx: Tx, job: ImportJob, made: NewTest, news: readonly TestToMake[]): Promise<number[]> {
  const provisional = job.build.isMainline ? 0 : 1
  return insertTests(tx, {
    projectId: job.context.project.id,
    news: news.map(({ name, key, file }) => ({
      ...made,
      cells: {
        ...made.cells,
        name,
        file: file === '' ? null : file,
        provisional,
        automated_fields: JSON.stringify({ automation_key: key }),
      },
    })),
    fields: [],
    now: job.context.now,
  })
}

async function findTests(tx: Tx, job: ImportJob, cases: readonly PreparedCase[], progress: Progress): Promise<Match[]> {
  const { context, newTest } = job
  const projectId = context.project.id
  return matchTests(tx, cases, {
    projectId,
    buildId: job.build.id,
    now: context.now,
    claimed: job.claimed,
    whyNot: job.whyNot,
    note: job.note,
    makeTests: newTest && ((news) => makeTests(tx, job, newTest, news)),
    async moved(testId, from, to) {
      progress.movedTests++
      const test = await findById(tx, 'tests', projectId, testId)
      if (test) note(tx, tests, { ...test }, { action: 'update', changes: [{ field: 'file', from, to }] })
    },
  })
}

/** The verdict of a case: of its last attempt. */
const verdictOfCase = ({ found }: PreparedCase) => verdictOf(found.attempts.at(-1) as Case['attempts'][number])

const isFailing = (status: string) => status === 'FAILED' || status === 'BLOCKED'

/** Runs that a case becomes: none for a skipped one, unless they are asked for. */
function runsOf({ runs }: PreparedCase, skipped: ImportJob['skipped']) {
  return skipped === 'no-run' ? runs : runs.filter(({ status }) => status !== 'NO RUN')
}

/** Between which times the runs of a case lie. */
interface Shift {
  from: number
  to: number
}

const NO_SHIFT: Shift = { from: 0, to: Number.POSITIVE_INFINITY }

/** When each attempt ran: in their order, and never later than the import came. */
function datesOf(runs: readonly PreparedRun[], receivedAt: number, { from, to }: Shift = NO_SHIFT): number[] {
  let last = from
  return runs.map(({ startedAt }) => {
    last = Math.max(last, Math.min(startedAt ?? receivedAt, receivedAt, to))
    return last
  })
}

const messageOf = ({ message, details, type }: Case['attempts'][number]): string =>
  cleanText(message?.trim() || details?.trim() || type?.trim() || '')

/** The failures of the attempts of cases, by attempt. */
function occurrencesOf(placed: readonly Placed[], receivedAt: number): Map<PreparedRun, Occurrence> {
  const occurrences = new Map<PreparedRun, Occurrence>()
  for (const { runs, testId } of placed) {
    const dates = datesOf(runs, receivedAt)
    for (const [index, run] of runs.entries()) {
      if (run.status !== 'FAILED') continue
      const { type, message, details } = run.attempt
      const sample = cleanText([type, message, details].filter((text) => text?.trim()).join('\n'))
      occurrences.set(run, {
        ...signatureOf(run.attempt, String(testId)),
        testId,
        sample: cut(sample, MAX_FAILURE.sample),
        at: dates[index] as number,
      })
    }
  }
  return occurrences
}

/** What is decided of a case before it is stored: whether it is the verdict of its instance, and when its runs were. */
interface Judgement {
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
async function judgeCases(
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

interface StoredRuns {
  rows: RunRow[]
  /** The last run of each case, by case. */
  last: Map<Placed, RunRow>
}

/** Stores runs, their steps and attachments. */
async function insertRuns(
  tx: Tx,
  job: ImportJob,
  o: {
    placed: readonly Placed[]
    judgements: ReadonlyMap<Placed, Judgement>
    tests: ReadonlyMap<number, TestRow>
    failures: ReadonlyMap<string, FailureRow>
    occurrences: ReadonlyMap<PreparedRun, Occurrence>
  },
): Promise<StoredRuns & { stepRuns: number; wanted: (WantedFile & { runId: number })[] }> {
  const { context } = job
  const { now } = context
  const projectId = context.project.id
  const rows: RunRow[] = []
  const steps: StepRunRow[] = []
  const attachments: AttachmentRow[] = []
  const wanted: (WantedFile & { runId: number })[] = []
  const last = new Map<Placed, RunRow>()
  for (const each of o.placed) {
    const runs = runsOf(each, job.skipped)
    const { dates } = o.judgements.get(each) as Judgement
    const customFields = await job.fieldsOfRun(tx, each.found)
    for (const [index, run] of runs.entries()) {
      const occurrence = o.occurrences.get(run)
      const row: RunRow = {
        project_id: projectId,
        id: tx.nextId(),
        instance_id: each.instance.id,
        set_id: job.setId,
        test_id: each.testId,
        status: run.status,
        exit_status: run.status,
        steps_decide: run.stepsDecide ? 1 : 0,
        tester_id: job.testerId,
        preconditions: o.tests.get(each.testId)?.preconditions ?? null,
        version: job.version,
        run_type: 'AutomatedRun',
        custom_fields: customFields,
        automated_execution_output: run.output,
        run_duration: wholeSeconds(run.durationMs),
        run_date: dates[index] as number,
        build_id: job.build.id,
        import_id: job.importId,
        attempt: index + 1,
        failure_id: (occurrence && o.failures.get(occurrence.signature)?.id) ?? null,
        duration_ms: run.durationMs,
        created_at: now,
        updated_at: now,
      }
      rows.push(row)
      last.set(each, row)
      for (const [at, step] of run.steps.entries()) {
        steps.push({
          project_id: projectId,
          id: tx.nextId(),
          run_id: row.id,
          ...nameCells(cut(step.name, MAX_STEP_NAME)),
          description: null,
          expected_results: step.expected,
          actual_results: step.actual,
          status: step.status,
          position: at + 1,
          created_at: now,
          updated_at: now,
        })
      }
      attachments.push(...attachmentRows(tx, { projectId, entity: 'run', entityId: row.id, files: run.stored, now }))
      for (const file of run.wanted) wanted.push({ ...file, runId: row.id })
    }
  }
  await insertRows(tx, 'runs', rows)
  await insertRows(tx, 'step_runs', steps)
  await insertAttachments(tx, attachments)
  return { rows, last, stepRuns: steps.length, wanted }
}

/** What verdicts are made of, besides the cases. */
interface Stored {
  judgements: ReadonlyMap<Placed, Judgement>
  stored: StoredRuns
  failures: ReadonlyMap<string, FailureRow>
  occurrences: ReadonlyMap<PreparedRun, Occurrence>
}

/** Keeps the verdicts of cases with the build, and what they change in its counts. */
async function keepVerdicts(
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
  const attempt = each.found.attempts.at(-1) as Case['attempts'][number]
  const prepared = each.runs.at(-1)
  const occurrence = prepared && o.occurrences.get(prepared)
  const failing = isFailing(status)
  const wasFailing = base !== undefined && isFailing(base.status)
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
    change: changeOf(status, base, each.isNew || current?.change === 'new-test'),
    flaky: isFlaky || (current?.flaky === 1 && status === 'PASSED') ? 1 : 0,
    job_attempt: job.attempt,
    attempts,
    duration_ms: prepared?.durationMs ?? 0,
    run_date: outcome.runDate,
    message: failing ? cut(messageOf(attempt), MAX_FAILURE.message) || null : null,
    failure_id: (occurrence && o.failures.get(occurrence.signature)?.id) ?? null,
    cause: occurrence?.cause ?? null,
    owner: each.owner,
    attachments_count: each.runs.reduce((sum, { stored }) => sum + stored.length, 0),
    mainline: build.isMainline ? 1 : 0,
    counts: 1,
    rank: 0,
    build_started_at: build.startedAt,
    base_build_id: base?.build_id ?? null,
    failing_since_id: failing ? (wasFailing ? (base.failing_since_id ?? base.build_id) : build.id) : null,
  }
}

const ranked = (row: ResultRow): ResultRow => ({ ...row, rank: rankOf(row) })

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

/** The figures of a batch, of cases that were stored. */
function figuresOf(placed: readonly Placed[], runs: number): Partial<Progress> {
  const verdicts = placed.map((each) => ({ verdict: verdictOfCase(each), each }))
  const of = (verdict: string) => verdicts.filter((one) => one.verdict === verdict).length
  return {
    stored: placed.length,
    runs,
    passed: of('PASSED'),
    failed: of('FAILED'),
    blocked: of('BLOCKED'),
    skipped: of('NO RUN'),
    flaky: verdicts.filter(
      ({ verdict, each }) => verdict === 'PASSED' && each.runs.some((attempt) => isFailing(attempt.status)),
    ).length,
  }
}

/**
 * Stores a batch of cases in the given transaction: tests and instances that are missing, runs, steps, attachments,
 * roll-ups, verdicts, failures, history (contract §10.1). What cannot be stored is named, and the others are stored.
 */
export async function storeBatch(
  tx: Tx,
  job: ImportJob,
  cases: readonly PreparedCase[],
  progress: Progress,
): Promise<BatchResult> {
  const { context } = job
  const projectId = context.project.id
  const refusals: Refusal[] = []
  const matches = await findTests(tx, job, cases, progress)
  const matched: Matched[] = []
  for (const [index, each] of cases.entries()) {
    const match = matches[index] as Match
    if ('refused' in match) {
      refusals.push({ file: each.report, line: each.found.line, name: each.identity.shownName, reason: match.refused })
    } else matched.push({ ...each, testId: match.testId, isNew: match.isNew === true })
  }
  progress.refused += refusals.length
  progress.createdTests += new Set(matched.filter(({ isNew }) => isNew).map(({ testId }) => testId)).size
  if (matched.length === 0) return { progress, refusals }
  const wanted = matched.map(({ testId, identity }) => ({
    testId,
    variant: identity.variant,
    parameters: identity.parameters,
  }))
  const { ids, locked, created } = await matchInstances(tx, wanted, {
    projectId,
    setId: job.setId,
    userId: job.testerId,
    now: context.now,
  })
  progress.createdInstances += created
  const placed = matched.map(
    (each, index): Placed => ({
      ...each,
      instance: locked.instances.get(ids[index] as number) as InstanceRow,
    }),
  )
  const occurrences = occurrencesOf(placed, job.receivedAt)
  const failures = await recordFailures(tx, [...occurrences.values()], {
    projectId,
    buildId: job.build.id,
    isMainline: job.build.isMainline,
    now: context.now,
  })
  const known = await resultsOf(
    tx,
    projectId,
    job.build.id,
    placed.map(({ instance }) => instance.id),
  )
  const judgements = await judgeCases(tx, job, placed, known)
  const stored = await insertRuns(tx, job, { placed, judgements, tests: locked.tests, failures, occurrences })
  const judged = stored.rows.filter(({ status }) => status !== 'NO RUN')
  await rollUp(tx, {
    projectId,
    runs: judged,
    ...locked,
    now: context.now,
  })
  if (job.build.isMainline) {
    const provisional = [...locked.tests.values()].filter((test) => test.provisional === 1)
    await settleTests(
      tx,
      projectId,
      provisional.map((test) => test.id),
    )
  }
  for (const row of stored.rows) noteRun(tx, row, locked)
  await keepVerdicts(tx, job, { placed, known, judgements, stored, failures, occurrences })
  progress.wanted += await keepWantedFiles(
    tx,
    { projectId, importId: job.importId, from: progress.wanted },
    stored.wanted,
  )
  addToCounts(tx, projectId, { runs: stored.rows.length, step_runs: stored.stepRuns })
  for (const [name, value] of Object.entries(figuresOf(placed, stored.rows.length))) {
    progress[name as 'stored'] += value as number
  }
  return { progress, refusals }
}
