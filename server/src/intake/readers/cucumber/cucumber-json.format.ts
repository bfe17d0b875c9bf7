import { jsonHead } from '../json-head.ts'
import { openJson } from '../json-stream.ts'
import { timeOf } from '../json-time.ts'
import { type JsonRecord, joinTexts, listOf, numberOf, recordOf, recordsOf, textOf } from '../json-values.ts'
import type { Format, ReportedAttachment, Sink } from '../model.ts'
import { argumentText, attemptOf, type StepResult, sortAttachment, tagsOf } from './cucumber-values.ts'

/** The JSON of Cucumber's older formatters, of behave, pytest-bdd, SpecFlow and others: an array of features. */
export const cucumberJson: Format = {
  name: 'cucumber-json',
  title: 'Cucumber JSON',
  recognises(text) {
    const head = jsonHead(text)
    if (head?.root !== 'array') return false
    return head.has('[].elements') || (head.text('[].keyword') === 'Feature' && head.has('[].name'))
  },
  open(sink, { timezone }) {
    return openJson(sink, { '[]': (value, line) => readFeature(recordOf(value), line, sink, timezone) })
  },
}

function readFeature(feature: JsonRecord, line: number, sink: Sink, zone: string): void {
  const file = textOf(feature.uri) ?? textOf(feature.location)?.replace(/:\d{1,9}$/, '')
  const name = textOf(feature.name)
  const unit = unitOf(feature)
  if (unit === MILLISECONDS) sink.note('Durations were taken for milliseconds', line)
  let background: JsonRecord[] = []
  for (const element of recordsOf(feature.elements)) {
    if (element.type === 'background') {
      background = recordsOf(element.steps)
      continue
    }
    const output: string[] = []
    const attachments: ReportedAttachment[] = []
    const results = [
      ...recordsOf(element.before).map((hook) => resultOf({ keyword: 'Before', ...hook }, true, unit)),
      ...[...background, ...recordsOf(element.steps)].map((step) => resultOf(step, isHook(step), unit)),
      ...recordsOf(element.after).map((hook) => resultOf({ keyword: 'After', ...hook }, true, unit)),
    ]
    const hooks = [element.before, element.after].flatMap(recordsOf)
    for (const step of [...hooks, ...background, ...recordsOf(element.steps)]) gather(step, output, attachments)
    background = []
    if (results.some(({ word }) => word === 'undefined' || word === 'pending'))
      sink.note(
        'Undefined and pending steps count as skipped: the report does not say whether its run was strict',
        line,
      )
    const startedAt = timeOf(element.start_timestamp, zone)
    sink.case({
      path: name === undefined ? [] : [name],
      name: textOf(element.name) ?? '',
      ...(file === undefined ? {} : { file }),
      properties: [...featureTags(feature, element), ...elementTags(element)],
      attempts: [attemptOf(results, { startedAt, output: joinTexts(output), attachments }, sink, line)],
      line,
    })
  }
}

/** Most producers repeat the tags of the feature at each scenario; behave does not. */
function featureTags(feature: JsonRecord, element: JsonRecord): [string, string][] {
  const own = new Set(elementTags(element).map(([, tag]) => tag))
  return elementTags(feature).filter(([, tag]) => !own.has(tag))
}

function elementTags(element: JsonRecord): [string, string][] {
  const texts = listOf(element.tags).flatMap((tag): [string, string][] =>
    typeof tag === 'string' ? [['tag', tag]] : [],
  )
  return [...tagsOf(element.tags), ...texts]
}

const isHook = (step: JsonRecord) =>
  step.hidden === true || (step.name === undefined && /^(?:before|after)/i.test(textOf(step.keyword) ?? ''))

function resultOf(step: JsonRecord, hook: boolean, unit: number): StepResult {
  const result = recordOf(step.result)
  const keyword = (textOf(step.keyword) ?? '').trim()
  const text = textOf(step.name)
  const lines = listOf(result.error_message).flatMap((part) => textOf(part) ?? [])
  const argument = joinTexts([
    ...recordsOf(step.arguments).map(argumentText),
    argumentText({ rows: step.rows }),
    textOf(recordOf(step.doc_string).value) ?? textOf(recordOf(step.doc_string).content),
    typeof step.text === 'string' ? step.text : undefined,
  ])
  return {
    name: joinTexts([text === undefined ? keyword : `${keyword} ${text}`.trim(), argument]) ?? '',
    hook,
    // behave gives no result to a step that did not run.
    word: (textOf(result.status) ?? 'skipped').toLowerCase(),
    seconds: (numberOf(result.duration) ?? 0) / unit,
    error: lines.length > 0 ? lines.join('\n') : textOf(result.error_message),
  }
}

function gather(step: JsonRecord, output: string[], attachments: ReportedAttachment[]): void {
  for (const text of listOf(step.output)) output.push(textOf(text) ?? '')
  for (const embedding of [...recordsOf(step.embeddings), ...recordsOf(step.attachments)])
    sortAttachment(
      {
        body: textOf(embedding.data) ?? textOf(embedding.body) ?? '',
        base64: true,
        mediaType: textOf(embedding.mime_type) ?? textOf(recordOf(embedding.media).type) ?? 'application/octet-stream',
        name: textOf(embedding.name),
      },
      output,
      attachments,
    )
}

const SECONDS = 1
const MILLISECONDS = 1e3
const NANOSECONDS = 1e9

/** How many of the unit make a second. Nanoseconds are the rule, behave writes seconds, old JavaScript milliseconds. */
function unitOf(feature: JsonRecord): number {
  let longest = 0
  for (const element of recordsOf(feature.elements))
    for (const step of recordsOf(element.steps)) {
      const duration = numberOf(recordOf(step.result).duration) ?? 0
      if (!Number.isInteger(duration)) return SECONDS
      longest = Math.max(longest, duration)
    }
  // No step of a browser is done in 5 µs, and hardly one of anything else.
  return longest > 0 && longest < 5000 ? MILLISECONDS : NANOSECONDS
}
