import { explain } from '../errors.ts'
import { jsonHead } from '../json-head.ts'
import { openJson } from '../json-stream.ts'
import { timeOf } from '../json-time.ts'
import { anyText, type JsonRecord, listOf, numberOf, recordOf, recordsOf, secondsOf, textOf } from '../json-values.ts'
import type { Attempt, Case, Format, Sink } from '../model.ts'
import { outcomeOf, unreportedAttempts } from '../outcomes.ts'

/** What `jest --json` and Vitest's `json` reporter write. */
export const jest: Format = {
  name: 'jest',
  title: 'Jest or Vitest JSON',
  recognises(text) {
    const head = jsonHead(text)
    return head?.root === 'object' && (head.has('numTotalTestSuites') || head.has('numTotalTests'))
  },
  open(sink, { timezone }) {
    let found = 0
    let claimed: number | undefined
    const reader = openJson(sink, {
      numTotalTests: (value) => {
        claimed = numberOf(value)
      },
      'testResults[]': (value, line) => {
        found += readFile(recordOf(value), line, sink, timezone)
      },
    })
    return {
      write: reader.write,
      end() {
        reader.end()
        if (claimed !== undefined && claimed !== found)
          sink.note(`The report counts ${claimed} tests and holds ${found}`)
      },
    }
  },
}

/** One test file; says how many tests it holds. */
function readFile(result: JsonRecord, line: number, sink: Sink, zone: string): number {
  const file = textOf(result.name)
  const tests = recordsOf(result.assertionResults)
  // jest-junit adds a test without a title to a file that could not be loaded.
  const titled = tests.filter((test) => titleOf(test) !== undefined)
  const cases = titled.map((test) => readTest(test, file, line, sink, zone))
  for (const found of cases) sink.case(found)
  const failed = cases.some(({ attempts }) => !WELL.has(attempts.at(-1)?.status ?? ''))
  // A file that cannot be loaded has no tests; one whose hook breaks has only skipped ones.
  if (result.status === 'failed' && !failed) sink.case(crashedFile(result, file, line, zone))
  return titled.length
}

const WELL = new Set(['passed', 'skipped'])

const titleOf = (test: JsonRecord) => textOf(test.title) ?? textOf(test.fullName)

function crashedFile(result: JsonRecord, file: string | undefined, line: number, zone: string): Case {
  const startedAt = timeOf(result.startTime, zone)
  const seconds = secondsOf((numberOf(result.endTime) ?? 0) - (numberOf(result.startTime) ?? 0))
  const error = textOf(result.message) ?? 'The file failed, none of its tests did: a hook or the file itself is broken'
  return {
    path: [],
    name: '[suite]',
    ...(file === undefined ? {} : { file }),
    properties: [],
    attempts: [
      {
        status: 'error',
        seconds,
        ...(startedAt === undefined ? {} : { startedAt }),
        ...explain([{ stack: error }]),
        steps: [],
        attachments: [],
      },
    ],
    line,
  }
}

function readTest(test: JsonRecord, file: string | undefined, line: number, sink: Sink, zone: string): Case {
  const messages = listOf(test.failureMessages).flatMap((message) => textOf(message) ?? [])
  const outcome = outcomeOf(test.status, sink, line)
  const startedAt = timeOf(test.startAt, zone)
  const passed = outcome.status === 'passed'
  const last: Attempt = {
    ...outcome,
    seconds: secondsOf(test.duration),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(passed ? {} : explain(messages.map((stack) => ({ stack })))),
    steps: [],
    attachments: [],
  }
  return {
    path: listOf(test.ancestorTitles).flatMap((title) => textOf(title) ?? []),
    name: titleOf(test) ?? '',
    ...(file === undefined ? {} : { file }),
    properties: propertiesOf(test),
    attempts: [...earlierAttempts(test, passed ? messages : []), last],
    line,
  }
}

/** Jest lists the reasons of its retries; in Vitest's report a test that passed keeps the failures of its earlier attempts. */
function earlierAttempts(test: JsonRecord, failures: readonly string[]): Attempt[] {
  const reasons = listOf(test.retryReasons).flatMap((reason) => textOf(reason) ?? [])
  const known = (reasons.length > 0 ? reasons : failures).map(
    (stack): Attempt => ({ status: 'failed', seconds: 0, ...explain([{ stack }]), steps: [], attachments: [] }),
  )
  return [...unreportedAttempts((numberOf(test.invocations) ?? 1) - 1 - known.length), ...known]
}

function propertiesOf(test: JsonRecord): [string, string][] {
  const meta = Object.entries(recordOf(test.meta)).map(([name, value]) => [name, anyText(value)] as const)
  const tags = listOf(test.tags).map((tag) => ['tag', textOf(tag)] as const)
  return [...tags, ...meta].filter((property): property is [string, string] => property[1] !== undefined)
}
