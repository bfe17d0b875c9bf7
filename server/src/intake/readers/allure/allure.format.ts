import { explain } from '../errors.ts'
import { jsonHead } from '../json-head.ts'
import { openJson } from '../json-stream.ts'
import { timeOf } from '../json-time.ts'
import { type JsonRecord, numberOf, recordOf, recordsOf, secondsOf, textOf } from '../json-values.ts'
import type { Attempt, Format, ReportedAttachment, Sink } from '../model.ts'
import { outcomeOf } from '../outcomes.ts'
import { flattenSteps, tooManySteps } from '../step-tree.ts'
import { stepStatusOfWord } from '../words.ts'

/** One file of Allure 2's results: a test (`…-result.json`), or the fixtures around some (`…-container.json`). */
export const allure: Format = {
  name: 'allure',
  title: 'Allure results',
  recognises(text, filename) {
    const head = jsonHead(text)
    if (head?.root !== 'object' || !head.has('uuid')) return false
    const marks = ['historyId', 'testCaseId', 'stage', 'statusDetails', 'fullName', 'labels[].name']
    const result = head.has('status') && head.has('name') && marks.some((path) => head.has(path))
    const container = head.has('children') && (head.has('befores') || head.has('afters'))
    return result || container || /-(?:result|container)\.json$/.test(filename)
  },
  open(sink, { timezone }) {
    return openJson(sink, {
      '': (value, line) => {
        const file = recordOf(value)
        if (file.children !== undefined) readContainer(file, line, sink, timezone)
        else readResult(file, line, sink, timezone)
      },
    })
  },
}

const SUITES = ['parentSuite', 'suite', 'subSuite']

function readResult(result: JsonRecord, line: number, sink: Sink, zone: string): void {
  const labels = recordsOf(result.labels).flatMap(({ name, value }): [string, string][] =>
    typeof name === 'string' ? [[name, textOf(value) ?? '']] : [],
  )
  const label = (wanted: string) => labels.find(([name]) => name === wanted)?.[1]
  const { parameters, excluded } = parametersOf(result.parameters)
  const className = label('testClass')
  const history = textOf(result.historyId)
  const details = recordOf(result.statusDetails)
  sink.case({
    path: SUITES.flatMap((name) => label(name) ?? []),
    ...(className === undefined ? {} : { className }),
    name: textOf(result.name) ?? textOf(result.fullName) ?? '',
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    properties: [
      ...labels.filter(([name]) => !SUITES.includes(name) && name !== 'testClass'),
      ...excluded,
      ...['fullName', 'testCaseId', 'description'].flatMap((name): [string, string][] => {
        const text = textOf(result[name])
        return text === undefined ? [] : [[name, text]]
      }),
      ...recordsOf(result.links).map(({ type, url, name }): [string, string] => [
        textOf(type) ?? 'link',
        textOf(url) ?? textOf(name) ?? '',
      ]),
      ...['known', 'muted', 'flaky'].flatMap((name): [string, string][] =>
        details[name] === true ? [[name, 'true']] : [],
      ),
    ],
    attempts: [attemptOf(result, line, sink, zone)],
    // Every attempt is a file of its own.
    ...(history === undefined ? {} : { retryOf: history }),
    line,
  })
}

/** Excluded parameters (a port, a date) tell no two tests apart; hidden and masked ones are secrets. */
function parametersOf(values: unknown): { parameters: Record<string, string>; excluded: [string, string][] } {
  const kept: [string, string][] = []
  const excluded: [string, string][] = []
  for (const { name, value, mode, excluded: out } of recordsOf(values)) {
    const shown: [string, string] = [textOf(name) ?? '', mode === 'masked' ? '******' : (textOf(value) ?? '')]
    if (mode === 'hidden') continue
    if (out === true) excluded.push(shown)
    else kept.push(shown)
  }
  return { parameters: Object.fromEntries(kept), excluded }
}

function attemptOf(result: JsonRecord, line: number, sink: Sink, zone: string): Attempt {
  const details = recordOf(result.statusDetails)
  const startedAt = timeOf(result.start, zone)
  const attachments: ReportedAttachment[] = attachmentsOf(result.attachments)
  const steps = flattenSteps(
    recordsOf(result.steps),
    (step) => {
      for (const attachment of attachmentsOf(step.attachments)) attachments.push(attachment)
      const actual = textOf(recordOf(step.statusDetails).message)
      return {
        step: {
          name: stepName(step),
          status: stepStatusOfWord(textOf(step.status) ?? ''),
          ...(actual === undefined ? {} : { actual }),
          seconds: durationOf(step),
        },
        below: recordsOf(step.steps),
      }
    },
    (left) => sink.note(tooManySteps(left), line),
  )
  const [message, stack] = [textOf(details.message), textOf(details.trace)]
  return {
    ...outcomeOf(result.status, sink, line),
    seconds: durationOf(result),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(message === undefined && stack === undefined ? {} : explain([{ message, stack }])),
    steps,
    attachments,
  }
}

const durationOf = ({ start, stop }: JsonRecord) => secondsOf((numberOf(stop) ?? 0) - (numberOf(start) ?? 0))

/** Parameters of a step stand in its name. */
function stepName(step: JsonRecord): string {
  const { parameters } = parametersOf(step.parameters)
  const shown = Object.entries(parameters).map(([name, value]) => `${name}: ${value}`)
  const name = textOf(step.name) ?? ''
  return shown.length === 0 ? name : `${name} (${shown.join(', ')})`
}

function attachmentsOf(values: unknown): ReportedAttachment[] {
  return recordsOf(values).map((attachment) => {
    const [name, contentType, path] = [attachment.name, attachment.type, attachment.source].map(textOf)
    return {
      ...(name === undefined ? {} : { name }),
      ...(contentType === undefined ? {} : { contentType }),
      ...(path === undefined ? {} : { path }),
    }
  })
}

/** A fixture that broke is told, whatever became of its tests; one that passed says nothing. */
function readContainer(container: JsonRecord, line: number, sink: Sink, zone: string): void {
  const name = textOf(container.name)
  for (const fixture of [container.befores, container.afters].flatMap(recordsOf)) {
    const attempt = attemptOf(fixture, line, sink, zone)
    if (attempt.status === 'passed' || attempt.status === 'skipped') {
      if (attempt.attachments.length > 0) sink.note('Attachments of fixtures that passed were not kept', line)
      continue
    }
    sink.case({
      path: [name, textOf(fixture.name)].filter((part) => part !== undefined),
      name: '[suite]',
      properties: [],
      attempts: [attempt],
      line,
    })
  }
}
