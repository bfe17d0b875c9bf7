import { oneElement } from '../../core/jsonapi/body.ts'
import { MAX_LONG_TEXT } from '../../core/limits.ts'
import { createProblems, inside } from '../../core/problems.ts'
import { type Input, readForUpdate } from '../../core/resource/read-attributes.ts'
import type { Tx } from '../../db/handle.ts'
import { nameCells } from '../../db/search-columns.ts'
import { changeCells, changeRow, findById } from '../../db/store.ts'
import { notFound } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { note } from '../../features/entities/entity-store.ts'
import {
  combine,
  countStatuses,
  readStepStatus,
  STEP_STATUSES,
  type StepStatus,
} from '../../features/statuses/statuses.rules.ts'
import type { UploadedFile } from '../attachments/attachments.rules.ts'
import { fitText } from '../attachments/attachments.rules.ts'
import {
  attachmentRows,
  filesOf,
  insertAttachments,
  type StoredFile,
  storeFiles,
} from '../attachments/attachments.store.ts'
import { runs } from '../runs/runs.resource.ts'
import { lockRun, recomputeAbove } from '../runs/runs.store.ts'
import { stepRuns } from './step-runs.resource.ts'
import { statusesOfRun } from './step-runs.store.ts'

const LONG_TEXTS = ['description', 'expected-results', 'actual-results']

/** Texts as they fit; those that did not are files, whole (contract §1.11). */
function fitTexts(sent: Input): { sent: Input; files: UploadedFile[] } {
  const files: UploadedFile[] = []
  const values = { ...sent.values }
  for (const key of LONG_TEXTS) {
    const value = values[key]
    if (typeof value === 'string') values[key] = fitText(value, MAX_LONG_TEXT, key, files)
  }
  return { sent: { ...sent, values }, files }
}

/** Attaches the whole of cut texts, but none twice: sending a text again changes nothing. */
async function attachTexts(tx: Tx, projectId: number, stepRunId: number, files: readonly StoredFile[], now: number) {
  if (files.length === 0) return
  const there = await filesOf(tx, projectId, 'step-run', stepRunId)
  const fresh = files.filter((file) => !there.some(({ name, hash }) => name === file.name && hash === file.hash))
  await insertAttachments(
    tx,
    attachmentRows(tx, { projectId, entity: 'step-run', entityId: stepRunId, files: fresh, now }),
  )
}

/** `PUT step_runs/:id.json`: once a status was sent, the steps decide the run's status (contract §7.4). */
export async function updateStepRun(context: Context): Promise<Answer> {
  const { sent, files } = fitTexts(oneElement(context.body()).sent)
  const id = context.id()
  const projectId = context.project.id
  const stored = await storeFiles(context, files)
  return context.write(
    async (tx) => {
      const seen = await findById(tx, 'step_runs', projectId, id)
      const run = seen && (await lockRun(tx, projectId, seen.run_id))
      const row = run && (await findById(tx, 'step_runs', projectId, id))
      if (!row) throw notFound(stepRuns)
      const problems = createProblems()
      const cells = readForUpdate({ resource: stepRuns, sent, problems, row: { ...row } })
      // As of every word that is never null in answers, null means leave it as it is (contract §1.5).
      const decides = (sent.values.status ?? null) !== null
      const status = decides ? readStepStatus(sent.values.status) : (row.status as StepStatus)
      if (status === undefined) {
        problems.at(
          inside(sent.place, 'status'),
          `Status must be one of: ${STEP_STATUSES.join(', ')}`,
          sent.values.status,
        )
      } else if (status !== row.status) cells.status = status
      problems.throwIfAny()
      await attachTexts(tx, projectId, id, stored, context.now)
      if (cells.name !== undefined) Object.assign(cells, nameCells(String(cells.name)))
      await changeRow(tx, 'step_runs', { projectId, id, cells, now: context.now })
      if (decides) {
        const verdict = combine(countStatuses(await statusesOfRun(tx, projectId, run.id)))
        if (verdict !== run.status) {
          const cells = { status: verdict, steps_decide: 1 }
          await changeRow(tx, 'runs', { projectId, id: run.id, cells, now: context.now })
          note(tx, runs, { ...run }, { action: 'update', quiet: true })
          await recomputeAbove(tx, run)
        } else if (run.steps_decide !== 1) {
          await changeCells(tx, 'runs', { projectId, id: run.id, cells: { steps_decide: 1 } })
        }
      }
      return { show: 'step-runs', id }
    },
    { ids: stored.length },
  )
}
