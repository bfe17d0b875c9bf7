import type { PoolLoad } from './dialect.ts'

/** What a pool of connections says of itself. */
interface Counted {
  totalCount: number
  idleCount: number
  waitingCount: number
}

/** How busy pools are, by their names. */
export function poolLoad(pools: Record<string, Counted>): Record<string, PoolLoad> {
  return Object.fromEntries(
    Object.entries(pools).map(([name, { totalCount, idleCount, waitingCount }]) => [
      name,
      { in_use: totalCount - idleCount, idle: idleCount, waiting: waitingCount },
    ]),
  )
}
