import { runProgram } from './processes.ts'
import { writeReport } from './report.ts'

/** Uploads a report with the command line, as CI does: stored results a second, and the memory of the command in MB. */
export async function measureUpload(o: {
  url: string
  token: string
  projectId: number
  folder: string
  results: number
}) {
  const report = await writeReport(o.folder, o.results)
  const args = ['--max-semi-space-size=8', 'cli/bin/assay.js', 'upload', report]
  const where = ['--url', o.url, '--project', String(o.projectId), '--set', 'Bench upload', '--json']
  const run = await runProgram([...args, ...where], { ASSAY_TOKEN: o.token })
  // 1: everything is stored, and some tests failed.
  if (run.code !== 1) throw new Error(`assay upload ended with ${run.code}:\n${run.output}`)
  return { rate: o.results / run.seconds, peak: run.peak, output: run.output }
}
