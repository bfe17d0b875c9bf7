import { type TallyValue, tally } from '../../core/tally.ts'
import type { Tx } from '../../db/handle.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { type TextFiles, writeWithTexts } from '../attachments/text-files.ts'

const runsIn = (answer: Answer): number => ('ids' in answer ? answer.ids.length : 1)

/**
 * As `writeWithTexts`, for a request that stores runs: they are counted by their way in once they are committed. A
 * repeat under an Idempotency-Key never runs the job, and is not counted.
 */
export async function writeRuns(
  context: Context,
  { ids, way }: { ids: number; way: TallyValue<'assay_runs_stored_total'> },
  job: (tx: Tx, texts: TextFiles) => Promise<Answer>,
): Promise<Answer> {
  let stored = 0
  const answer = await writeWithTexts(
    context,
    async (tx, texts) => {
      const made = await job(tx, texts)
      stored = runsIn(made)
      return made
    },
    { ids },
  )
  if (stored > 0) {
    tally('assay_result_uploads_total', way)
    tally('assay_runs_stored_total', way, stored)
  }
  return answer
}
