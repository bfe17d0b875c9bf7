import type { Attempt, AttemptStatus, Case, ReportedStep } from '../model.ts'
import { findOutputMarks } from '../output-marks.ts'
import { joinBlocks, present } from '../texts.ts'
import { parseSeconds, parseTimestamp } from '../time.ts'
import { statusOfWord, stepStatusOfWord } from '../words.ts'

export type Attributes = Readonly<Record<string, string>>
export type Property = readonly [name: string, value: string]

/** An element that says how a case went, with everything inside it. */
export interface Outcome {
  name: string
  attributes: Attributes
  text: string
  output: string[]
}

/** A `testcase` element as read, before it is given meaning. */
export interface CaseDraft {
  line: number
  attributes: Attributes
  outcomes: Outcome[]
  output: string[]
  properties: Property[]
  attachments: string[]
}

/** What a case inherits from the suites around it. */
export interface SuiteContext {
  path: readonly string[]
  file?: string | undefined
  startedAt?: number | undefined
  variant?: string | undefined
  /** The browser as a suite is named for it. */
  browser?: string | undefined
  properties: readonly Property[]
}

export interface BuildOptions {
  zone: string
  note(text: string, line: number): void
}

/** What these words mean to JUnit 5, where an assumption failed, and to those who write JUnit and not NUnit. */
const OVERRIDES = { aborted: 'skipped', inconclusive: 'skipped' } as const
/** That a case was run says nothing about how it went (GoogleTest, Bazel, Catch2). */
const NEUTRAL = new Set(['', 'run', 'ran', 'executed', 'finished', 'done'])
const FLAGS: readonly [attribute: string, value: string, status: AttemptStatus][] = [
  ['disabled', 'true', 'skipped'],
  ['skipped', 'true', 'skipped'],
  ['ignored', 'true', 'skipped'],
  ['notrun', 'true', 'skipped'],
  ['executed', 'false', 'skipped'],
  ['success', 'false', 'failed'],
  ['failed', 'true', 'failed'],
]
const RANK: Readonly<Record<AttemptStatus, number>> = {
  failed: 5,
  error: 4,
  unknown: 3,
  blocked: 2,
  skipped: 1,
  passed: 0,
}
/** Attributes with a place of their own; every other one is a property. */
const PLACED = new Set([
  'name',
  'path',
  'classname',
  'className',
  'class',
  'time',
  'duration',
  'timestamp',
  'started-at',
  'file',
  'filepath',
  'line',
  'lineno',
  'status',
  'result',
  'assertions',
  'failure',
  'error',
  ...FLAGS.map(([attribute]) => attribute),
])

/** How an element of a case says that it went; undefined for one that says nothing of the kind. */
export function statusOfElement(name: string): AttemptStatus | undefined {
  return statusOfWord(name, OVERRIDES)
}

/** What TestNG and runners of JUnit write as an error or a failure, and means that the test did not want to run. */
const NOT_RUN = new Set([
  'org.testng.SkipException',
  'org.junit.AssumptionViolatedException',
  'org.junit.internal.AssumptionViolatedException',
  'org.opentest4j.TestAbortedException',
])
/** What CTest writes as skipped, and counts as failed. */
const NOT_RUNNABLE = new Set(['Unable to find executable', 'Unable to find required file', 'Missing Configuration'])

function statusOfOutcome({ name, attributes }: Outcome): AttemptStatus {
  if (attributes.type !== undefined && NOT_RUN.has(attributes.type)) return 'skipped'
  if (name === 'skipped' && NOT_RUNNABLE.has(attributes.message ?? '')) return 'error'
  return statusOfElement(name) ?? 'unknown'
}

/** `flakyFailure`, `rerunError` of Surefire and nextest, `rerun` of pytest-rerunfailures: an attempt before or after. */
export function isRetry(name: string): boolean {
  return name.startsWith('flaky') || name.startsWith('rerun')
}

/** Gives a case its meaning: verdict, attempts in the order they ran, steps, attachments, properties. */
export function buildCase(draft: CaseDraft, suite: SuiteContext, options: BuildOptions): Case {
  const { attributes, line } = draft
  const outcomes = draft.outcomes.filter(({ name }) => !isRetry(name))
  const { status, word } = verdictOf(outcomes, draft, options)
  const output = joinBlocks(draft.output)
  const marks = findOutputMarks(output)
  const own: Attempt = {
    status,
    seconds: parseSeconds(attributes.time ?? attributes.duration),
    ...explain(outcomes, attributes),
    ...present({ startedAt: startOf(attributes, options) ?? suite.startedAt, output, word }),
    steps: [],
    attachments: [],
  }
  const properties: Property[] = [...suite.properties]
  for (const name in attributes) if (!PLACED.has(name)) properties.push([name, attributes[name] as string])
  const paths = [...draft.attachments]
  for (const property of [...draft.properties, ...marks.properties]) {
    const step = stepOf(property)
    if (step) own.steps.push(step)
    else if (property[0] === 'attachment') paths.push(property[1])
    else properties.push(property)
  }
  own.attachments = attachmentsOf([...paths, ...marks.attachments])

  const className = attributes.classname ?? attributes.className ?? attributes.class
  const name = nameOf(draft, options)
  return {
    path: suite.path,
    // Jest's reporter repeats the name there: that is no class.
    ...(className !== undefined && className !== '' && className !== name
      ? { className: withoutBrowser(className, suite.browser) }
      : {}),
    name,
    ...present({ file: attributes.file ?? attributes.filepath ?? suite.file, variant: suite.variant }),
    properties,
    attempts: attemptsOf(draft.outcomes, own, options),
    line,
  }
}

function nameOf({ attributes, line }: CaseDraft, { note }: BuildOptions): string {
  const name = attributes.name || attributes.path
  if (name) return name
  note('A case has no name', line)
  return '(unnamed)'
}

/** Karma puts the browser in front of the class: that is no part of it. */
function withoutBrowser(className: string, browser: string | undefined): string {
  if (browser === undefined) return className
  const prefix = `${browser.replace(/[ .]/g, '_')}.`
  return className.startsWith(prefix) ? className.slice(prefix.length) : className
}

/** The status of a case, the worst that its elements and attributes say; and the word that says more than it. */
function verdictOf(outcomes: Outcome[], { attributes, line }: CaseDraft, { note }: BuildOptions) {
  let status: AttemptStatus | undefined
  let word: string | undefined
  const take = (said: AttemptStatus, by: string) => {
    // Errors beside failures are failures: something was found to be wrong.
    if (status !== undefined && RANK[said] <= RANK[status]) return
    status = said
    word = by
  }
  for (const outcome of outcomes) take(statusOfOutcome(outcome), outcome.name)
  for (const said of [attributes.result, attributes.status]) {
    if (said === undefined || NEUTRAL.has(said.trim().toLowerCase())) continue
    const known = statusOfWord(said, OVERRIDES)
    if (known !== undefined) take(known, said)
    else if (outcomes.length === 0) {
      note(`Nobody knows the outcome "${said.slice(0, 100)}"`, line)
      take('unknown', said)
    }
  }
  for (const [attribute, value, said] of FLAGS) {
    if (attributes[attribute]?.toLowerCase() === value) take(said, attribute)
  }
  const plain = word === undefined || word === status || word === 'failure' || word === 'success'
  return { status: status ?? 'passed', word: plain ? undefined : word }
}

function startOf(attributes: Attributes, { zone }: BuildOptions): number | undefined {
  const written = attributes.timestamp ?? attributes['started-at']
  // GoogleTest dates what did not run 1970.
  return (written === undefined ? undefined : parseTimestamp(written, zone)) || undefined
}

/**
 * The attempts in the order they ran. A `rerun` came before the verdict; in a failing case `failure` is the first run
 * and `rerunFailure` the later ones; in a passing one all came before.
 */
function attemptsOf(outcomes: Outcome[], own: Attempt, options: BuildOptions): Attempt[] {
  const retries = outcomes.filter(({ name }) => isRetry(name))
  if (retries.length === 0) return [own]
  const isFailing = own.status === 'failed' || own.status === 'error'
  const isLater = ({ name }: Outcome) => isFailing && name.startsWith('rerun') && name !== 'rerun'
  const attempt = (outcome: Outcome) => retriedAttempt(outcome, options)
  return [...retries.filter((outcome) => !isLater(outcome)).map(attempt), own, ...retries.filter(isLater).map(attempt)]
}

function retriedAttempt(outcome: Outcome, options: BuildOptions): Attempt {
  const { name, attributes } = outcome
  const output = joinBlocks(outcome.output)
  return {
    status: name.endsWith('Error') ? 'error' : 'failed',
    seconds: parseSeconds(attributes.time),
    ...explain([outcome], {}),
    ...present({ startedAt: startOf(attributes, options), output }),
    steps: [],
    attachments: attachmentsOf(findOutputMarks(output).attachments),
  }
}

/** Type, message and details of an attempt: those of the worst outcome on top, the texts of all others below. */
function explain(outcomes: Outcome[], attributes: Attributes) {
  if (outcomes.length === 0) return present({ message: attributes.failure ?? attributes.error })
  const rank = (outcome: Outcome) => RANK[statusOfOutcome(outcome)]
  const isProblem = (outcome: Outcome) => rank(outcome) >= RANK.error
  // Failures and errors stay in their order.
  const sorted = [...outcomes].sort((a, b) => (isProblem(a) && isProblem(b) ? 0 : rank(b) - rank(a)))
  const [first, ...others] = sorted as [Outcome, ...Outcome[]]
  return present({
    type: first.attributes.type,
    message: first.attributes.message,
    details: joinBlocks([
      first.text,
      ...others.flatMap(({ attributes: { message = '' }, text }) =>
        text.includes(message) ? [text] : [message, text],
      ),
    ]),
  })
}

/** The step that a property is: `step` without a status, `step:failed` and `step[failed]` with one. */
function stepOf([property, value]: Property): ReportedStep | null {
  const name = property.trim()
  if (name.slice(0, 4).toLowerCase() !== 'step') return null
  const rest = name.slice(4)
  if (rest === '') return { name: value, status: null }
  const inside = rest.startsWith(':')
    ? rest.slice(1)
    : rest.startsWith('[') && rest.endsWith(']')
      ? rest.slice(1, -1)
      : ''
  return inside.trim() === '' ? null : { name: value, status: stepStatusOfWord(inside) }
}

function attachmentsOf(paths: string[]) {
  return [...new Set(paths.filter((path) => path.trim() !== ''))].map((path) => ({ path }))
}
