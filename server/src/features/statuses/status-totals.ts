import type { RunStatus } from '../../core/run-statuses.ts'
import type { StatusTotals } from '../../db/schema.ts'
import { combine, type StatusCounts } from './statuses.rules.ts'

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

/** Members of a whole that share a status, as a query groups them; numbers may come as texts. */
export interface StatusGroup {
  run_status: string
  n: number
  last_run_at: number | null
  instances: number
}

/** What a whole keeps of its members, computed from their groups. */
export function totalsOf(groups: readonly StatusGroup[]) {
  const counts: StatusCounts = {}
  const columns = { count_passed: 0, count_failed: 0, count_blocked: 0, count_no_run: 0, count_not_completed: 0 }
  let [last, instances]: [number | null, number] = [null, 0]
  for (const group of groups) {
    const status = group.run_status as RunStatus
    counts[status] = Number(group.n)
    columns[COUNTER[status]] = Number(group.n)
    instances += Number(group.instances)
    if (group.last_run_at !== null) last = Math.max(last ?? 0, Number(group.last_run_at))
  }
  return { ...columns, run_status: combine(counts), last_run_at: last, instances_count: instances }
}

type Counters = Pick<StatusTotals, (typeof COUNTER)[RunStatus]>

/** The counters and the status of a whole once so many more (or fewer) of its members have each status. */
export function shiftedTotals(whole: Counters, by: ReadonlyMap<string, number>): Counters & { run_status: RunStatus } {
  const counts: StatusCounts = {}
  const columns: Partial<Counters> = {}
  for (const status of Object.keys(COUNTER) as RunStatus[]) {
    const count = whole[COUNTER[status]] + (by.get(status) ?? 0)
    counts[status] = count
    columns[COUNTER[status]] = count
  }
  return { ...(columns as Counters), run_status: combine(counts) }
}
