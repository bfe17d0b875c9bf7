import { explain } from '../errors.ts'
import { jsonHead } from '../json-head.ts'
import { openJson } from '../json-stream.ts'
import { type JsonRecord, listOf, numberOf, recordOf, recordsOf, textOf } from '../json-values.ts'
import type { Attempt, Case, Format, ReportedAttachment, Sink } from '../model.ts'
import { outcomeOf } from '../outcomes.ts'
import { parseSeconds } from '../time.ts'

/** What `xcrun xcresulttool get test-results tests` prints of a result bundle. */
export const xcresult: Format = {
  name: 'xcresult',
  title: 'xcresulttool JSON',
  recognises(text) {
    const head = jsonHead(text)
    return head?.has('testNodes') === true || head?.has('testPlanConfigurations') === true
  },
  open(sink) {
    return openJson(sink, { 'testNodes[]': (value, line) => readNode(recordOf(value), [], undefined, { sink, line }) })
  },
}

interface Place {
  sink: Sink
  line: number
}

const BUNDLES = new Set(['Unit test bundle', 'UI test bundle', 'Test Suite'])

function readNode(node: JsonRecord, path: string[], variant: string | undefined, place: Place): void {
  const type = textOf(node.nodeType) ?? ''
  if (type === 'Test Case') {
    readCase(node, path, variant, place)
    return
  }
  const children = recordsOf(node.children)
  const name = textOf(node.name)
  const inside = BUNDLES.has(type) && name !== undefined ? [...path, name] : path
  const device = type === 'Device' ? name : variant
  for (const child of children) readNode(child, inside, device, place)
  // A suite that crashed has a result and no cases.
  if (children.length === 0 && node.result === 'Failed')
    place.sink.case({
      path: inside,
      name: '[suite]',
      properties: [],
      attempts: [attemptOf(node, [], place)],
      line: place.line,
    })
}

/** A case holds its devices, arguments and repetitions as nodes, one within another, beside what went wrong. */
function readCase(node: JsonRecord, path: string[], variant: string | undefined, place: Place): void {
  const base: Case = {
    path,
    name: textOf(node.name) ?? '',
    ...(variant === undefined ? {} : { variant }),
    properties: [
      ...listOf(node.tags).flatMap((tag): [string, string][] => (typeof tag === 'string' ? [['tag', tag]] : [])),
      ...recordsOf(node.children).flatMap(({ nodeType, name }): [string, string][] =>
        nodeType === 'Test Plan Configuration' ? [['configuration', textOf(name) ?? '']] : [],
      ),
    ],
    attempts: [],
    line: place.line,
  }
  readRuns(node, base, place)
}

function readRuns(node: JsonRecord, base: Case, place: Place): void {
  const children = recordsOf(node.children)
  const of = (type: string) => children.filter(({ nodeType }) => nodeType === type)
  const devices = of('Device')
  const rows = of('Arguments')
  const repetitions = of('Repetition')
  const configurations = of('Test Plan Configuration')
  if (devices.length > 0)
    for (const device of devices) readRuns(device, { ...base, variant: textOf(device.name) ?? '' }, place)
  else if (configurations.length > 1)
    for (const configuration of configurations)
      readRuns(configuration, { ...base, variant: textOf(configuration.name) ?? '' }, place)
  else if (rows.length > 0)
    for (const row of rows) readRuns(row, { ...base, parameters: { arguments: textOf(row.name) ?? '' } }, place)
  else if (repetitions.length > 0)
    place.sink.case({
      ...base,
      attempts: repetitions.map((repetition) => attemptOf(repetition, recordsOf(repetition.children), place)),
    })
  else place.sink.case({ ...base, attempts: [attemptOf(node, children, place)] })
}

function attemptOf(node: JsonRecord, children: JsonRecord[], { sink, line }: Place): Attempt {
  const messages = children.filter(({ nodeType }) => nodeType === 'Failure Message' || nodeType === 'Expression')
  const attachments: ReportedAttachment[] = children.flatMap(({ nodeType, name }) =>
    nodeType === 'Attachment' && typeof name === 'string' ? [{ path: name }] : [],
  )
  const result = textOf(node.result) ?? textOf(node.details)
  const outcome = outcomeOf(result, sink, line)
  return {
    ...outcome,
    seconds: numberOf(node.durationInSeconds) ?? parseSeconds(textOf(node.duration)),
    ...(outcome.status === 'passed'
      ? {}
      : explain(messages.map((message) => ({ message: textOf(message.name), stack: sourceOf(message) })))),
    steps: [],
    attachments,
  }
}

/** Where it went wrong, where that is told apart. */
function sourceOf(message: JsonRecord): string | undefined {
  const references = recordsOf(message.children).filter(({ nodeType }) => nodeType === 'Source Code Reference')
  return references.length === 0 ? undefined : references.map(({ name }) => textOf(name) ?? '').join('\n')
}
