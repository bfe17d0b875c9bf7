import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'

/** Cases of one suite, which stand together in a report as they do in those of test runners. */
const SUITE = 100

/** Writes a JUnit report of so many results, one in fifty failed, and answers its path. */
export async function writeReport(folder: string, results: number, suites = 'shop'): Promise<string> {
  const path = join(folder, `${suites}-${results}.xml`)
  const file = createWriteStream(path)
  file.write('<?xml version="1.0"?><testsuites>')
  for (let n = 0; n < results; n++) {
    const suite = `${suites}.suite${Math.floor(n / SUITE)}`
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
