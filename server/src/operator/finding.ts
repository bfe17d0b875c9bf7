import type { Tx } from '../db/handle.ts'

/** Something that is not as it should be. */
export interface Finding {
  /** What, where, and what it should be: one line. */
  text: string
  /** Mends it, in a short transaction of its own; left out where only an operator can. */
  repair?(tx: Tx): Promise<unknown>
}

/** Which kept values differ from the computed ones, in words; undefined when none does. */
export function differences(kept: object, computed: object): string | undefined {
  const known = kept as Record<string, unknown>
  const wrong = Object.entries(computed).filter(([column, value]) => known[column] !== value)
  if (wrong.length === 0) return undefined
  return wrong.map(([column, value]) => `${column} is ${known[column]}, must be ${value}`).join('; ')
}
