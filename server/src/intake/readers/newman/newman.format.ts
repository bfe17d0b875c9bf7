import { explain } from '../errors.ts'
import { jsonHead } from '../json-head.ts'
import { openJson } from '../json-stream.ts'
import { type JsonRecord, numberOf, recordOf, recordsOf, secondsOf, textOf } from '../json-values.ts'
import type { Attempt, Case, Format, Sink } from '../model.ts'

/** What Newman's `json` reporter exports: each test of a request is a case, as in its JUnit file. */
export const newman: Format = {
  name: 'newman',
  title: 'Newman JSON',
  recognises(text) {
    const head = jsonHead(text)
    if (head?.root !== 'object') return false
    return head.has('run.executions') || (head.has('collection.item') && !head.has('item')) || head.has('run.stats')
  },
  open(sink) {
    /** Folders around each request, by its id. */
    const folders = new Map<string, string[]>()
    let started: number | undefined
    return openJson(sink, {
      collection: (value) => addFolders(recordOf(value).item, [], folders),
      'run.timings': (value) => {
        started = numberOf(recordOf(value).started)
      },
      'run.executions[]': (value, line) => readExecution(recordOf(value), folders, started, line, sink),
      'run.error': (value, line) => {
        if (value !== null)
          sink.case({ path: [], name: '[suite]', properties: [], attempts: [failed([recordOf(value)])], line })
      },
    })
  },
}

function addFolders(items: unknown, path: string[], folders: Map<string, string[]>): void {
  for (const item of recordsOf(items)) {
    folders.set(textOf(item.id) ?? '', path)
    if (item.item !== undefined) addFolders(item.item, [...path, textOf(item.name) ?? ''], folders)
  }
}

const errorOf = (error: JsonRecord) => ({
  type: textOf(error.name),
  message: textOf(error.message) ?? systemError(error),
  stack: textOf(error.stack),
})

/** Errors of the system lose their message in the export: `connect ECONNREFUSED 127.0.0.1:1`. */
function systemError({ syscall, code, address, port }: JsonRecord): string | undefined {
  const where = [textOf(address), textOf(port)].filter((part) => part !== undefined).join(':')
  return [textOf(syscall), textOf(code), where].filter(Boolean).join(' ') || undefined
}

function failed(errors: JsonRecord[]): Attempt {
  return { status: 'error', seconds: 0, ...explain(errors.map(errorOf)), steps: [], attachments: [] }
}

function readExecution(
  execution: JsonRecord,
  folders: Map<string, string[]>,
  startedAt: number | undefined,
  line: number,
  sink: Sink,
): void {
  const item = recordOf(execution.item)
  const { iteration, cycles } = recordOf(execution.cursor)
  const repeated = (numberOf(cycles) ?? 1) > 1
  const around: Omit<Case, 'name' | 'attempts'> = {
    path: [...(folders.get(textOf(item.id) ?? '') ?? []), textOf(item.name) ?? ''],
    ...(repeated ? { parameters: { iteration: String((numberOf(iteration) ?? 0) + 1) } } : {}),
    properties: requestProperties(execution),
    line,
  }
  const seconds = secondsOf(recordOf(execution.response).responseTime)
  const begun = startedAt === undefined ? {} : { startedAt }
  const broken = brokenParts(execution)
  if (broken.length > 0) sink.case({ ...around, name: '[suite]', attempts: [{ ...failed(broken), seconds, ...begun }] })
  const assertions = recordsOf(execution.assertions)
  if (assertions.length === 0 && broken.length === 0) sink.note('A request without tests', line)
  for (const { assertion, error, skipped } of assertions)
    sink.case({
      ...around,
      name: textOf(assertion) ?? '',
      attempts: [
        {
          status: skipped === true ? 'skipped' : error ? 'failed' : 'passed',
          seconds,
          ...begun,
          ...explain(recordsOf([error]).map(errorOf)),
          steps: [],
          attachments: [],
        },
      ],
    })
}

/** The request itself, and the scripts around it. */
function brokenParts(execution: JsonRecord): JsonRecord[] {
  const scripts = [execution.prerequestScript, execution.testScript].flatMap(recordsOf)
  return [...recordsOf([execution.requestError]), ...scripts.flatMap(({ error }) => recordsOf([error]))]
}

/** Method and status of the answer; addresses may hold secrets and stay out. */
function requestProperties(execution: JsonRecord): [string, string][] {
  const method = textOf(recordOf(execution.request).method)
  const { code, status } = recordOf(execution.response)
  const properties: [string, string][] = []
  if (method !== undefined) properties.push(['method', method])
  if (code !== undefined) properties.push(['response', `${textOf(code)} ${textOf(status) ?? ''}`.trim()])
  return properties
}
