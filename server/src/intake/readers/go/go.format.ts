import { jsonHead } from '../json-head.ts'
import { timeOf } from '../json-time.ts'
import { numberOf, textOf } from '../json-values.ts'
import type { Attempt, AttemptStatus, Case, Format, Sink } from '../model.ts'
import { openJsonLines } from '../ndjson.ts'
import { findOutputMarks } from '../output-marks.ts'
import { createTextBuffer, type TextBuffer } from '../text-buffer.ts'

/** The lines of `go test -json`, also as gotestsum keeps them with its reruns. */
export const go: Format = {
  name: 'go',
  title: 'go test -json',
  recognises(text) {
    const head = jsonHead(text)
    return head?.root === 'object' && head.has('Action') && (head.has('Package') || head.has('ImportPath'))
  },
  open(sink, { timezone }) {
    const reader = createReader(sink, timezone)
    return openJsonLines(sink, { value: reader.event, other: reader.text, end: reader.end })
  },
}

type Event = Record<string, unknown>

interface Test {
  name: string
  line: number
  startedAt: number | undefined
  output: TextBuffer
  /** What `--- PASS:` said, where no event follows: it stood behind output without a line end. */
  said: AttemptStatus | undefined
  properties: [string, string][]
}

interface Package {
  name: string
  line: number
  tests: Map<string, Test>
  output: TextBuffer
  startedAt: number | undefined
  failed: number
  /** How often it has ended: gotestsum runs it again for what failed. */
  round: number
  open: boolean
}

const STATUS: Readonly<Record<string, AttemptStatus>> = {
  pass: 'passed',
  fail: 'failed',
  skip: 'skipped',
  bench: 'passed',
}
const SAID: Readonly<Record<string, AttemptStatus>> = {
  PASS: 'passed',
  FAIL: 'failed',
  SKIP: 'skipped',
  BENCH: 'passed',
}

const SAYS = /--- (PASS|FAIL|SKIP|BENCH): (\S{1,2000}) \(/
const FRAME = /^\s*(?:=== (?:RUN|PAUSE|CONT|NAME|ATTR|ARTIFACTS)\s|--- (?:PASS|FAIL|SKIP|BENCH): )/
const BUILD_FAILED = /^FAIL\s+(\S{1,2000}) \[(?:build|setup) failed\]/

function createReader(sink: Sink, zone: string) {
  const packages = new Map<string, Package>()
  /** Cases that failed: they may be run again. */
  const failed = new Map<string, { found: Case; round: number }>()
  /** Output of builds, by import path; the last one is open. */
  const builds = new Map<string, TextBuffer>()
  let lineBuild: TextBuffer | undefined

  function packageOf(name: string, line: number, startedAt: number | undefined): Package {
    let known = packages.get(name)
    if (!known) {
      known = { name, line, tests: new Map(), output: createTextBuffer(), startedAt, failed: 0, round: 0, open: false }
      packages.set(name, known)
    }
    if (!known.open) {
      known.open = true
      known.startedAt = startedAt
      known.failed = 0
      known.output = createTextBuffer()
    }
    return known
  }

  function testOf(within: Package, name: string, line: number, startedAt: number | undefined): Test {
    let known = within.tests.get(name)
    if (!known) {
      known = { name, line, startedAt, output: createTextBuffer(), said: undefined, properties: [] }
      within.tests.set(name, known)
    }
    return known
  }

  function emit(within: Package, test: Test, status: AttemptStatus, seconds: number, message?: string): void {
    within.tests.delete(test.name)
    if (status !== 'passed' && status !== 'skipped') within.failed++
    const output = test.output.text()
    const marks = findOutputMarks(output ?? '')
    const attempt: Attempt = {
      status,
      seconds,
      ...(test.startedAt === undefined ? {} : { startedAt: test.startedAt }),
      ...explainGo(status, output, message),
      ...(output === undefined ? {} : { output }),
      steps: [],
      attachments: marks.attachments.map((path) => ({ path })),
    }
    add(within, {
      path: [],
      className: within.name,
      name: test.name,
      properties: [...test.properties, ...marks.properties],
      attempts: [attempt],
      line: test.line,
    })
  }

  function add(within: Package, found: Case): void {
    const key = `${within.name}\n${found.name}`
    const before = failed.get(key)
    if (before && before.round < within.round) {
      before.found.attempts.push(...found.attempts)
      before.round = within.round
      return
    }
    const status = found.attempts.at(-1)?.status
    if (before || status === 'passed' || status === 'skipped') sink.case(found)
    else failed.set(key, { found, round: within.round })
  }

  function endPackage(within: Package, action: string, event: Event): void {
    for (const test of [...within.tests.values()]) {
      // The innermost of several that a crash left open is the last one that began.
      const status = test.said ?? (action === 'fail' ? 'error' : 'passed')
      emit(within, test, status, 0, status === 'error' ? 'It did not end: the test program did' : undefined)
    }
    if (action === 'fail' && within.failed === 0) {
      const build = textOf(event.FailedBuild)
      const output = [build === undefined ? undefined : builds.get(build)?.text(), within.output.text()]
      suiteFailed(within, output.filter((text) => text !== undefined).join('\n'), numberOf(event.Elapsed) ?? 0)
    }
    if (within.output.text()?.includes('(cached)')) sink.note('Results came from the cache of Go', within.line)
    within.open = false
    within.round++
  }

  /** No test of the package failed, but the package did: it could not be built, or its `TestMain` broke. */
  function suiteFailed(within: Package, output: string, seconds: number): void {
    within.failed++
    add(within, {
      path: [],
      className: within.name,
      name: '[suite]',
      properties: [],
      attempts: [
        {
          status: 'error',
          seconds,
          ...(within.startedAt === undefined ? {} : { startedAt: within.startedAt }),
          ...explainGo('error', output, firstLine(output) ?? 'The package failed, none of its tests did'),
          ...(output === '' ? {} : { output }),
          steps: [],
          attachments: [],
        },
      ],
      line: within.line,
    })
  }

  function outputOf(within: Package, test: Test | undefined, text: string): void {
    const said = SAYS.exec(text)
    if (test && said && said[2] === test.name) test.said = SAID[said[1] as string]
    // What a test printed without a line end stands before what Go says.
    const frame = FRAME.test(text)
    const own = frame ? '' : said && said[2] === test?.name ? text.slice(0, said.index) : text
    if (own !== '') (test ?? within).output.add(own)
  }

  return {
    event(event: Event, line: number): void {
      const action = textOf(event.Action) ?? ''
      const path = textOf(event.ImportPath)
      if (path !== undefined && action.startsWith('build-')) {
        let build = builds.get(path)
        if (!build) {
          build = createTextBuffer()
          builds.set(path, build)
        }
        build.add(textOf(event.Output) ?? '')
        return
      }
      const name = textOf(event.Package)
      if (name === undefined) {
        sink.note(`An event "${action.slice(0, 50)}" of no package`, line)
        return
      }
      const at = timeOf(event.Time, zone)
      const within = packageOf(name, line, at)
      const testName = textOf(event.Test)
      if (testName === undefined) {
        if (action === 'output') outputOf(within, undefined, textOf(event.Output) ?? '')
        else if (action === 'pass' || action === 'fail' || action === 'skip') endPackage(within, action, event)
        return
      }
      const test = testOf(within, testName, line, at)
      if (action === 'output') outputOf(within, test, textOf(event.Output) ?? '')
      else if (action === 'attr') test.properties.push([textOf(event.Key) ?? '', textOf(event.Value) ?? ''])
      else if (action === 'run' || action === 'pause' || action === 'cont' || action === 'start') return
      else if (Object.hasOwn(STATUS, action))
        emit(within, test, STATUS[action] as AttemptStatus, numberOf(event.Elapsed) ?? 0)
      else sink.note(`Unknown event "${action.slice(0, 50)}"`, line)
    },

    /** Up to Go 1.23 the compiler writes between the events. */
    text(text: string, line: number): void {
      const failure = BUILD_FAILED.exec(text)
      if (text.startsWith('# ')) {
        lineBuild = createTextBuffer()
        builds.set(text.slice(2).split(' ', 1)[0] as string, lineBuild)
      } else if (failure) {
        const within = packageOf(failure[1] as string, line, undefined)
        suiteFailed(within, [builds.get(within.name)?.text() ?? '', text].join('\n').trim(), 0)
        within.open = false
        within.round++
        lineBuild = undefined
      } else if (lineBuild) lineBuild.add(`${text}\n`)
      else sink.note('A line that is not JSON was left out', line)
    },

    end(): void {
      const open = [...packages.values()].find((within) => within.open)
      for (const within of packages.values())
        if (within.open)
          for (const test of [...within.tests.values()]) {
            const status = test.said ?? 'error'
            emit(within, test, status, 0, status === 'error' ? 'It did not end: the report did' : undefined)
          }
      for (const { found } of failed.values()) sink.case(found)
      if (open) sink.cut(`The report ends before the package ${open.name} did`)
    },
  }
}

const LOGGED = /^\s*\S+\.go:\d+: /

/** Panics carry their own text; else what the test logged is why it failed, as far as one can know. */
function explainGo(
  status: AttemptStatus,
  output: string | undefined,
  message: string | undefined,
): Pick<Attempt, 'type' | 'message' | 'details'> {
  if (status === 'passed') return {}
  const lines = output?.split('\n') ?? []
  const panic = lines.findIndex((line) => line.startsWith('panic: ') || line.startsWith('fatal error: '))
  if (panic !== -1 && status !== 'skipped')
    return {
      type: 'panic',
      message: (lines[panic] as string).replace(/^(?:panic|fatal error): /, ''),
      details: lines.slice(panic).join('\n'),
    }
  const logged = lines.findIndex((line) => LOGGED.test(line))
  if (logged === -1) return message === undefined ? {} : { message }
  const told = lines
    .slice(logged, logged + 50)
    .map((line) => line.replace(LOGGED, '').trim())
    .filter((line) => line !== '')
  return { message: told.join('\n') }
}

function firstLine(text: string): string | undefined {
  return text
    .split('\n', 50)
    .find((line) => line.trim() !== '')
    ?.trim()
}
