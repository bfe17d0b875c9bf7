/** Whether an import failed because of where it ran (contract §11.3). Judged once, at its end. */

/** What an import says about the machines, services and networks that it ran with. */
export interface ImportFigures {
  /** Tests that its shard usually runs. */
  usual: number
  /** Those that ran: skipped ones did not. */
  ran: number
  /** Those of them that failed or were blocked. */
  failed: number
  /** How many failures each cause explains. */
  causes: Iterable<number>
  /** Share of the same tests that fail in what they are compared with; null where there is none. */
  failingInBase: number | null
}

export const INFRASTRUCTURE_RULES = {
  /** Fewer tests say nothing about machines. */
  usual: 10,
  ran: 0.5,
  failed: 0.8,
  causes: 3,
  explained: 0.8,
  failingInBase: 0.2,
} as const

/** Whether nearly all of it failed for very few reasons, where nearly nothing failed before. */
export function isInfrastructure({ usual, ran, failed, causes, failingInBase }: ImportFigures): boolean {
  const rules = INFRASTRUCTURE_RULES
  if (usual < rules.usual || ran < usual * rules.ran || failed === 0 || failed < ran * rules.failed) return false
  if (failingInBase === null || failingInBase >= rules.failingInBase) return false
  const most = [...causes].sort((a, b) => b - a).slice(0, rules.causes)
  return most.reduce((sum, count) => sum + count, 0) >= failed * rules.explained
}
