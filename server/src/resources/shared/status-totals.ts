import type { RunStatus } from '../../core/run-statuses.ts'
import type { StatusTotals } from '../../db/schema.ts'
import type { StatusCounts } from '../runs/runs.rules.ts'

/** Column of a whole's counter per status: sets count instances, requirements count tests. */
export const COUNTER = {
  PASSED: 'count_passed',
  FAILED: 'count_failed',
  BLOCKED: 'count_blocked',
  'NO RUN': 'count_no_run',
  'NOT COMPLETED': 'count_not_completed',
} as const satisfies Record<RunStatus, keyof StatusTotals>

/** A whole in which nothing is yet. */
export const EMPTY_TOTALS = {
  run_status: 'NO RUN',
  last_run_at: null,
  instances_count: 0,
  count_passed: 0,
  count_failed: 0,
  count_blocked: 0,
  count_no_run: 0,
  count_not_completed: 0,
} as const

export function statusCounts(whole: Pick<StatusTotals, (typeof COUNTER)[RunStatus]>): StatusCounts {
  return Object.fromEntries(Object.entries(COUNTER).map(([status, column]) => [status, whole[column]]))
}
