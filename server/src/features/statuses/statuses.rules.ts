import type { RunStatus } from '../../core/run-statuses.ts'
import { toNumber } from '../../core/scalars.ts'
import { fold } from '../../core/text.ts'

export type StepStatus = 'PASSED' | 'FAILED' | 'BLOCKED' | 'NO RUN' | 'N/A'

export const STEP_STATUSES: readonly StepStatus[] = ['PASSED', 'FAILED', 'BLOCKED', 'NO RUN', 'N/A']

/** A step status in any case, `_` for a space; missing = NO RUN; undefined for anything else. */
export function readStepStatus(value: unknown): StepStatus | undefined {
  if (value === undefined || value === null || value === '') return 'NO RUN'
  if (typeof value !== 'string') return undefined
  const text = fold(value.trim()).replaceAll('_', ' ')
  return text === '' ? 'NO RUN' : STEP_STATUSES.find((status) => fold(status) === text)
}

/** How many of each status a whole holds; statuses that are absent count as 0. */
export type StatusCounts = Partial<Record<RunStatus | StepStatus, number>>

/** The contract's combine(S), from counts: N/A does not count, a failure outweighs a block outweighs the rest. */
export function combine(counts: StatusCounts): RunStatus {
  if ((counts.FAILED ?? 0) > 0) return 'FAILED'
  if ((counts.BLOCKED ?? 0) > 0) return 'BLOCKED'
  const open = (counts['NOT COMPLETED'] ?? 0) > 0
  const passed = (counts.PASSED ?? 0) > 0
  const notRun = (counts['NO RUN'] ?? 0) > 0
  if (open) return 'NOT COMPLETED'
  if (!passed) return 'NO RUN'
  return notRun ? 'NOT COMPLETED' : 'PASSED'
}

export function countStatuses(statuses: Iterable<RunStatus | StepStatus>): StatusCounts {
  const counts: StatusCounts = {}
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** Whether a scalar is numerically zero. A text may be too small for a number and yet be none: then a digit tells. */
function isZero(scalar: unknown): boolean {
  if (toNumber(scalar) !== 0) return false
  return typeof scalar !== 'string' || !/[1-9]/.test(scalar.split(/e/i)[0] as string)
}

/**
 * The verdict of an exit code: not given (absent, null, blank) → NO RUN, numerically 0 → PASSED, every other scalar →
 * FAILED. Undefined for an object or array.
 */
export function exitStatus(exitCode: unknown): RunStatus | undefined {
  if (exitCode === undefined || exitCode === null) return 'NO RUN'
  if (typeof exitCode === 'object') return undefined
  if (typeof exitCode === 'string' && exitCode.trim() === '') return 'NO RUN'
  return isZero(exitCode) ? 'PASSED' : 'FAILED'
}

/** What decides which run is the latest: run-date, then created-at, then id (contract §1.14). */
export interface RunMoment {
  run_date: number
  created_at: number
  id: number
}

export function isLater(a: RunMoment, b: RunMoment): boolean {
  if (a.run_date !== b.run_date) return a.run_date > b.run_date
  return a.created_at !== b.created_at ? a.created_at > b.created_at : a.id > b.id
}

/** The latest run kept with an instance or test, as a moment; undefined when there is none. */
export function lastMoment(row: {
  last_run_at: number | null
  last_run_created_at: number | null
  last_run_id: number | null
}): RunMoment | undefined {
  if (row.last_run_at === null) return undefined
  return { run_date: row.last_run_at, created_at: Number(row.last_run_created_at), id: Number(row.last_run_id) }
}
