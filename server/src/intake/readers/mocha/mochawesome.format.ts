import { explain } from '../errors.ts'
import { jsonHead } from '../json-head.ts'
import { openJson } from '../json-stream.ts'
import { timeOf } from '../json-time.ts'
import { anyText, type JsonRecord, joinTexts, listOf, recordOf, recordsOf, secondsOf, textOf } from '../json-values.ts'
import type { Case, Format, ReportedAttachment, Sink } from '../model.ts'
import { outcomeOf } from '../outcomes.ts'

/** mochawesome, as Cypress uses it too: suites within suites, hooks beside the tests. */
export const mochawesome: Format = {
  name: 'mochawesome',
  title: 'mochawesome JSON',
  recognises(text) {
    const head = jsonHead(text)
    return head?.has('stats.passPercent') === true || head?.has('meta.mochawesome') === true
  },
  open(sink, { timezone }) {
    let file: string | undefined
    const suite = (value: unknown, line: number) => readSuite(recordOf(value), [], file, { sink, line, zone: timezone })
    const entry = (value: unknown, line: number) => readEntry(recordOf(value), [], file, { sink, line, zone: timezone })
    // A result is the root of one file; its suites are read one by one.
    return openJson(sink, {
      'results[].fullFile': (value) => {
        file = textOf(value)
      },
      'results[].beforeHooks[]': entry,
      'results[].tests[]': entry,
      'results[].suites[]': suite,
      'results[].afterHooks[]': entry,
      // Its first versions held one root.
      'suites.beforeHooks[]': entry,
      'suites.tests[]': entry,
      'suites.suites[]': suite,
      'suites.afterHooks[]': entry,
    })
  },
}

interface Place {
  sink: Sink
  line: number
  zone: string
}

function readSuite(suite: JsonRecord, around: string[], fileAround: string | undefined, place: Place): void {
  const title = textOf(suite.title)
  const path = title === undefined || suite.root === true ? around : [...around, title]
  const file = textOf(suite.fullFile) ?? textOf(suite.file) ?? fileAround
  const entries = [suite.beforeHooks, suite.tests, suite.afterHooks].flatMap(recordsOf)
  for (const entry of entries) readEntry(entry, path, file, place)
  for (const below of recordsOf(suite.suites)) readSuite(below, path, file, place)
}

function readEntry(entry: JsonRecord, path: string[], file: string | undefined, { sink, line, zone }: Place): void {
  const error = recordOf(entry.err)
  const broken = Object.keys(error).length > 0
  // A hook counts when it broke; where a test has broken with it, both are told.
  if (entry.isHook === true && !broken) return
  const outcome = entry.isHook === true ? { status: 'error' as const } : outcomeOf(wordOf(entry), sink, line)
  const startedAt = timeOf(entry.start, zone)
  const context = contextOf(entry.context)
  const found: Case = {
    path,
    name: textOf(entry.title) ?? '',
    ...(file === undefined ? {} : { file }),
    properties: [],
    attempts: [
      {
        ...outcome,
        seconds: secondsOf(entry.duration),
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(broken
          ? explain([
              {
                message: textOf(error.message),
                stack: joinTexts([textOf(error.estack) ?? textOf(error.stack), textOf(error.diff)]),
              },
            ])
          : {}),
        ...(context.output === undefined ? {} : { output: context.output }),
        steps: [],
        attachments: context.attachments,
      },
    ],
    line,
  }
  sink.case(found)
}

function wordOf(entry: JsonRecord): string | undefined {
  const state = textOf(entry.state)
  if (state !== undefined) return state
  if (entry.pass === true) return 'passed'
  if (entry.fail === true) return 'failed'
  // A test after a broken hook did not run.
  return entry.pending === true || entry.skipped === true ? 'skipped' : undefined
}

const FILE = /\.(?:png|jpe?g|gif|webp|svg|mp4|webm|mov|zip|html?|txt|log|json|har)$/i

/** What `addContext` added, which the report holds as JSON in a string: texts, links, screenshots. */
function contextOf(value: unknown): { output: string | undefined; attachments: ReportedAttachment[] } {
  const attachments: ReportedAttachment[] = []
  const texts: (string | undefined)[] = []
  const parsed = parsedContext(value)
  for (const item of Array.isArray(parsed) ? listOf(parsed) : [parsed]) {
    const titled = recordOf(item)
    const path = typeof item === 'string' ? item : textOf(titled.value)
    const title = textOf(titled.title)
    if (path !== undefined && !path.includes('\n') && FILE.test(path) && !/^https?:/i.test(path))
      attachments.push(title === undefined ? { path } : { name: title, path })
    else texts.push(title === undefined ? anyText(item) : `${title}: ${anyText(titled.value) ?? ''}`)
  }
  return { output: joinTexts(texts), attachments }
}

function parsedContext(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
