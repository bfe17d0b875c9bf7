import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from './processes.ts'

/** Cases of one suite, which stand together in a report as they do in those of test runners. */
const SUITE = 100

/** Writes a JUnit report of so many results, one in fifty failed, and answers its path. */
async function writeReport(folder: string, results: number): Promise<string> {
  const path = join(folder, 'report.xml')
  const file = createWriteStream(path)
  file.write('<?xml version="1.0"?><testsuites>')
  for (let n = 0; n < results; n++) {
    const suite = `shop.suite${Math.floor(n / SUITE)}`
    if (n % SUITE === 0) file.write(`<testsuite name="${suite}">`)
    const failure = n % 50 === 0 ? '<failure message="expected 1 to be 2">at checkout.test.ts:12:3</failure>' : ''
    const more = file.write(
      `<testcase classname="${suite}" name="case ${n} of the report" time="0.${n % 10}">${failure}</testcase>`,
    )
    if (n % SUITE === SUITE - 1 || n === results - 1) file.write('</testsuite>')
    if (!more) await once(file, 'drain')
  }
  file.end('</testsuites>')
  await once(file, 'finish')
  return path
}

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
