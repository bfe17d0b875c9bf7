import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems, inside } from '../../core/problems.ts'
import { readForUpdate } from '../../core/resource/read-attributes.ts'
import { nameCells } from '../../db/search-columns.ts'
import { changeRow, findById } from '../../db/store.ts'
import type { Answer, Context } from '../../http/route.ts'
import { notFound } from '../../http/show-rows.ts'
import { lockRun, recomputeAbove } from '../runs/change-run.ts'
import { combine, countStatuses, readStepStatus, STEP_STATUSES, type StepStatus } from '../runs/runs.rules.ts'
import { stepRuns } from './step-runs.resource.ts'

/** `PUT step_runs/:id.json`: once a status was sent, the steps decide the run's status (contract §7.4). */
export async function updateStepRun(context: Context): Promise<Answer> {
  const id = context.id()
  const { sent } = oneElement(context.body())
  const projectId = context.project.id
  return context.write(0, async (tx) => {
    const seen = await findById(tx, 'step_runs', projectId, id)
    const run = seen && (await lockRun(tx, projectId, seen.run_id))
    const row = run && (await findById(tx, 'step_runs', projectId, id))
    if (!row) throw notFound(stepRuns)
    const problems = createProblems()
    const cells = readForUpdate({ resource: stepRuns, sent, problems, row: { ...row } })
    const decides = 'status' in sent.values
    const status = decides ? readStepStatus(sent.values.status) : (row.status as StepStatus)
    if (status === undefined) {
      problems.at(inside(sent.place, 'status'), `Status must be one of ${STEP_STATUSES.join(', ')}`)
    } else if (status !== row.status) cells.status = status
    problems.throwIfAny()
    if (cells.name !== undefined) Object.assign(cells, nameCells(String(cells.name)))
    await changeRow(tx, 'step_runs', { projectId, id, cells, now: context.now })
    if (decides) {
      const steps = await tx.db
        .selectFrom('step_runs')
        .select('status')
        .where('project_id', '=', projectId)
        .where('run_id', '=', run.id)
        .execute()
      const verdict = combine(countStatuses(steps.map((step) => step.status as StepStatus)))
      if (verdict !== run.status) {
        const cells = { status: verdict, steps_decide: 1 }
        await changeRow(tx, 'runs', { projectId, id: run.id, cells, now: context.now })
        await recomputeAbove(tx, run)
      } else if (run.steps_decide !== 1) {
        await tx.db
          .updateTable('runs')
          .set({ steps_decide: 1 })
          .where('project_id', '=', projectId)
          .where('id', '=', run.id)
          .execute()
      }
    }
    return { show: 'step-runs', id }
  })
}
