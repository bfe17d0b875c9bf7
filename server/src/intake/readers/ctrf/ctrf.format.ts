import { explain } from '../errors.ts'
import { jsonHead } from '../json-head.ts'
import { openJson } from '../json-stream.ts'
import { timeOf } from '../json-time.ts'
import {
  anyText,
  type JsonRecord,
  joinTexts,
  listOf,
  numberOf,
  recordOf,
  recordsOf,
  secondsOf,
  textOf,
} from '../json-values.ts'
import type { Attempt, Case, Format, ReportedAttachment, Sink } from '../model.ts'
import { outcomeOf, unreportedAttempts } from '../outcomes.ts'
import { flattenSteps, tooManySteps } from '../step-tree.ts'
import { stepStatusOfWord } from '../words.ts'

/** Common Test Report Format: the schema of 2024 and the one with `reportFormat` and `retryAttempts`. */
export const ctrf: Format = {
  name: 'ctrf',
  title: 'CTRF',
  recognises(text) {
    const head = jsonHead(text)
    return (
      head?.text('reportFormat') === 'CTRF' ||
      (head?.has('results.tool.name') === true && (head.has('results.summary') || head.has('results.tests')))
    )
  },
  open(sink, { timezone }) {
    let found = 0
    let claimed: number | undefined
    const reader = openJson(sink, {
      'results.summary': (value) => {
        claimed = numberOf(recordOf(value).tests)
      },
      'results.environment': (value) => {
        const names = Object.keys(recordOf(value))
        if (names.length > 0) sink.note(`What the report says of its environment was not kept: ${names.join(', ')}`)
      },
      'results.tests[]': (value, line) => {
        found++
        sink.case(readTest(recordOf(value), line, sink, timezone))
      },
    })
    return {
      write: reader.write,
      end() {
        reader.end()
        if (claimed !== undefined && claimed !== found)
          sink.note(`The summary counts ${claimed} tests, the report holds ${found}`)
      },
    }
  },
}

function readTest(test: JsonRecord, line: number, sink: Sink, zone: string): Case {
  const last = readAttempt(test, line, sink, zone)
  const tries = recordsOf(test.retryAttempts)
  const earlier =
    tries.length > 0
      ? tries.map((attempt) => readAttempt(attempt, line, sink, zone))
      : last.status === 'skipped'
        ? []
        : unreportedAttempts(numberOf(test.retries))
  const variant = [test.browser, test.device].map(textOf).filter((text) => text !== undefined)
  const file = textOf(test.filePath)
  const parameters = Object.entries(recordOf(test.parameters)).map(([name, value]) => [name, anyText(value) ?? ''])
  return {
    path: pathOf(test.suite),
    name: textOf(test.name) ?? '',
    ...(file === undefined ? {} : { file }),
    ...(variant.length === 0 ? {} : { variant: variant.join(' ') }),
    ...(parameters.length === 0 ? {} : { parameters: Object.fromEntries(parameters) }),
    properties: propertiesOf(test),
    attempts: [...earlier, last],
    line,
  }
}

/** Older reports join the suites, newer ones list them. */
function pathOf(suite: unknown): string[] {
  if (typeof suite === 'string') return suite === '' ? [] : suite.split(' > ')
  return listOf(suite).flatMap((name) => textOf(name) ?? [])
}

function readAttempt(attempt: JsonRecord, line: number, sink: Sink, zone: string): Attempt {
  // `other` is any state the schema has no word for: the producer's own one says which.
  const word = attempt.status === 'other' ? (textOf(attempt.rawStatus) ?? 'other') : attempt.status
  const startedAt = timeOf(attempt.start, zone)
  const output = joinTexts([...listOf(attempt.stdout), ...listOf(attempt.stderr)].map(textOf))
  const details = joinTexts([textOf(attempt.trace), textOf(attempt.snippet)])
  return {
    ...outcomeOf(word, sink, line),
    seconds: secondsOf(attempt.duration),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(attempt.message || details ? explain([{ message: textOf(attempt.message), stack: details }]) : {}),
    ...(output === undefined ? {} : { output }),
    steps: flattenSteps(
      recordsOf(attempt.steps),
      (step) => ({
        step: { name: textOf(step.name) ?? '', status: stepStatusOfWord(textOf(step.status) ?? '') },
        below: recordsOf(step.steps),
      }),
      (left) => sink.note(tooManySteps(left), line),
    ),
    attachments: attachmentsOf(attempt),
  }
}

function attachmentsOf(attempt: JsonRecord): ReportedAttachment[] {
  const attachments = recordsOf(attempt.attachments).map((attachment) => {
    const [name, contentType, path] = [attachment.name, attachment.contentType, attachment.path].map(textOf)
    return {
      ...(name === undefined ? {} : { name }),
      ...(contentType === undefined ? {} : { contentType }),
      ...(path === undefined ? {} : { path }),
    }
  })
  const screenshot = textOf(attempt.screenshot)
  if (screenshot === undefined) return attachments
  return [...attachments, { name: 'screenshot.png', contentType: 'image/png', base64: screenshot }]
}

const KEPT_AS_PROPERTIES = ['type', 'line', 'threadId', 'ai']

function propertiesOf(test: JsonRecord): [string, string][] {
  const named = (entries: [string, unknown][]) =>
    entries.flatMap(([name, value]): [string, string][] => {
      const text = anyText(value)
      return text === undefined ? [] : [[name, text]]
    })
  return [
    ...named(listOf(test.tags).map((tag) => ['tag', tag])),
    ...named(Object.entries(recordOf(test.labels))),
    ...named(KEPT_AS_PROPERTIES.map((name) => [name, test[name]])),
    ...named(Object.entries(recordOf(test.extra))),
  ]
}
