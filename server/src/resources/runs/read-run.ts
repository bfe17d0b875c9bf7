import { type Element, sideList } from '../../core/jsonapi/body.ts'
import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import { inside, type Place, type Problems } from '../../core/problems.ts'
import { nameKind, readId, readText, timestampKind } from '../../core/resource/kinds.ts'
import { type Cells, readForCreate, type Sent } from '../../core/resource/read-attributes.ts'
import type { RunStatus } from '../../core/run-statuses.ts'
import { parseTimestamp, toId } from '../../core/scalars.ts'
import type { Context } from '../../http/route.ts'
import { readFiles, type UploadedFile } from '../attachments/attachments.rules.ts'
import { fitText, MAX_TEXT } from '../attachments/text-files.ts'
import { runs } from './runs.resource.ts'
import { combine, countStatuses, exitStatus, readStepStatus, type StepStatus } from './runs.rules.ts'

const MAX_OUTPUT = 65_535
const MAX_STEP_NAME = 65_535
const MAX_STEPS = 10_000

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
  sent: Sent
  cells: Cells
  status: RunStatus
  exitStatus: RunStatus
  exitGiven: boolean
  isManual: boolean
  /** A tester that the body names and that counts if the user exists; 0 names nobody. */
  tester: { id: number | null; required: boolean; place: Place }
  runDate: number
  output: string | null
  /** undefined: no steps were sent. */
  steps: NewStepRun[] | undefined
  files: UploadedFile[]
}

/** Run keys may stand directly on `data`; those in `attributes` win (contract §1.5). */
export function runSent(element: Element): Sent {
  const { beside, sent } = element
  const values = { ...beside, ...sent.values }
  const old = 'automation-execution-output'
  if (values[old] !== undefined && values['automated-execution-output'] === undefined) {
    values['automated-execution-output'] = values[old]
  }
  return { values, place: sent.place, literal: (key) => sent.literal(key) }
}

function optionalText(values: Record<string, unknown>, key: string, place: Place, problems: Problems): string | null {
  const value = values[key]
  if (value === undefined || value === null) return null
  const at = inside(place, key)
  return readText(value, { problems, place: at, label: key, literal: () => String(value) }) ?? null
}

function readStep(member: unknown, place: Place, problems: Problems): NewStepRun[] {
  if (!isObject(member)) {
    problems.at(place, 'A step must be an object')
    return []
  }
  const outer = canonicalKeys(member)
  const values = isObject(outer.attributes) ? { ...outer, ...canonicalKeys(outer.attributes) } : outer
  const files = filesOf(values.files, inside(place, 'files'), problems)
  const long = (key: string) => fitText(optionalText(values, key, place, problems), MAX_TEXT, key, files)
  const status = readStepStatus(values.status)
  if (status === undefined) {
    problems.at(inside(place, 'status'), 'Status must be one of: PASSED, FAILED, BLOCKED, NO RUN, N/A')
  }
  const sentName = optionalText(values, 'name', place, problems)
  const blank = sentName === null || sentName.trim() === ''
  const reading = { problems, place: inside(place, 'name'), label: 'Name', literal: () => '' }
  const name = blank ? null : nameKind(MAX_STEP_NAME).read(sentName, reading)
  return [
    {
      name: (name ?? null) as string | null,
      description: long('description'),
      expected_results: long('expected-results'),
      actual_results: long('actual-results'),
      status: status ?? 'NO RUN',
      files,
    },
  ]
}

function filesOf(value: unknown, place: Place, problems: Problems): UploadedFile[] {
  if (value === undefined || value === null) return []
  const list = Array.isArray(value) ? value : isObject(value) ? (canonicalKeys(value).data ?? []) : undefined
  if (Array.isArray(list)) return readFiles(list, place, problems)
  problems.at(place, 'Files must be an array, or an object with a "data" array')
  return []
}

function readSteps(element: Element, problems: Problems): NewStepRun[] | undefined {
  const list = sideList(element, 'steps')
  if (list === undefined || list.members.length === 0) return undefined
  if (list.members.length > MAX_STEPS) {
    problems.at(list.place, `A run has at most ${MAX_STEPS} steps; ${list.members.length} were sent`)
    return undefined
  }
  return list.members.flatMap((member, index) => readStep(member, inside(list.place, index), problems))
}

/** The tester that a body names; of a personal token without impersonation always its owner (contract §4.13). */
export function readTester(sent: Sent, isManual: boolean, context: Context, problems: Problems): NewRun['tester'] {
  const place = inside(sent.place, 'tester-id')
  const { userId, impersonation } = context.caller
  const value = sent.values['tester-id']
  if (userId !== null && !impersonation) return { id: userId, required: false, place }
  if (value === undefined || value === null || value === '') {
    if (isManual && userId === null) problems.at(place, "Tester can't be blank for a manual run with an account token")
    return { id: userId, required: false, place }
  }
  // An automated result is never refused for its tester (contract §4.13).
  const id = isManual ? readId(value, { problems, place, label: 'Tester id' }) : toId(value)
  return { id: id ?? 0, required: isManual, place }
}

/** The `run-date` that a manual run was sent with; otherwise, and for every other run, `fallback`. Whole seconds, as ms. */
export function readRunDate(sent: Sent, isManual: boolean, fallback: number, problems: Problems): number {
  const value = sent.values['run-date']
  if (!isManual || value === undefined || value === null || value === '') return fallback
  if (parseTimestamp(value) === undefined) {
    const reading = { problems, place: inside(sent.place, 'run-date'), label: 'Run date', literal: () => '' }
    timestampKind.read(value, reading)
    return fallback
  }
  return Math.floor((parseTimestamp(value) as number) / 1000) * 1000
}

/** Reads one run of a body (contract §4.13); problems are collected, nothing is looked up. */
export function readRun(element: Element, context: Context, problems: Problems): NewRun {
  const sent = runSent(element)
  const cells = readForCreate({ resource: runs, sent, problems })
  const isManual = cells.run_type === 'ManualRun'
  const files = filesOf(element.beside.files ?? element.sent.values.files, inside(element.place, 'files'), problems)
  const exit = exitStatus(sent.values['exit-code'])
  if (exit === undefined) problems.at(inside(sent.place, 'exit-code'), 'Exit code must be a number or a text')
  const steps = readSteps(element, problems)
  const sentOutput = sent.values['automated-execution-output'] ?? null
  const reading = {
    problems,
    place: inside(sent.place, 'automated-execution-output'),
    label: 'Automated execution output',
    literal: () => sent.literal('automated-execution-output'),
  }
  const output = isManual || sentOutput === null ? null : (readText(sentOutput, reading) ?? null)
  return {
    sent,
    cells,
    isManual,
    status: steps ? combine(countStatuses(steps.map((step) => step.status))) : (exit ?? 'NO RUN'),
    exitStatus: exit ?? 'NO RUN',
    exitGiven: exit !== undefined && exit !== 'NO RUN',
    tester: readTester(sent, isManual, context, problems),
    runDate: readRunDate(sent, isManual, Math.floor(context.now / 1000) * 1000, problems),
    output: fitText(output, MAX_OUTPUT, 'automated-execution-output', files),
    steps,
    files,
  }
}
