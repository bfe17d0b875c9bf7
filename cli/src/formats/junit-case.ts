import { parseSeconds, parseTimestamp } from './junit-values.ts'
import { findOutputMarks } from './output-marks.ts'
import type { CaseStatus, ResultAttempt, ResultCase, ResultStep, StepStatus } from './results-model.ts'
import type { SuitePath } from './suite-path.ts'

export type Attributes = Record<string, string>

/** A `failure`, `error`, `skipped`, `flakyFailure`, … element with everything inside it. */
export interface Problem {
  kind: string
  attributes: Attributes
  text: string
  output: string[]
}

/** A `testcase` element as read, before it is given meaning. */
export interface CaseDraft {
  line: number
  attributes: Attributes
  problems: Problem[]
  output: string[]
  properties: [name: string, value: string][]
}

/** What a case inherits from the suites around it. */
export interface SuiteContext {
  path: SuitePath
  file?: string | undefined
  startedAt?: Date | undefined
}

// Dialects that say it with an attribute instead of, or beside, an element (GoogleTest, Bazel, several runners).
const STATUS_WORDS = new Map<string, CaseStatus>(
  Object.entries({
    failed: 'failed',
    failure: 'failed',
    fail: 'failed',
    error: 'error',
    errored: 'error',
    skipped: 'skipped',
    skip: 'skipped',
    disabled: 'skipped',
    ignored: 'skipped',
    notrun: 'skipped',
    suppressed: 'skipped',
    pending: 'skipped',
  }),
)

const STEP_WORDS = new Map<string, StepStatus>(
  Object.entries({
    passed: 'PASSED',
    pass: 'PASSED',
    failed: 'FAILED',
    fail: 'FAILED',
    failure: 'FAILED',
    error: 'FAILED',
    blocked: 'BLOCKED',
    skipped: 'NO RUN',
    'no run': 'NO RUN',
    norun: 'NO RUN',
    untested: 'NO RUN',
    'n/a': 'N/A',
    na: 'N/A',
  }),
)

/** Gives a case its meaning: verdict, attempts in the order they ran, steps, attachments, properties. */
export function buildCase(draft: CaseDraft, suite: SuiteContext, zone: string): ResultCase {
  const { attributes, problems } = draft
  const failures = problems.filter(({ kind }) => kind === 'failure' || kind === 'error')
  const skipped = problems.find(({ kind }) => kind === 'skipped')
  const retried = (prefix: string) => problems.filter(({ kind }) => kind.startsWith(prefix))
  const status = verdict(attributes, failures, skipped)
  const failing = status === 'failed' || status === 'error'
  const started = attributes.timestamp === undefined ? suite.startedAt : parseTimestamp(attributes.timestamp, zone)

  const output = joinBlocks(draft.output)
  const marks = findOutputMarks(output)
  const properties = new Map<string, string[]>()
  for (const [name, value] of [...draft.properties, ...marks.properties]) {
    const values = properties.get(name)
    if (values) values.push(value)
    else properties.set(name, [value])
  }
  const own: ResultAttempt = {
    status,
    seconds: parseSeconds(attributes.time),
    ...explain(failures.length > 0 ? failures : skipped ? [skipped] : []),
    ...(output === '' ? {} : { output }),
    steps: stepsOf(draft.properties),
    attachments: unique([...(properties.get('attachment') ?? []), ...marks.attachments]),
  }
  if (started) own.startedAt = started

  const attempt = (problem: Problem) => retriedAttempt(problem, zone)
  const earlier = retried('flaky').map(attempt)
  const reruns = retried('rerun').map(attempt)
  const className = attributes.classname ?? attributes.className ?? attributes.class
  const result: ResultCase = {
    suitePath: suite.path.names,
    name: attributes.name ?? '',
    properties,
    // In a failing case `failure` is the first run and `rerunFailure` the later ones; in a passing one they came before.
    attempts: failing ? [...earlier, own, ...reruns] : [...earlier, ...reruns, own],
    line: draft.line,
  }
  // Jest's reporter repeats the name there: that is no class.
  if (className && className !== result.name) result.className = className
  const file = attributes.file ?? attributes.filepath ?? suite.file
  if (file) result.file = file
  return result
}

function verdict(attributes: Attributes, failures: Problem[], skipped: Problem | undefined): CaseStatus {
  if (failures.length > 0) return failures.every(({ kind }) => kind === 'error') ? 'error' : 'failed'
  if (skipped) return 'skipped'
  const words = [attributes.result, attributes.status].map((word) => STATUS_WORDS.get(word?.toLowerCase() ?? ''))
  return words.find((word) => word !== undefined) ?? 'passed'
}

function retriedAttempt(problem: Problem, zone: string): ResultAttempt {
  const output = joinBlocks(problem.output)
  const started = parseTimestamp(problem.attributes.timestamp, zone)
  return {
    status: problem.kind.endsWith('Error') ? 'error' : 'failed',
    seconds: parseSeconds(problem.attributes.time),
    ...(started ? { startedAt: started } : {}),
    ...explain([problem]),
    ...(output === '' ? {} : { output }),
    steps: [],
    attachments: unique(findOutputMarks(output).attachments),
  }
}

/** Message and details of an attempt: the first problem's message on top, every text below. */
function explain(problems: Problem[]): { message?: string; details?: string } {
  const [first, ...others] = problems
  if (!first) return {}
  const text = first.text.trim() === '' ? '' : first.text
  const message = first.attributes.message || (text === '' ? first.attributes.type : '') || ''
  const details = [text, ...others.map((other) => joinBlocks([other.attributes.message ?? '', other.text]))]
  const whole = joinBlocks(details)
  return { ...(message === '' ? {} : { message }), ...(whole === '' ? {} : { details: whole }) }
}

/** What a property says about its step: `step` nothing, `step:failed` and `step[failed]` a word; null for another one. */
function stepWord(property: string): string | null {
  const name = property.trim()
  if (name.slice(0, 4).toLowerCase() !== 'step') return null
  const rest = name.slice(4)
  if (rest === '') return ''
  const inside = rest.startsWith(':')
    ? rest.slice(1)
    : rest.startsWith('[') && rest.endsWith(']')
      ? rest.slice(1, -1)
      : ''
  const word = inside.trim().toLowerCase()
  return word === '' ? null : word
}

/** The properties that are steps, in order. */
function stepsOf(properties: [name: string, value: string][]): ResultStep[] {
  const steps: ResultStep[] = []
  for (const [name, value] of properties) {
    const word = stepWord(name)
    if (word !== null) steps.push({ name: value, status: STEP_WORDS.get(word) ?? null })
  }
  return steps
}

/** Joins blocks of text with line ends between them; blank ones are left out. */
export function joinBlocks(blocks: string[]): string {
  return blocks.filter((block) => block.trim() !== '').join('\n')
}

function unique(values: string[]): string[] {
  return [...new Set(values.filter((value) => value.trim() !== ''))]
}
