import type { Tx } from '../../db/handle.ts'
import type { InstanceRow } from '../../db/schema.ts'
import { addToCounts, findById } from '../../db/store.ts'
import { note } from '../../features/entities/entity-store.ts'
import { noteRun } from '../../resources/runs/insert-runs.ts'
import { rollUp } from '../../resources/runs/roll-up.ts'
import { insertTests, type NewTest } from '../../resources/tests/new-tests.ts'
import { tests } from '../../resources/tests/tests.resource.ts'
import { resultsOf } from '../builds/results.store.ts'
import { isFailing } from '../builds/verdicts.rules.ts'
import { recordFailures } from '../failures/failures.store.ts'
import { matchInstances } from '../matching/match-instances.ts'
import { type Match, matchTests, type TestToMake } from '../matching/match-tests.ts'
import { settleTests } from '../matching/matching.store.ts'
import {
  type BatchResult,
  type ImportJob,
  type Matched,
  type Placed,
  type PreparedCase,
  verdictOfCase,
} from './batch.ts'
import { keepWantedFiles, type Progress, type Refusal } from './imports.store.ts'
import { insertRuns, occurrencesOf } from './insert-runs.ts'
import { judgeCases } from './judge-cases.ts'
import { keepVerdicts } from './keep-verdicts.ts'

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
  const made = new Map(matched.filter(({ isNew }) => isNew).map(({ testId, identity }) => [testId, identity.shownName]))
  progress.createdTests += made.size
  if (matched.length === 0) return { progress, refusals, made: [] }
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
  return { progress, refusals, made: [...made.values()] }
}
