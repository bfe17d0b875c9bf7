import { describe, expect, it } from 'vitest'
import { expectLinear } from '../../../test-support/growth.ts'
import { createPlan } from '../upload/plan-upload.ts'
import { decodeText } from './decode-text.ts'
import { readJUnit } from './junit-reader.ts'
import { emptyNotes, type ResultCase } from './results-model.ts'

async function* chunks(text: string) {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

/** Reads and plans a report, as an upload does. */
async function read(text: string) {
  const notes = emptyNotes()
  const plan = createPlan({ repeats: 'fail', skippedMakesRun: false })
  const cases: ResultCase[] = []
  for await (const result of readJUnit(decodeText(chunks(text)), { notes })) {
    plan.note(result)
    cases.push(result)
  }
  return { cases, notes }
}

const suite = (inside: string, attributes = '') => `<testsuite name="s" ${attributes}>${inside}</testsuite>`
const output = (text: string) => suite(`<testcase name="c"><system-out>${text}</system-out></testcase>`)

describe('a hostile report costs what its length costs', { timeout: 120_000 }, () => {
  it.each<[string, number, (n: number) => string]>([
    ['properties without end', 15_000, (n) => output('[[PROPERTY|a]]'.repeat(n))],
    ['attachments without end', 16_000, (n) => output('[[ATTACHMENT|'.repeat(n))],
    ['elements within a text', 10_000, (n) => output('text<b/>'.repeat(n))],
    ['closing tags of nothing', 10_000, (n) => output('text</b>'.repeat(n))],
    [
      'nested suites',
      10_000,
      (n) => `${'<testsuite name="a"><testcase name="c"/>'.repeat(n)}${'</testsuite>'.repeat(n)}`,
    ],
    ['suites that never end', 10_000, (n) => '<testsuite name="a">'.repeat(n)],
    ['outputs of one suite', 10_000, (n) => suite(`<testcase name="c"/>${'<system-out>x</system-out>'.repeat(n)}`)],
    [
      'a property many times',
      10_000,
      (n) =>
        suite(`<testcase name="c"><properties>${'<property name="k" value="v"/>'.repeat(n)}</properties></testcase>`),
    ],
    [
      'blanks in the name of a step',
      20_000,
      (n) => suite(`<testcase name="c"><property name="step:${' '.repeat(n)}a&#10;b" value="v"/></testcase>`),
    ],
    [
      'a long timestamp of many cases',
      2000,
      (n) => suite('<testcase name="c"/>'.repeat(n), `timestamp="${' '.repeat(n * 20)}x"`),
    ],
    [
      'a long suite name of many cases',
      2000,
      (n) => suite('<testcase name="c"/>'.repeat(n)).replace('"s"', `"${'s'.repeat(n * 20)}"`),
    ],
    ['references', 4000, (n) => output('&#1;&#55357;'.repeat(n))],
    ['a reference without end', 100_000, (n) => output(`&#${'1'.repeat(n)}`)],
    ['digits in a time', 100_000, (n) => suite(`<testcase name="c" time="${'1,111'.repeat(n)}x"/>`)],
    ['a declaration', 4000, (n) => `<?xml ${' encoding'.repeat(n)}?>${output('')}`],
  ])('%s', async (_, n, text) => {
    await expectLinear(n, text, read)
  })

  it('whose suites are nested 100,000 deep is read whole, and says what it leaves out', async () => {
    const depth = 100_000
    const { cases, notes } = await read(
      `${'<testsuite name="a">'.repeat(depth)}<testcase name="c"/>${'</testsuite>'.repeat(depth)}`,
    )
    expect(cases.map(({ suitePath }) => suitePath.length)).toEqual([100])
    expect(notes).toMatchObject({ cut: null, deepSuites: depth - 100 })
  })

  it('whose only case has 200,000 outputs of its suite is read whole', async () => {
    const { cases } = await read(suite(`<testcase name="c"/>${'<system-out>x</system-out>'.repeat(200_000)}`))
    expect(cases[0]?.attempts[0]?.output).toHaveLength(399_999)
  })
})
