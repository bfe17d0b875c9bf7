import { printable } from '../print.ts'
import { exitCodeOf, type Outcome, type ShownResult } from './outcome.ts'
import { count, firstLine, shownName, troubleLines } from './summary.ts'

/** Lines of trouble that a page names. */
const MOST_TROUBLE = 100
/** Characters of one text: a page of GitHub has room for a mebibyte. */
const LONGEST = 500

/** What means something to Markdown or HTML, and what makes of a text a link, a mention or an issue. */
const SPECIAL = /[\\`*_{}[\]()<>#+\-.!|&~:@^$]/g

/** A text from outside as text within a page of Markdown: nothing in it is markup, a link or a mention. */
export const escaped = (text: string): string =>
  printable(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text).replace(
    SPECIAL,
    (character) => `&#${character.charCodeAt(0)};`,
  )

const cell = (name: string, value: number | string) => `| ${name} | ${value} |`

function* resultLines(results: readonly ShownResult[], total: number): Generator<string> {
  for (const each of results) {
    const name = each.url === null ? escaped(shownName(each)) : `[${escaped(shownName(each))}](${addressOf(each.url)})`
    const line = firstLine(each.message)
    yield line === '' ? `- ${name}` : `- ${name}<br>${escaped(line)}`
  }
  if (total > results.length) yield `- … and ${total - results.length} more`
}

/** An address that ends where it ends. */
const addressOf = (url: string) => new URL(url).href.replace(/[()<>\s]/g, encodeURIComponent)

function* buildParts({ build, newFailures, flaky }: Outcome): Generator<string> {
  if (build === null) return
  const title = escaped(`Build ${build['display-id']}: ${build.name ?? build.key}`)
  const link = `[${escaped('in the API')}](${addressOf(build.apiUrl)})`
  yield `${title}, ${escaped(build.state)}, ${link}`
  yield ''
  if (newFailures.length > 0) {
    yield `### New failures: ${build['new-failures']}`
    yield ''
    yield* resultLines(newFailures, build['new-failures'])
    yield ''
  }
  if (build['still-failing'] > 0) yield `Still failing: ${build['still-failing']}  `
  if (build.fixed > 0) yield `Fixed: ${build.fixed}  `
  if (build.missing > 0) yield `Missing: ${count(build.missing, 'test')}  `
  if (build['missing-shards'].length > 0) yield `Missing shards: ${build['missing-shards'].map(escaped).join(', ')}  `
  if (flaky.length > 0) {
    yield `### Flaky: ${build.flaky}`
    yield ''
    yield* resultLines(flaky, build.flaky)
  }
}

/** What a step summary of GitHub, a report of GitLab or any page shows of an upload, as Markdown. */
export function* markdownLines(outcome: Outcome): Generator<string> {
  const { receipt, gate } = outcome
  const verdict = ['passed', 'failed', 'not everything is stored'][exitCodeOf(outcome)]
  yield `## Test results: ${outcome.gateDecides && gate !== null ? `gate ${escaped(gate.verdict)}` : verdict}`
  yield ''
  yield '| | |'
  yield '| --- | ---: |'
  yield cell('read', receipt.received)
  yield cell('stored', receipt.stored)
  yield cell('refused', receipt.refused)
  yield cell('passed', receipt.passed)
  yield cell('failed', receipt.failed)
  if (receipt.blocked > 0) yield cell('blocked', receipt.blocked)
  yield cell('skipped', receipt.skipped)
  if (receipt.flaky > 0) yield cell('flaky', receipt.flaky)
  yield ''
  const trouble = [...troubleLines(outcome)]
  for (const line of trouble.slice(0, MOST_TROUBLE)) yield `- ${escaped(line)}`
  if (trouble.length > MOST_TROUBLE) yield `- … and ${trouble.length - MOST_TROUBLE} more`
  if (trouble.length > 0) yield ''
  yield* buildParts(outcome)
  if (gate === null) return
  yield ''
  yield '### Gate'
  yield ''
  for (const line of gate.text.split('\n')) yield `${escaped(line.trim())}<br>`
}

/** The same for a delivery that never came. */
export function* undeliveredMarkdown(error: Error): Generator<string> {
  yield '## Test results: not delivered'
  yield ''
  for (const line of error.message.split('\n').slice(0, 10)) yield `${escaped(line)}<br>`
}
