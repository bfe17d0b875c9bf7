import { type Element, innerSent, listIn, overlaid, renamed, sideList, sideObject } from '../../core/jsonapi/body.ts'
import { isObject } from '../../core/jsonapi/key-spelling.ts'
import { MAX_LONG_TEXT, MAX_OUTPUT, MAX_STEPS } from '../../core/limits.ts'
import { inside, type Pointer, type Problems } from '../../core/problems.ts'
import { labelOf, readId, readText, timestampKind } from '../../core/resource/kinds.ts'
import { type Cells, type Input, readForCreate } from '../../core/resource/read-attributes.ts'
import type { RunStatus } from '../../core/run-statuses.ts'
import { parseDuration, toId } from '../../core/scalars.ts'
import { blankAsNull } from '../../core/text.ts'
import type { Context } from '../../engine/route.ts'
import {
  combine,
  countStatuses,
  exitStatus,
  readStepStatus,
  STEP_STATUSES,
  type StepStatus,
} from '../../features/statuses/statuses.rules.ts'
import { fitText, readFiles, type UploadedFile } from '../attachments/attachments.rules.ts'
import { readName } from '../steps/steps.rules.ts'
import { runs } from './runs.resource.ts'

const OUTPUT = 'automated-execution-output'
const DURATION = 'run-duration'
/** By what other names clients send an attribute (contract §1.4); the right one wins, then the first. */
const ALIASES: Record<string, readonly string[]> = {
  [OUTPUT]: ['automation-execution-output', 'notes'],
  [DURATION]: ['duration'],
}

/** A step-run about to be stored. */
export interface NewStepRun {
  name: string | null
  description: string | null
  expected_results: string | null
  actual_results: string | null
  status: StepStatus
  files: UploadedFile[]
}

/** A run about to be stored; the instance and test it belongs to are looked up in the transaction. */
export interface NewRun {
  sent: Input
  cells: Cells
  status: RunStatus
  exitStatus: RunStatus
  exitGiven: boolean
  isManual: boolean
  /** A tester that the body names and that counts if the user exists, 0 names nobody; otherwise `fallback` is recorded. */
  tester: { id: number | null; fallback: number | null; required: boolean; place: Pointer }
  runDate: number
  output: string | null
  /** undefined: no steps were sent. */
  steps: NewStepRun[] | undefined
  files: UploadedFile[]
}

/** Attributes of a run under their own names, whatever they were called. */
export function withoutAliases(sent: Input): Input {
  const isSent = (name: string) => (sent.values[name] ?? null) !== null
  const names = Object.entries(ALIASES).flatMap(([name, aliases]) => {
    const alias = isSent(name) ? undefined : aliases.find(isSent)
    return alias === undefined ? [] : [[name, alias] as const]
  })
  return names.length === 0 ? sent : renamed(sent, Object.fromEntries(names))
}

/** Run keys may stand directly on `data`; those in `attributes` win (contract §1.5). */
export const runSent = (element: Element): Input =>
  withoutAliases(overlaid(element.at(element.beside, element.place), element.sent))

/** A result is never lost for its duration: one that is none counts as not given (contract §1.11). */
const withDuration = (sent: Input): Input =>
  parseDuration(sent.values[DURATION]) === undefined ? { ...sent, values: { ...sent.values, [DURATION]: null } } : sent

function optionalText(sent: Input, key: string, problems: Problems): string | null {
  const value = sent.values[key]
  if (value === undefined || value === null) return null
  const place = inside(sent.place, key)
  return readText(value, { problems, place, label: labelOf(key), literal: () => sent.literal(key) }) ?? null
}

/** Where problems go, and the files that the body no longer holds. */
interface Reading {
  problems: Problems
  files: Context['files']
}

function readStep(element: Element, member: unknown, place: Pointer, reading: Reading): NewStepRun[] {
  const { problems } = reading
  if (!isObject(member)) {
    problems.at(place, 'A step must be an object')
    return []
  }
  const sent = innerSent(element, member, place)
  const { values } = sent
  const files = filesOf(values.files, inside(place, 'files'), reading)
  const long = (key: string) => fitText(optionalText(sent, key, problems), MAX_LONG_TEXT, key, files)
  const status = readStepStatus(values.status)
  if (status === undefined) {
    problems.at(inside(place, 'status'), `Status must be one of: ${STEP_STATUSES.join(', ')}`, values.status)
  }
  return [
    {
      name: readName(sent, problems) ?? null,
      description: long('description'),
      expected_results: long('expected-results'),
      actual_results: long('actual-results'),
      status: status ?? 'NO RUN',
      files,
    },
  ]
}

function filesOf(value: unknown, place: Pointer, reading: Reading): UploadedFile[] {
  const list = value === undefined || value === null ? undefined : listIn(value, place, reading.problems)
  return list ? readFiles(list.members, list.place, reading) : []
}

function readSteps(element: Element, reading: Reading): NewStepRun[] | undefined {
  const { problems } = reading
  const list = sideList(element, 'steps', problems)
  if (list === undefined || list.members.length === 0) return undefined
  if (list.members.length > MAX_STEPS) {
    problems.at(list.place, `A run has at most ${MAX_STEPS} steps; ${list.members.length} were sent`)
    return undefined
  }
  return list.members.flatMap((member, index) => readStep(element, member, inside(list.place, index), reading))
}

/** The tester that a body names; of a personal token without impersonation always its owner (contract §4.13). */
export function readTester(sent: Input, isManual: boolean, context: Context, problems: Problems): NewRun['tester'] {
  const place = inside(sent.place, 'tester-id')
  const { userId, impersonation } = context.caller
  const value = blankAsNull(sent.values['tester-id']) ?? null
  if (userId !== null && !impersonation) return { id: userId, fallback: userId, required: false, place }
  if (value === null) {
    if (isManual && userId === null) problems.at(place, "Tester can't be blank for a manual run with an account token")
    return { id: userId, fallback: userId, required: false, place }
  }
  // An automated result is never refused for its tester (contract §4.13).
  const id = isManual ? readId(value, { problems, place, label: 'Tester id' }) : toId(value)
  return { id: id ?? 0, fallback: userId, required: isManual, place }
}

/** The `run-date` that a manual run was sent with; otherwise, and for every other run, `fallback`. Whole seconds, as ms. */
export function readRunDate(sent: Input, isManual: boolean, fallback: number, problems: Problems): number {
  const value = blankAsNull(sent.values['run-date']) ?? null
  if (!isManual || value === null) return fallback
  const reading = { problems, place: inside(sent.place, 'run-date'), label: 'Run date', literal: () => '' }
  const read = timestampKind.read(value, reading)
  return typeof read === 'number' ? read : fallback
}

/** Reads one run of a body (contract §4.13); problems are collected, nothing is looked up. */
export function readRun(element: Element, context: Context, problems: Problems, sent = runSent(element)): NewRun {
  const reading = { problems, files: context.files }
  const cells = readForCreate({ resource: runs, sent: withDuration(sent), problems })
  const isManual = cells.run_type === 'ManualRun'
  const side = sideObject(element, 'files')
  const files = side ? filesOf(side.value, side.place, reading) : []
  const exit = exitStatus(sent.values['exit-code'])
  if (exit === undefined)
    problems.at(inside(sent.place, 'exit-code'), 'Exit code must be a number or a text', sent.values['exit-code'])
  const steps = readSteps(element, reading)
  return {
    sent,
    cells,
    isManual,
    status: steps ? combine(countStatuses(steps.map((step) => step.status))) : (exit ?? 'NO RUN'),
    exitStatus: exit ?? 'NO RUN',
    exitGiven: exit !== undefined && exit !== 'NO RUN',
    tester: readTester(sent, isManual, context, problems),
    runDate: readRunDate(sent, isManual, Math.floor(context.now / 1000) * 1000, problems),
    output: fitText(isManual ? null : optionalText(sent, OUTPUT, problems), MAX_OUTPUT, OUTPUT, files),
    steps,
    files,
  }
}
