import type { Reader } from '../../db/handle.ts'
import type { StepStatus } from '../../features/statuses/statuses.rules.ts'

/** The statuses of the step-runs of a run. */
export async function statusesOfRun(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  runId: number,
): Promise<StepStatus[]> {
  const rows = await db
    .selectFrom('step_runs')
    .select('status')
    .where('project_id', '=', projectId)
    .where('run_id', '=', runId)
    .execute()
  return rows.map(({ status }) => status as StepStatus)
}
