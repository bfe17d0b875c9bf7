import { explain, type ReportedError } from '../errors.ts'
import { jsonHead } from '../json-head.ts'
import { type JsonRecord, joinTexts, listOf, numberOf, recordOf, secondsOf, textOf } from '../json-values.ts'
import type { Attempt, AttemptStatus, Case, Format, Sink } from '../model.ts'
import { openJsonLines } from '../ndjson.ts'
import { findOutputMarks } from '../output-marks.ts'
import { createTextBuffer, type TextBuffer } from '../text-buffer.ts'

/** The events of `dart test --reporter json` and `flutter test --machine`. */
export const dart: Format = {
  name: 'dart',
  title: 'Dart or Flutter JSON',
  recognises(text) {
    const head = jsonHead(text)
    return head?.root === 'object' && head.has('protocolVersion') && head.text('type') === 'start'
  },
  open(sink) {
    const reader = createReader(sink)
    return openJsonLines(sink, {
      value: reader.event,
      // Flutter puts what its tool says into arrays.
      other: (text, line) => {
        if (!text.startsWith('[{')) sink.note('A line that is not JSON was left out', line)
      },
      end: reader.end,
    })
  },
}

interface Test {
  identity: Pick<Case, 'path' | 'name' | 'file' | 'variant'>
  line: number
  begun: number
  output: TextBuffer
  reason: string | undefined
  errors: ReportedError[]
}

function newTest(identity: Test['identity'], line: number, begun: number): Test {
  return { identity, line, begun, output: createTextBuffer(), reason: undefined, errors: [] }
}

const MOST_ENDED = 10_000

const LOADING = 'loading '

function createReader(sink: Sink) {
  const suites = new Map<unknown, { path: string | undefined; platform: string | undefined }>()
  const groups = new Map<unknown, string>()
  const tests = new Map<unknown, Test>()
  /** The last tests that ended: an error of theirs may still come. */
  const ended = new Map<unknown, Test>()
  let finished = false

  function begin(event: JsonRecord, line: number): void {
    const test = recordOf(event.test)
    const suite = suites.get(test.suiteID)
    const names = listOf(test.groupIDs).map((id) => groups.get(id) ?? '')
    const platform = suite?.platform
    const reason = textOf(recordOf(test.metadata).skipReason)
    const identity = {
      path: shortened(names).filter((name) => name !== ''),
      name: withoutPrefix(textOf(test.name) ?? '', names.at(-1) ?? ''),
      ...(suite?.path === undefined ? {} : { file: suite.path }),
      // Everything runs in the virtual machine unless it is told otherwise.
      ...(platform === undefined || platform === 'vm' ? {} : { variant: platform }),
    }
    tests.set(test.id, { ...newTest(identity, line, numberOf(event.time) ?? 0), reason })
  }

  function addError(event: JsonRecord, line: number): void {
    const error = { message: textOf(event.error), stack: textOf(event.stackTrace) }
    const test = tests.get(event.testID)
    if (test) {
      test.errors.push(error)
      return
    }
    // It was told that the test passed: now it has failed, and the worse of the two counts.
    const late = ended.get(event.testID) ?? newTest({ path: [], name: '[suite]' }, line, 0)
    late.errors.push(error)
    emit(late, event.isFailure === true ? 'failed' : 'error', 0)
  }

  function finish(event: JsonRecord): void {
    const test = tests.get(event.testID)
    if (!test) return
    tests.delete(event.testID)
    ended.set(event.testID, test)
    if (ended.size > MOST_ENDED) ended.delete(ended.keys().next().value)
    // Loading a file and setting it up are no tests, until they break.
    if (event.hidden === true && event.result === 'success') return
    const seconds = secondsOf((numberOf(event.time) ?? 0) - test.begun)
    if (event.skipped === true) emit(test, 'skipped', seconds)
    else if (event.result === 'success') emit(test, 'passed', seconds)
    else emit(test, event.result === 'error' ? 'error' : 'failed', seconds)
  }

  function emit(test: Test, status: AttemptStatus, seconds: number): void {
    const output = test.output.text()
    const marks = findOutputMarks(output ?? '')
    const attempt: Attempt = {
      status,
      seconds,
      ...(status === 'skipped' ? (test.reason === undefined ? {} : { message: test.reason }) : explain(test.errors)),
      ...(output === undefined ? {} : { output }),
      steps: [],
      attachments: marks.attachments.map((path) => ({ path })),
    }
    const loading = test.identity.name.startsWith(LOADING)
    sink.case({
      ...test.identity,
      ...(loading ? { name: '[suite]' } : {}),
      properties: marks.properties,
      attempts: [attempt],
      line: test.line,
    })
    test.output = createTextBuffer()
    test.errors = []
  }

  function print(event: JsonRecord): void {
    const test = tests.get(event.testID) ?? ended.get(event.testID)
    const message = textOf(event.message) ?? ''
    if (event.messageType === 'skip' && test && test.reason === undefined) test.reason = message.replace(/^Skip: /, '')
    else test?.output.add(`${message}\n`)
  }

  return {
    event(event: JsonRecord, line: number): void {
      switch (event.type) {
        case 'suite': {
          const suite = recordOf(event.suite)
          suites.set(suite.id, { path: textOf(suite.path), platform: textOf(suite.platform) })
          break
        }
        case 'group': {
          const group = recordOf(event.group)
          groups.set(group.id, textOf(group.name) ?? '')
          break
        }
        case 'testStart':
          begin(event, line)
          break
        case 'print':
          print(event)
          break
        case 'error':
          addError(event, line)
          break
        case 'testDone':
          finish(event)
          break
        case 'done':
          finished = true
          break
        default:
      }
    },
    end(): void {
      for (const test of tests.values())
        if (!test.identity.name.startsWith(LOADING)) {
          test.errors.push({ message: joinTexts(['It began and never ended']) })
          emit(test, 'error', 0)
        }
      if (!finished) sink.cut('The report ends before the run did')
    },
  }
}

/** Each name without that of the group around it: Dart writes them all out. */
function shortened(names: readonly string[]): string[] {
  return names.map((name, i) => withoutPrefix(name, names[i - 1] ?? ''))
}

function withoutPrefix(name: string, prefix: string): string {
  return prefix !== '' && name.startsWith(`${prefix} `) ? name.slice(prefix.length + 1) : name
}
