import { MOST_NAMED, type Outcome, type ShownResult } from './outcome.ts'

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`

/** The first line of what a failure says, so long at most. */
export function firstLine(text: string | null, most = 200): string {
  const [line = ''] = (text ?? '').trimStart().split('\n', 1)
  return line.length > most ? `${line.slice(0, most)}…` : line.trimEnd()
}

export const shownName = ({ test, variant }: ShownResult): string => (variant === '' ? test : `${test} [${variant}]`)

/** What was not stored, not sent or not read, and why, line by line. */
export function* troubleLines({ receipt, refusals, notSent, attachments, problems }: Outcome): Generator<string> {
  for (const problem of problems) yield `PROBLEM: ${problem}`
  for (const { name, reason } of notSent) yield `NOT SENT: ${name}: ${reason}`
  for (const { name, problem } of receipt.files) if (problem !== null) yield `CUT: ${name}: ${problem}`
  for (const { file, line, name, reason } of refusals) yield `REFUSED: ${file}:${line}: ${name}: ${reason}`
  if (receipt.refused > refusals.length) {
    yield `REFUSED: ${receipt.refused - refusals.length} more; the list of refusals of the import names them`
  }
  for (const { name, reason } of attachments.notSent) yield `Attachment not sent: ${name}: ${reason}`
}

/** The figures of the import. */
export function* countLines(outcome: Outcome): Generator<string> {
  const { receipt, attachments, retries } = outcome
  const how = `(${count(receipt.runs, 'run')}, ${outcome.seconds.toFixed(1)} s)`
  const refused = receipt.refused.toLocaleString('en-US')
  const dry = receipt.state === 'stored' && outcome.importId === null ? ' Nothing was stored: a dry run.' : ''
  yield `${count(receipt.received, 'result')} read, ${receipt.stored.toLocaleString('en-US')} stored, ${refused} refused ${how}${dry}`
  const verdicts = [`passed ${receipt.passed}`, `failed ${receipt.failed}`, `skipped ${receipt.skipped}`]
  if (receipt.blocked > 0) verdicts.splice(2, 0, `blocked ${receipt.blocked}`)
  if (receipt.flaky > 0) verdicts.push(`flaky ${receipt.flaky}`)
  yield `  ${verdicts.join(', ')}`
  yield `  created ${count(receipt['created-tests'], 'test')}, ${count(receipt['created-instances'], 'instance')}`
  if (receipt['moved-tests'] > 0) yield `  ${count(receipt['moved-tests'], 'test')} moved`
  if (attachments.attached > 0) yield `  ${count(attachments.attached, 'attachment')} sent afterwards`
  if (retries > 0) yield `  ${count(retries, 'retry', 'retries')}`
}

/** What of the build needs somebody, under a title for each. */
export function* buildLines(outcome: Outcome): Generator<string> {
  const { build, newFailures, flaky } = outcome
  if (build === null) return
  yield ''
  yield `Build ${build['display-id']} (${build.name ?? build.key}): ${build.state}, ${count(build.results, 'result')}`
  if (newFailures.length > 0) {
    yield `New failures: ${build['new-failures']}`
    for (const each of newFailures) yield* failureLines(each)
    const more = build['new-failures'] - newFailures.length
    if (more > 0) yield `  … and ${more} more`
  }
  if (build['still-failing'] > 0) yield `Still failing: ${build['still-failing']}`
  if (build.fixed > 0) yield `Fixed: ${build.fixed}`
  if (build.flaky > 0) {
    yield `Flaky: ${build.flaky}`
    for (const each of flaky) yield `  ${shownName(each)}`
    if (build.flaky > flaky.length) yield `  … and ${build.flaky - flaky.length} more`
  }
  if (build.missing > 0) yield `Missing: ${count(build.missing, 'test')} that the build before had`
  if (build['missing-shards'].length > 0) yield `Missing shards: ${build['missing-shards'].join(', ')}`
  if (build.infrastructure) yield 'An import is set aside: not the tests failed, but something around them'
}

function* failureLines(result: ShownResult): Generator<string> {
  yield `  ${shownName(result)}`
  const line = firstLine(result.message)
  if (line !== '') yield `    ${line}`
  if (result.url !== null) yield `    ${result.url}`
}

/** The summary for people, line by line: what went wrong first, the gate last. */
export function* summaryLines(outcome: Outcome): Generator<string> {
  let trouble = false
  for (const line of troubleLines(outcome)) {
    trouble = true
    yield line
  }
  if (trouble) yield ''
  yield* countLines(outcome)
  for (const note of outcome.notes.slice(0, MOST_NAMED)) yield `  Note: ${note}`
  if (outcome.notes.length > MOST_NAMED) yield `  … and ${outcome.notes.length - MOST_NAMED} more notes`
  yield* buildLines(outcome)
  if (outcome.gate !== null) {
    yield ''
    yield* outcome.gate.text.split('\n')
  }
  if (outcome.build !== null) yield outcome.build.apiUrl
}
