import { MAX_STEP_NAME } from '../../core/limits.ts'
import { cut } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { RunRow, StepRunRow, TestRow } from '../../db/schema.ts'
import { nameCells } from '../../db/search-columns.ts'
import { insertRows } from '../../db/store.ts'
import { type AttachmentRow, attachmentRows, insertAttachments } from '../../resources/attachments/attachments.store.ts'
import type { FailureRow, Occurrence } from '../failures/failures.store.ts'
import { signatureOf } from '../failures/signature.ts'
import type { WantedFile } from './attachments.ts'
import { type ImportJob, type Placed, runsOf } from './batch.ts'
import { datesOf, type Judgement } from './judge-cases.ts'
import { type PreparedRun, wholeSeconds } from './prepare-run.ts'

/** The failures of the attempts of cases, by attempt. */
export function occurrencesOf(placed: readonly Placed[], receivedAt: number): Map<PreparedRun, Occurrence> {
  const occurrences = new Map<PreparedRun, Occurrence>()
  for (const { runs, testId } of placed) {
    const dates = datesOf(runs, receivedAt)
    for (const [index, run] of runs.entries()) {
      if (run.failure === undefined) continue
      const { sample, ...read } = run.failure
      occurrences.set(run, { ...signatureOf(read, String(testId)), testId, sample, at: dates[index] as number })
    }
  }
  return occurrences
}

export interface StoredRuns {
  rows: RunRow[]
  /** The last run of each case, by case. */
  last: Map<Placed, RunRow>
}

/** Stores runs, their steps and attachments. */
export async function insertRuns(
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
