import type { PoolLoad } from './dialect.ts'

/** What a pool of connections says of itself. */
interface Counted {
  total: number
  idle: number
  waiting: number
}

/** How busy pools are, by their names. */
export function poolLoad(pools: Record<string, Counted>): Record<string, PoolLoad> {
  return Object.fromEntries(
    Object.entries(pools).map(([name, { total, idle, waiting }]) => [name, { in_use: total - idle, idle, waiting }]),
  )
}
