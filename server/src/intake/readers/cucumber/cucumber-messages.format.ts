import { explain } from '../errors.ts'
import { jsonHead } from '../json-head.ts'
import { type JsonRecord, joinTexts, numberOf, recordOf, recordsOf, textOf } from '../json-values.ts'
import type { Case, Format, ReportedAttachment, Sink } from '../model.ts'
import { openJsonLines } from '../ndjson.ts'
import { attemptOf, type StepResult, sortAttachment } from './cucumber-values.ts'
import { createPickles, type Pickle } from './pickles.ts'

const ENVELOPES = [
  'meta.protocolVersion',
  'source.uri',
  'gherkinDocument.uri',
  'testRunStarted.timestamp',
  'pickle.uri',
]

/** Cucumber Messages: one envelope a line. */
export const cucumberMessages: Format = {
  name: 'cucumber-messages',
  title: 'Cucumber Messages',
  recognises(text) {
    const head = jsonHead(text)
    return head?.root === 'object' && ENVELOPES.some((path) => head.has(path))
  },
  open(sink) {
    const reader = createReader(sink)
    return openJsonLines(sink, { value: reader.envelope, end: reader.end })
  },
}

interface TestCase {
  pickle: Pickle
  /** Steps and hooks in order, by id. */
  steps: Map<string, { pickleStepId: string | undefined; hookId: string | undefined }>
  found: Case | undefined
}

interface Run {
  testCase: TestCase
  testCaseId: string
  startedAt: number | undefined
  results: StepResult[]
  output: string[]
  attachments: ReportedAttachment[]
  line: number
}

const milliseconds = (timestamp: unknown): number | undefined => {
  const { seconds, nanos } = recordOf(timestamp)
  const whole = numberOf(seconds)
  return whole === undefined ? undefined : whole * 1000 + Math.round((numberOf(nanos) ?? 0) / 1e6)
}

const secondsOf = (duration: unknown): number => {
  const { seconds, nanos } = recordOf(duration)
  return (numberOf(seconds) ?? 0) + (numberOf(nanos) ?? 0) / 1e9
}

const UNFINISHED = new Set(['undefined', 'pending'])

function createReader(sink: Sink) {
  const { pickles, places, addFeature, addPickle } = createPickles()
  const hooks = new Map<string, string>()
  const testCases = new Map<string, TestCase>()
  const runs = new Map<string, Run>()
  /** Cases with a step that nobody has written: whether that is a failure the end of the run says. */
  let unfinished: Case[] = []
  let finished = false
  /** Of the run, once it is told. */
  let success: unknown

  function tellUnfinished(): void {
    for (const found of unfinished) tell(found)
    unfinished = []
  }

  function tell(found: Case): void {
    const last = found.attempts.at(-1)
    if (last && success === false && UNFINISHED.has(last.word ?? '')) last.status = 'failed'
    sink.case(found)
  }

  function addTestCase(testCase: JsonRecord): void {
    const pickle = pickles.get(textOf(testCase.pickleId) ?? '')
    if (!pickle) return
    const steps = recordsOf(testCase.testSteps).map((step) => {
      const ids = { pickleStepId: textOf(step.pickleStepId), hookId: textOf(step.hookId) }
      return [textOf(step.id) ?? '', ids] as const
    })
    testCases.set(textOf(testCase.id) ?? '', { pickle, steps: new Map(steps), found: undefined })
  }

  function begin(started: JsonRecord, line: number): void {
    const testCaseId = textOf(started.testCaseId) ?? ''
    const testCase = testCases.get(testCaseId)
    if (!testCase) {
      sink.note('A scenario began that the report does not list', line)
      return
    }
    runs.set(textOf(started.id) ?? '', {
      testCase,
      testCaseId,
      startedAt: milliseconds(started.timestamp),
      results: [],
      output: [],
      attachments: [],
      line,
    })
  }

  function finishStep(step: JsonRecord): void {
    const run = runs.get(textOf(step.testCaseStartedId) ?? '')
    if (!run) return
    const ids = run.testCase.steps.get(textOf(step.testStepId) ?? '')
    const result = recordOf(step.testStepResult)
    const hook = ids?.pickleStepId === undefined
    run.results.push({
      name: (hook ? hooks.get(ids?.hookId ?? '') : run.testCase.pickle.steps.get(ids.pickleStepId ?? '')) ?? '',
      hook,
      word: (textOf(result.status) ?? 'unknown').toLowerCase(),
      seconds: secondsOf(result.duration),
      error: errorOf(result),
    })
  }

  function attach(attachment: JsonRecord, line: number): void {
    const run = runs.get(textOf(attachment.testCaseStartedId) ?? '')
    if (!run) {
      sink.note('An attachment that belongs to no scenario was not kept', line)
      return
    }
    const mediaType = textOf(attachment.mediaType) ?? 'application/octet-stream'
    const name = textOf(attachment.fileName)
    const url = textOf(attachment.url)
    if (attachment.body === undefined && url !== undefined)
      run.attachments.push({ ...(name === undefined ? {} : { name }), contentType: mediaType, path: url })
    else
      sortAttachment(
        { body: textOf(attachment.body) ?? '', base64: attachment.contentEncoding === 'BASE64', mediaType, name },
        run.output,
        run.attachments,
      )
  }

  function finish(id: string, willBeRetried: unknown): void {
    const run = runs.get(id)
    if (!run) return
    runs.delete(id)
    const { testCase, line } = run
    const attempt = attemptOf(
      run.results,
      { startedAt: run.startedAt, output: joinTexts(run.output), attachments: run.attachments },
      sink,
      line,
    )
    testCase.found ??= caseOf(testCase.pickle, line)
    testCase.found.attempts.push(attempt)
    // Before version 19 of the messages nothing says whether another attempt follows.
    if (willBeRetried !== false) return
    testCases.delete(run.testCaseId)
    if (attempt.word === undefined || !UNFINISHED.has(attempt.word)) sink.case(testCase.found)
    else unfinished.push(testCase.found)
  }

  function caseOf(pickle: Pickle, line: number): Case {
    const known = pickle.places.flatMap((id) => places.get(id) ?? [])
    const parameters = known.find((place) => place.parameters)?.parameters
    return {
      path: known[0]?.path ?? [],
      name: pickle.name,
      ...(pickle.uri === undefined ? {} : { file: pickle.uri }),
      ...(parameters ? { parameters } : {}),
      properties: pickle.tags,
      attempts: [],
      line,
    }
  }

  function suiteFailed(
    error: { message?: string | undefined; stack?: string | undefined },
    file: string | undefined,
    line: number,
  ): void {
    sink.case({
      path: [],
      name: '[suite]',
      ...(file === undefined ? {} : { file }),
      properties: [],
      attempts: [{ status: 'error', seconds: 0, ...explain([error]), steps: [], attachments: [] }],
      line,
    })
  }

  const readers: Record<string, (message: JsonRecord, line: number) => void> = {
    gherkinDocument: addFeature,
    pickle: addPickle,
    hook: (hook) => {
      const kind = /^AFTER/.test(textOf(hook.type) ?? '')
        ? 'After'
        : /^BEFORE/.test(textOf(hook.type) ?? '')
          ? 'Before'
          : 'Hook'
      hooks.set(textOf(hook.id) ?? '', hook.name ? `${kind}: ${textOf(hook.name)}` : kind)
    },
    testCase: addTestCase,
    testCaseStarted: begin,
    testStepFinished: finishStep,
    attachment: attach,
    externalAttachment: attach,
    testCaseFinished: (message) => finish(textOf(message.testCaseStartedId) ?? '', message.willBeRetried),
    testRunHookFinished: (message, line) => {
      const result = recordOf(message.result)
      if (result.status === 'FAILED')
        suiteFailed({ stack: errorOf(result) ?? 'A hook of the run failed' }, undefined, line)
    },
    testRunFinished: (message, line) => {
      finished = true
      success = message.success
      tellUnfinished()
      const told = errorOf(message)
      if (told !== undefined) suiteFailed({ stack: told }, undefined, line)
    },
    parseError: (error, line) =>
      suiteFailed({ message: textOf(error.message) }, textOf(recordOf(error.source).uri), line),
    undefinedParameterType: (message, line) =>
      sink.note(`Undefined parameter type "${textOf(message.name)?.slice(0, 100)}"`, line),
  }

  return {
    envelope(envelope: JsonRecord, line: number): void {
      for (const [kind, message] of Object.entries(envelope))
        if (Object.hasOwn(readers, kind)) readers[kind]?.(recordOf(message), line)
    },
    end(): void {
      for (const [id, run] of [...runs]) {
        run.results.push({ name: '', hook: true, word: 'failed', seconds: 0, error: 'It began and never ended' })
        finish(id, undefined)
      }
      tellUnfinished()
      for (const { found } of testCases.values()) if (found) tell(found)
      if (!finished) sink.cut('The report ends before the run did')
    },
  }
}

function errorOf(result: JsonRecord): string | undefined {
  const exception = recordOf(result.exception)
  return textOf(result.message) ?? textOf(exception.stackTrace) ?? textOf(exception.message)
}
