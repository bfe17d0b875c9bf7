import { jsonHead } from '../json-head.ts'
import { type JsonRecord, recordOf, recordsOf, textOf } from '../json-values.ts'
import type { Attempt, Case, Format, ReportedAttachment, ReportedStep, Sink } from '../model.ts'
import { openJsonLines } from '../ndjson.ts'
import { flattenSteps, tooManySteps } from '../step-tree.ts'
import { createTextBuffer, type TextBuffer } from '../text-buffer.ts'
import { attachmentsOf, attemptOf, globalError, NEVER_RAN, propertiesOf, stepOf } from './playwright-values.ts'

/** The `report.jsonl` of Playwright's blob report: the events of one shard. */
export const playwrightBlob: Format = {
  name: 'playwright-blob',
  title: 'Playwright blob report',
  recognises(text) {
    return jsonHead(text)?.text('method') === 'onBlobReportMetadata'
  },
  open(sink, { timezone }) {
    const reader = createReader(sink, timezone)
    return openJsonLines(sink, {
      value: ({ method, params }, line) => reader.event(textOf(method) ?? '', recordOf(params), line),
      end: reader.end,
    })
  },
}

/** A test of a project, with the attempts that have ended. */
interface Test {
  found: Case
  retries: number
  annotations: JsonRecord[]
  /** How many results have begun, by the id of each. */
  open: Map<string, Result>
}

interface Result {
  startTime: unknown
  output: TextBuffer
  attachments: ReportedAttachment[]
  steps: Map<string, Step>
  roots: Step[]
}

interface Step {
  own: ReportedStep
  /** Playwright's own reports show the steps of the test alone, not what the browser did in them. */
  shown: boolean
  below: Step[]
}

function createReader(sink: Sink, zone: string) {
  const tests = new Map<string, Test>()
  let hidden = 0
  let ended = false

  function addTests(entries: unknown, path: string[], variant: string | undefined, line: number): void {
    for (const entry of recordsOf(entries)) {
      const id = textOf(entry.testId)
      const title = textOf(entry.title) ?? ''
      if (id === undefined) {
        const inside = title === '' ? path : [...path, title]
        addTests(entry.entries ?? [...recordsOf(entry.suites), ...recordsOf(entry.tests)], inside, variant, line)
        continue
      }
      const file = textOf(recordOf(entry.location).file)
      const annotations = recordsOf(entry.annotations)
      tests.set(id, {
        found: {
          path,
          name: title,
          ...(file === undefined ? {} : { file }),
          ...(variant === undefined ? {} : { variant }),
          properties: propertiesOf(entry.tags, annotations),
          attempts: [],
          line,
        },
        retries: Number(entry.retries) || 0,
        annotations,
        open: new Map(),
      })
    }
  }

  function resultOf(params: JsonRecord): Result | undefined {
    return tests.get(textOf(params.testId) ?? '')?.open.get(textOf(params.resultId) ?? '')
  }

  function beginStep(result: Result, step: JsonRecord): void {
    const begun: Step = { own: stepOf(step), shown: step.category === 'test.step', below: [] }
    if (!begun.shown) hidden++
    result.steps.set(textOf(step.id) ?? '', begun)
    const parent = result.steps.get(textOf(step.parentStepId) ?? '')
    if (parent) parent.below.push(begun)
    else result.roots.push(begun)
  }

  function endStep(result: Result, step: JsonRecord): void {
    const begun = result.steps.get(textOf(step.id) ?? '')
    if (begun) begun.own = { ...stepOf(step), name: begun.own.name }
  }

  function endTest({ test, result }: JsonRecord, line: number): void {
    const told = recordOf(test)
    const known = tests.get(textOf(told.testId) ?? '')
    if (!known) {
      sink.note('A result of a test that the report does not list', line)
      return
    }
    const ending = recordOf(result)
    const id = textOf(ending.id) ?? ''
    const begun = known.open.get(id)
    known.open.delete(id)
    // What is added while a test runs is told at its end.
    const annotations = told.annotations === undefined ? known.annotations : recordsOf(told.annotations)
    const attempt = attemptOf(
      { ...ending, startTime: begun?.startTime },
      { expectedStatus: textOf(told.expectedStatus), annotations },
      {
        steps: stepsOf(begun?.roots ?? [], (left) => sink.note(tooManySteps(left), line)),
        attachments: [...(begun?.attachments ?? []), ...attachmentsOf(ending.attachments)],
        output: begun?.output.text(),
      },
      { sink, line, zone },
    )
    add(known, attempt)
  }

  function add(known: Test, attempt: Attempt): void {
    known.found.attempts.push(attempt)
    // One that may not be retried needs not be kept.
    if (known.retries > 0) return
    sink.case(known.found)
    known.found = { ...known.found, attempts: [] }
    known.annotations = []
    emitted.add(known)
  }
  const emitted = new Set<Test>()

  function event(method: string, params: JsonRecord, line: number): void {
    switch (method) {
      case 'onProject': {
        const project = recordOf(params.project)
        addTests(project.suites, [], textOf(project.name), line)
        break
      }
      case 'onTestBegin': {
        const result = recordOf(params.result)
        tests.get(textOf(params.testId) ?? '')?.open.set(textOf(result.id) ?? '', {
          startTime: result.startTime,
          output: createTextBuffer(),
          attachments: [],
          steps: new Map(),
          roots: [],
        })
        break
      }
      case 'onStepBegin':
      case 'onStepEnd': {
        const result = resultOf(params)
        if (result) (method === 'onStepBegin' ? beginStep : endStep)(result, recordOf(params.step))
        break
      }
      case 'onStdIO': {
        const data = textOf(params.data) ?? ''
        const text = params.isBase64 === true ? Buffer.from(data, 'base64').toString() : data
        const result = resultOf(params)
        if (result) result.output.add(text)
        else sink.note('Output that belongs to no test was not kept', line)
        break
      }
      case 'onAttach':
        for (const attachment of attachmentsOf(params.attachments)) resultOf(params)?.attachments.push(attachment)
        break
      case 'onTestEnd':
        endTest(params, line)
        break
      case 'onError':
        sink.case(globalError(recordOf(params.error), line))
        break
      case 'onEnd':
        ended = true
        break
      default:
    }
  }

  function end(): void {
    for (const test of tests.values()) {
      for (const [, begun] of test.open)
        test.found.attempts.push({
          status: 'error',
          seconds: 0,
          message: 'It began and never ended',
          steps: stepsOf(begun.roots, () => {}),
          attachments: begun.attachments,
        })
      if (test.found.attempts.length === 0) {
        if (emitted.has(test) || !ended) continue
        test.found.attempts.push(NEVER_RAN)
      }
      sink.case(test.found)
    }
    if (hidden > 0) sink.note(`${hidden} steps of hooks, fixtures and the browser were left out`)
    if (!ended) sink.cut('The report ends before the run did')
  }

  return { event, end }
}

function stepsOf(roots: readonly Step[], tooMany: (left: number) => void): ReportedStep[] {
  return flattenSteps(shownOf(roots), (step) => ({ step: step.own, below: shownOf(step.below) }), tooMany)
}

/** Steps that are shown; one that is not gives way to those below it. */
function shownOf(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => (step.shown ? [step] : shownOf(step.below)))
}
