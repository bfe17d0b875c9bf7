/** One result that the server did not take. */
export interface RefusedResult {
  file: string
  line: number
  name: string
  reason: string
}

export interface FileSummary {
  file: string
  state: 'read' | 'cut' | 'unreadable'
  /** Cases read from it. */
  results: number
  reason?: string
}

/** What an upload did. Everything here counts what the server acknowledged, except `read`. */
export interface UploadSummary {
  project: { id: number; name: string } | null
  set: { id: number; name: string; created: boolean; url: string } | null
  files: FileSummary[]
  read: number
  stored: number
  passed: number
  failed: number
  skipped: number
  /** Repeats that a later one replaced as the verdict (`--repeats retry`). */
  superseded: number
  /** Passed after a failure. */
  flaky: number
  runs: number
  created: { tests: number; instances: number }
  refused: RefusedResult[]
  /** Names that several tests have; the oldest was taken. */
  ambiguousNames: number
  attachments: {
    sent: number
    notRequested: number
    missing: { file: string; line: number; path: string; reason: string }[]
  }
  replacedCharacters: number
  suiteOutputs: number
  /** Suites whose names are not part of the names of their tests. */
  deepSuites: number
  retries: number
  seconds: number
  /** Contradictions that make the figures above doubtful. */
  problems: string[]
}

/** An empty tally. */
export function emptySummary(): UploadSummary {
  return {
    project: null,
    set: null,
    files: [],
    read: 0,
    stored: 0,
    passed: 0,
    failed: 0,
    skipped: 0,
    superseded: 0,
    flaky: 0,
    runs: 0,
    created: { tests: 0, instances: 0 },
    refused: [],
    ambiguousNames: 0,
    attachments: { sent: 0, notRequested: 0, missing: [] },
    replacedCharacters: 0,
    suiteOutputs: 0,
    deepSuites: 0,
    retries: 0,
    seconds: 0,
    problems: [],
  }
}

/** 0: everything stored and passed; 1: everything stored, some failed; 2: something was not stored, cut or unreadable. */
export function summaryExitCode(summary: UploadSummary): 0 | 1 | 2 {
  const damaged = summary.files.some(({ state }) => state !== 'read')
  if (damaged || summary.refused.length > 0 || summary.problems.length > 0) return 2
  return summary.failed > 0 ? 1 : 0
}

const count = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`

/** What went wrong, line by line. Not one text: it may be a line for each of a hundred thousand results. */
function* troubleLines(summary: UploadSummary): Generator<string> {
  for (const problem of summary.problems) yield `PROBLEM: ${problem}`
  for (const { file, state, reason } of summary.files) {
    if (state === 'cut') yield `CUT: ${file}: ${reason}; what came before was uploaded`
    if (state === 'unreadable') yield `UNREADABLE: ${file}: ${reason}`
  }
  for (const { file, line, name, reason } of summary.refused) yield `REFUSED: ${file}:${line}: ${name}: ${reason}`
  for (const { file, line, path, reason } of summary.attachments.missing) {
    yield `Attachment not sent: ${file}:${line}: ${path}: ${reason}`
  }
}

/** The summary for people, line by line. What went wrong comes first. */
export function* summaryLines(summary: UploadSummary): Generator<string> {
  let trouble = false
  for (const line of troubleLines(summary)) {
    trouble = true
    yield line
  }
  if (trouble) yield ''
  const { attachments, created } = summary
  const refused = summary.refused.length.toLocaleString('en-US')
  const how = `(${count(summary.runs, 'run')}, ${summary.seconds.toFixed(1)} s)`
  yield `${count(summary.read, 'result')} read, ${summary.stored.toLocaleString('en-US')} stored, ${refused} refused ${how}`
  const verdicts = [`passed ${summary.passed}`, `failed ${summary.failed}`, `skipped ${summary.skipped}`]
  if (summary.flaky > 0) verdicts.push(`flaky ${summary.flaky}`)
  if (summary.superseded > 0) verdicts.push(`superseded ${summary.superseded}`)
  yield `  ${verdicts.join(', ')}`
  const set = summary.set?.created ? 'the set, ' : ''
  yield `  created ${set}${count(created.tests, 'test')}, ${count(created.instances, 'instance')}`
  const notes: [n: number, text: string][] = [
    [attachments.sent, count(attachments.sent, 'attachment sent', 'attachments sent')],
    [attachments.notRequested, `${count(attachments.notRequested, 'attachment')} not sent: --attach was not given`],
    [summary.ambiguousNames, `${count(summary.ambiguousNames, 'name')} shared by several tests: the oldest was taken`],
    [summary.replacedCharacters, `${count(summary.replacedCharacters, 'forbidden character')} replaced by U+FFFD`],
    [
      summary.suiteOutputs,
      `output of ${count(summary.suiteOutputs, 'suite')} not stored: it belongs to no single case`,
    ],
    [
      summary.deepSuites,
      `${count(summary.deepSuites, 'suite')} nested more than 100 deep, or with more than 4,000 characters of names: not part of the names of tests`,
    ],
    [summary.retries, count(summary.retries, 'request repeated', 'requests repeated')],
  ]
  for (const [n, text] of notes) if (n > 0) yield `  ${text}`
  if (summary.set) yield summary.set.url
}
