// What statuses and runs come to, reckoned here anew: what the server keeps is held against it.

/** The status of a whole, of those of its parts: the worst there is; what was begun and not finished is not complete. */
export function statusOfWhole(parts: readonly string[]): string {
  const found = new Set(parts)
  const worst = ['FAILED', 'BLOCKED', 'NOT COMPLETED'].find((status) => found.has(status))
  if (worst !== undefined) return worst
  if (!found.has('PASSED')) return 'NO RUN'
  return found.has('NO RUN') ? 'NOT COMPLETED' : 'PASSED'
}

interface Moment {
  run_date: number
  created_at: number
  id: number
}

/** The latest run: by its date, then by when it was stored, then by its id. */
export const latestOf = <Run extends Moment>(runs: readonly Run[]): Run | undefined =>
  runs.toSorted((a, b) => b.run_date - a.run_date || b.created_at - a.created_at || b.id - a.id)[0]
