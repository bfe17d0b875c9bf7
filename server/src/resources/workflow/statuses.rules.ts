import type { StatusRow } from '../../db/schema.ts'

/**
 * The statuses in the order they have with one of them at `position` (1-based; beyond the end = last), numbered
 * without gaps. `moved` may be among them already or not.
 */
export function placeAt(statuses: readonly StatusRow[], moved: StatusRow, position: number): StatusRow[] {
  const others = statuses.filter((status) => status.id !== moved.id)
  const at = Math.min(position, others.length + 1) - 1
  return numbered([...others.slice(0, at), moved, ...others.slice(at)])
}

/** The same statuses, numbered from 1 in the order given. */
export function numbered(statuses: readonly StatusRow[]): StatusRow[] {
  return statuses.map((status, index) => ({ ...status, position: index + 1 }))
}
