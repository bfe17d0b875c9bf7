import { explain } from '../errors.ts'
import { timeOf } from '../json-time.ts'
import { type JsonRecord, joinTexts, listOf, recordsOf, secondsOf, textOf } from '../json-values.ts'
import type { Attempt, Case, ReportedAttachment, ReportedStep, Sink } from '../model.ts'
import { outcomeOf } from '../outcomes.ts'

/** A test of a project, as both reports describe it. */
export interface PlaywrightTest {
  expectedStatus: string | undefined
  annotations: JsonRecord[]
}

export interface Output {
  steps: ReportedStep[]
  attachments: ReportedAttachment[]
  output: string | undefined
}

/** Gives one result of a test its meaning: what was expected passed, even where it is a failure. */
export function attemptOf(
  result: JsonRecord,
  test: PlaywrightTest,
  { steps, attachments, output }: Output,
  { sink, line, zone }: { sink: Sink; line: number; zone: string },
): Attempt {
  // The first error stands apart as well, and there without code and stack in its message.
  const told = explain(
    [...recordsOf([result.error ?? recordsOf(result.errors)[0]]), ...recordsOf(result.errors).slice(1)].map(errorOf),
  )
  const startedAt = timeOf(result.startTime, zone)
  const base = {
    seconds: secondsOf(result.duration),
    ...(startedAt === undefined ? {} : { startedAt }),
    steps,
    attachments,
  }
  const withOutput = output === undefined ? {} : { output }
  const status = textOf(result.status)
  if (status === 'skipped') {
    const reason = reasonOf(test.annotations)
    return { ...base, status: 'skipped', ...(reason === undefined ? {} : { message: reason }), ...withOutput }
  }
  if (status === test.expectedStatus && status !== 'passed') {
    const whole = joinTexts([output, told.message, told.details])
    return { ...base, status: 'passed', word: 'expected', ...(whole === undefined ? {} : { output: whole }) }
  }
  if (status === 'passed' && test.expectedStatus !== undefined && test.expectedStatus !== 'passed')
    return {
      ...base,
      status: 'failed',
      word: 'unexpected',
      message: `Expected to be ${test.expectedStatus}, but passed`,
      ...withOutput,
    }
  return { ...base, ...outcomeOf(status, sink, line), ...told, ...withOutput }
}

/** A test that the report lists without a result. */
export const NEVER_RAN: Attempt = { status: 'skipped', seconds: 0, word: 'did not run', steps: [], attachments: [] }

function reasonOf(annotations: JsonRecord[]): string | undefined {
  return textOf(annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description)
}

function errorOf(error: JsonRecord) {
  const message = textOf(error.message) ?? textOf(error.value)
  return { message, stack: joinTexts([textOf(error.stack), textOf(error.snippet)]) }
}

/** Errors that belong to no test: the file could not be loaded, a global hook broke. */
export function globalError(error: JsonRecord, line: number): Case {
  const file = textOf(recordsOf([error.location])[0]?.file)
  return {
    path: [],
    name: '[suite]',
    ...(file === undefined ? {} : { file }),
    properties: [],
    attempts: [{ status: 'error', seconds: 0, ...explain([errorOf(error)]), steps: [], attachments: [] }],
    line,
  }
}

export function attachmentsOf(values: unknown): ReportedAttachment[] {
  return recordsOf(values).map((attachment) => {
    const [name, contentType, path] = [attachment.name, attachment.contentType, attachment.path].map(textOf)
    const base64 = textOf(attachment.body) ?? textOf(attachment.base64)
    return {
      ...(name === undefined ? {} : { name }),
      ...(contentType === undefined ? {} : { contentType }),
      ...(path === undefined ? {} : { path }),
      ...(base64 === undefined ? {} : { base64 }),
    }
  })
}

/** One step; without an error it passed, unless it never ended. */
export function stepOf(step: JsonRecord): ReportedStep {
  const error = step.error === undefined ? undefined : explain(recordsOf([step.error]).map(errorOf)).message
  const ended = typeof step.duration === 'number' && step.duration >= 0
  return {
    name: textOf(step.title) ?? '',
    status: step.error !== undefined ? 'FAILED' : ended ? 'PASSED' : null,
    ...(error === undefined ? {} : { actual: error }),
    ...(ended ? { seconds: secondsOf(step.duration) } : {}),
  }
}

/** Tags and annotations, as properties. Older reports spell tags with their `@`. */
export function propertiesOf(tags: unknown, annotations: JsonRecord[]): [string, string][] {
  return [
    ...listOf(tags).flatMap((tag): [string, string][] =>
      typeof tag === 'string' ? [['tag', tag.startsWith('@') ? tag.slice(1) : tag]] : [],
    ),
    ...annotations.flatMap(({ type, description }): [string, string][] =>
      typeof type === 'string' ? [[type, textOf(description) ?? '']] : [],
    ),
  ]
}
