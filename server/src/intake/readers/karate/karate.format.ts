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
import type { Attempt, Format, ReportedAttachment, Sink } from '../model.ts'
import { flattenSteps, tooManySteps } from '../step-tree.ts'
import { stepStatusOfWord } from '../words.ts'

/** Karate's own JSON: a file for each feature (`….karate-json.txt`). */
export const karate: Format = {
  name: 'karate',
  title: 'Karate JSON',
  recognises(text) {
    const head = jsonHead(text)
    return (
      head?.has('scenarioResults') === true || (head?.has('packageQualifiedName') === true && head.has('relativePath'))
    )
  },
  open(sink, { timezone }) {
    const feature: Feature = { name: undefined, file: undefined }
    return openJson(sink, {
      name: (value) => {
        feature.name = textOf(value)
      },
      relativePath: (value) => {
        feature.file = textOf(value)
      },
      'scenarioResults[]': (value, line) => readScenario(recordOf(value), feature, { sink, line, zone: timezone }),
    })
  },
}

interface Feature {
  name: string | undefined
  file: string | undefined
}

interface Place {
  sink: Sink
  line: number
  zone: string
}

function readScenario(result: JsonRecord, feature: Feature, place: Place): void {
  const { sink, line, zone } = place
  const failed = result.failed === true
  const startedAt = timeOf(result.startTime, zone)
  const attachments: ReportedAttachment[] = []
  const logs: (string | undefined)[] = []
  const steps = flattenSteps(
    recordsOf(result.stepResults),
    (step) => {
      logs.push(textOf(step.stepLog))
      for (const embed of embedsOf(step.embeds)) attachments.push(embed)
      return stepOf(step)
    },
    (left) => sink.note(tooManySteps(left), line),
  )
  const output = joinTexts(logs)
  const error = textOf(result.error) ?? firstError(result.stepResults)
  const attempt: Attempt = {
    status: failed ? 'failed' : 'passed',
    seconds: secondsOf(result.durationMillis),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(failed && error !== undefined ? explain([{ message: error }]) : {}),
    ...(output === undefined ? {} : { output }),
    steps,
    attachments,
  }
  const example = numberOf(result.exampleIndex) ?? -1
  const row = Object.entries(recordOf(result.exampleData)).map(([key, value]) => [key, anyText(value) ?? ''])
  const { name, file } = feature
  sink.case({
    path: name === undefined ? [] : [name],
    name: textOf(result.name) ?? textOf(result.refId) ?? '',
    ...(file === undefined ? {} : { file }),
    ...(row.length > 0
      ? { parameters: Object.fromEntries(row) }
      : example >= 0
        ? { parameters: { example: String(example + 1) } }
        : {}),
    properties: listOf(result.tags).flatMap((tag): [string, string][] =>
      typeof tag === 'string' ? [['tag', tag.replace(/^@/, '')]] : [],
    ),
    attempts: [attempt],
    line,
  })
}

function stepOf(result: JsonRecord) {
  const step = recordOf(result.step)
  const outcome = recordOf(result.result)
  const actual = textOf(outcome.errorMessage)
  const called = recordsOf(result.callResults).flatMap((call) => recordsOf(call.scenarioResults))
  return {
    step: {
      name: `${textOf(step.prefix) ?? ''} ${textOf(step.text) ?? ''}`.trim(),
      status: stepStatusOfWord(textOf(outcome.status) ?? ''),
      ...(actual === undefined ? {} : { actual }),
      seconds: secondsOf(outcome.millis),
    },
    below: called.flatMap((scenario) => recordsOf(scenario.stepResults)),
  }
}

function firstError(steps: unknown): string | undefined {
  return recordsOf(steps)
    .map((step) => textOf(recordOf(step.result).errorMessage))
    .find((message) => message !== undefined)
}

function embedsOf(embeds: unknown): ReportedAttachment[] {
  return recordsOf(embeds).map((embed) => {
    const contentType = textOf(embed.mimeType) ?? textOf(recordOf(embed.resourceType).contentType)
    const [base64, path, name] = [embed.data, embed.file, embed.name].map(textOf)
    return {
      ...(name === undefined ? {} : { name }),
      ...(contentType === undefined ? {} : { contentType }),
      ...(path === undefined ? {} : { path }),
      ...(base64 === undefined ? {} : { base64 }),
    }
  })
}
