import { MAX_FAILURE, MAX_LONG_TEXT, MAX_OUTPUT, MAX_STEP_NAME, MAX_STEPS } from '../../core/limits.ts'
import { cut, isBlank } from '../../core/text.ts'
import { combine, countStatuses, type StepStatus } from '../../features/statuses/statuses.rules.ts'
import type { UploadedFile } from '../../resources/attachments/attachments.rules.ts'
import { fitText } from '../../resources/attachments/attachments.rules.ts'
import { isFailing } from '../builds/verdicts.rules.ts'
import { type FailureRead, readFailure } from '../failures/signature.ts'
import type { Attempt, AttemptStatus, Case, ReportedAttachment, ReportedStep } from '../readers/model.ts'

export type RunVerdict = 'PASSED' | 'FAILED' | 'BLOCKED' | 'NO RUN'

const VERDICTS: Readonly<Record<AttemptStatus, RunVerdict>> = {
  passed: 'PASSED',
  failed: 'FAILED',
  error: 'FAILED',
  blocked: 'BLOCKED',
  skipped: 'NO RUN',
  // A word that nobody knows is never a pass.
  unknown: 'FAILED',
}

/** The verdict of an attempt as runs show it. */
export const verdictOf = ({ status }: Attempt): RunVerdict => VERDICTS[status]

/** A step-run about to be stored. */
export interface PreparedStep {
  name: string
  status: StepStatus
  expected: string | null
  actual: string | null
}

/** A run about to be stored: what it says, in texts that fit. Plain data, which goes from thread to thread. */
export interface PreparedRun {
  status: RunVerdict
  durationMs: number
  /** Milliseconds since the epoch; undefined where the report does not say. */
  startedAt?: number
  output: string | null
  steps: PreparedStep[]
  /** Whether the status follows from the steps. */
  stepsDecide: boolean
  /** What the report attaches, and texts that did not fit. */
  attachments: ReportedAttachment[]
  /** What a failed one is told by, and how it looks. */
  failure?: FailureRead & { sample: string }
  /** What a failed or blocked one says first. */
  message: string | null
}

/** Properties that say something to Assay alone. */
const OWN_PROPERTY = /^(?:step\b|attachment$|assay_test_id$|assay_test$)/i

const section = (title: string, text: string | undefined): string =>
  text === undefined || isBlank(text) ? '' : `--- ${title} ---\n${text.trimEnd()}`

/** Message, details and output under one line each, then what properties say (contract, result-files.md). */
function outputOf(attempt: Attempt, properties: Case['properties']): string {
  const { message, details, output, word, status } = attempt
  const lines = properties.filter(([name]) => !OWN_PROPERTY.test(name)).map(([name, value]) => `${name}: ${value}`)
  const said = status === 'unknown' && word !== undefined ? `The outcome is called ${JSON.stringify(word)}.` : undefined
  const parts = [
    section('outcome', said),
    // Many details begin with the message.
    section('message', message !== undefined && details?.trimStart().startsWith(message.trim()) ? undefined : message),
    section('details', details),
    section('output', output),
    section('properties', lines.join('\n')),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function stepOf(step: ReportedStep, verdict: RunVerdict): PreparedStep {
  const long = (text: string | undefined) => (text === undefined || isBlank(text) ? null : cut(text, MAX_LONG_TEXT))
  return {
    name: cut(isBlank(step.name) ? 'Step' : step.name, MAX_STEP_NAME),
    status: step.status ?? verdict,
    expected: long(step.expected),
    actual: long(step.actual),
  }
}

/**
 * The steps of an attempt. Where what they add up to is not the verdict, they must not decide: they are shown without a
 * status of their own, and a last one bears the verdict, so that a failed case never turns green.
 */
function stepsOf(attempt: Attempt, verdict: RunVerdict): { steps: PreparedStep[]; decide: boolean } {
  const { steps: reported } = attempt
  if (reported.length === 0) return { steps: [], decide: false }
  const most = reported.length > MAX_STEPS - 1 ? MAX_STEPS - 2 : reported.length
  const steps = reported.slice(0, most).map((step) => stepOf(step, verdict))
  if (most < reported.length) {
    const name = `${reported.length - most} more steps are not shown`
    steps.push({ name, status: 'N/A', expected: null, actual: null })
  }
  if (combine(countStatuses(steps.map(({ status }) => status))) === verdict) return { steps, decide: true }
  const shown = steps.map((step) => ({
    ...step,
    status: 'N/A' as const,
    actual: step.actual === null ? step.status : `${step.status}\n${step.actual}`,
  }))
  const message = attempt.message ?? attempt.details
  const actual = message === undefined || isBlank(message) ? null : cut(message, MAX_LONG_TEXT)
  return { steps: [...shown, { name: 'Result', status: verdict, expected: null, actual }], decide: true }
}

/** What type, message and details say together, which is shown for all failures of a kind. */
const sampleOf = ({ type, message, details }: Attempt): string =>
  cut([type, message, details].filter((text) => text?.trim()).join('\n'), MAX_FAILURE.sample)

const messageOf = ({ message, details, type }: Attempt): string =>
  message?.trim() || details?.trim() || type?.trim() || ''

/** Texts that did not fit, as attachments. */
const attached = (files: readonly UploadedFile[]): ReportedAttachment[] =>
  files.map(({ name, contentType, content }) => ({ name, contentType, base64: (content as Buffer).toString('base64') }))

/** The longest duration that a run can have, in milliseconds. */
const MAX_MILLISECONDS = 2 ** 31 * 1000

/** One attempt of a case as a run; properties go with the last one. */
export function prepareRun(found: Case, attempt: Attempt): PreparedRun {
  const status = verdictOf(attempt)
  const isLast = attempt === found.attempts.at(-1)
  const files: UploadedFile[] = []
  const output = outputOf(attempt, isLast ? found.properties : [])
  const { steps, decide } = stepsOf(attempt, status)
  const shown = fitText(output === '' ? null : output, MAX_OUTPUT, 'automated-execution-output', files)
  return {
    status,
    durationMs: Math.min(MAX_MILLISECONDS, Math.round(attempt.seconds * 1000)),
    ...(attempt.startedAt === undefined ? {} : { startedAt: attempt.startedAt }),
    output: shown,
    steps,
    stepsDecide: decide,
    attachments: [...attempt.attachments, ...attached(files)],
    ...(status === 'FAILED' ? { failure: { ...readFailure(attempt), sample: sampleOf(attempt) } } : {}),
    message: isFailing(status) ? cut(messageOf(attempt), MAX_FAILURE.message) || null : null,
  }
}

/** `run-duration` in seconds: what took any time took a second. */
export const wholeSeconds = (milliseconds: number): number => Math.min(2 ** 31 - 1, Math.ceil(milliseconds / 1000))
