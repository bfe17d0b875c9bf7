import { explain, type ReportedError } from '../errors.ts'
import { jsonHead } from '../json-head.ts'
import { type JsonRecord, joinTexts, listOf, numberOf, recordOf, secondsOf, textOf } from '../json-values.ts'
import type { Attempt, AttemptStatus, Case, Format, Sink } from '../model.ts'
import { openJsonLines } from '../ndjson.ts'
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
  /** Whether an error was more than a failed expectation. */
  broken: boolean
  done: boolean
}

const LOADING = 'loading '

function createReader(sink: Sink) {
  const suites = new Map<unknown, { path: string | undefined; platform: string | undefined }>()
  const groups = new Map<unknown, string>()
  const tests = new Map<unknown, Test>()
  let finished = false

  function begin(event: JsonRecord, line: number): void {
    const test = recordOf(event.test)
    const suite = suites.get(test.suiteID)
    const names = listOf(test.groupIDs).map((id) => groups.get(id) ?? '')
    const platform = suite?.platform
    const reason = textOf(recordOf(test.metadata).skipReason)
    tests.set(test.id, {
      identity: {
        path: shortened(names).filter((name) => name !== ''),
        name: withoutPrefix(textOf(test.name) ?? '', names.at(-1) ?? ''),
        ...(suite?.path === undefined ? {} : { file: suite.path }),
        // Everything runs in the virtual machine unless it is told otherwise.
        ...(platform === undefined || platform === 'vm' ? {} : { variant: platform }),
      },
      line,
      begun: numberOf(event.time) ?? 0,
      output: createTextBuffer(),
      reason,
      errors: [],
      broken: false,
      done: false,
    })
  }

  function addError(event: JsonRecord, line: number): void {
    const test = tests.get(event.testID)
    if (!test) {
      sink.note('An error of no test was left out', line)
      return
    }
    test.errors.push({ message: textOf(event.error), stack: textOf(event.stackTrace) })
    test.broken ||= event.isFailure !== true
    // It was told that it passed: now it has failed, and the worse of the two counts.
    if (test.done) emit(test, test.broken ? 'error' : 'failed', 0)
  }

  function finish(event: JsonRecord): void {
    const test = tests.get(event.testID)
    if (!test) return
    test.done = true
    // Loading a file and setting it up are no tests, until they break.
    if (event.hidden === true && event.result === 'success') return
    const seconds = secondsOf((numberOf(event.time) ?? 0) - test.begun)
    if (event.skipped === true) emit(test, 'skipped', seconds)
    else if (event.result === 'success') emit(test, 'passed', seconds)
    else emit(test, event.result === 'error' ? 'error' : 'failed', seconds)
  }

  function emit(test: Test, status: AttemptStatus, seconds: number): void {
    const output = test.output.text()
    const attempt: Attempt = {
      status,
      seconds,
      ...(status === 'skipped' ? (test.reason === undefined ? {} : { message: test.reason }) : explain(test.errors)),
      ...(output === undefined ? {} : { output }),
      steps: [],
      attachments: [],
    }
    const loading = test.identity.name.startsWith(LOADING)
    sink.case({
      ...test.identity,
      ...(loading ? { name: '[suite]' } : {}),
      properties: [],
      attempts: [attempt],
      line: test.line,
    })
    test.output = createTextBuffer()
    test.errors = []
  }

  function print(event: JsonRecord): void {
    const test = tests.get(event.testID)
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
        if (!test.done && !test.identity.name.startsWith(LOADING)) {
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
