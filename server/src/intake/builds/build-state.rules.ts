import type { BuildState } from './builds.resource.ts'

/** An import, as far as the state of its build depends on it. */
export interface Part {
  id: number
  variant: string
  shard: string | null
  attempt: number
  state: string
}

/** A shard of a build with its newest attempt. */
export interface ShownShard {
  variant: string
  shard: string | null
  attempt: number
  state: string
}

/** What a build waits for: so many shards, or shards by name; null = nothing is said, so what came is all. */
export type Expected = number | readonly string[] | null

/** A shard as people read it: `linux/firefox 2/5`. */
export const shardName = ({ variant, shard }: Pick<Part, 'variant' | 'shard'>): string =>
  [variant, shard ?? ''].filter((part) => part !== '').join(' ') || 'all'

const isLater = (one: Part, other: Part) =>
  one.attempt === other.attempt ? one.id > other.id : one.attempt > other.attempt

/** The shards that came, each with its newest attempt, in the order of their names. */
export function shardsOf(parts: readonly Part[]): ShownShard[] {
  const newest = new Map<string, Part>()
  for (const part of parts) {
    const name = shardName(part)
    const known = newest.get(name)
    if (known === undefined || isLater(part, known)) newest.set(name, part)
  }
  return [...newest]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { variant, shard, attempt, state }]) => ({ variant, shard, attempt, state }))
}

/** The n of the shards `k/n` of each variant. */
function sizesOf(shards: readonly ShownShard[]): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const { variant, shard } of shards) {
    const [, n] = /^\d+\/(\d+)$/.exec(shard ?? '') ?? []
    if (n !== undefined) sizes.set(variant, Number(n))
  }
  return sizes
}

/** What `k/n` says is expected in each variant where it is said. */
function saidBySizes(shards: readonly ShownShard[]): string[] {
  return [...sizesOf(shards)].flatMap(([variant, n]) =>
    Array.from({ length: n }, (_, index) => shardName({ variant, shard: `${index + 1}/${n}` })),
  )
}

/**
 * The shards that are missing, by name. Expected is what the build says itself, else what `k/n` says of its variant,
 * else what the last complete build of the pipeline had (contract §10.2).
 */
export function missingShards(
  shards: readonly ShownShard[],
  { expected, learned }: { expected: Expected; learned: readonly ShownShard[] | undefined },
): string[] {
  const here = new Set(shards.map(shardName))
  if (typeof expected === 'number') {
    const missing = Math.max(0, expected - here.size)
    return Array.from({ length: missing }, (_, index) => `shard ${here.size + index + 1} of ${expected}`)
  }
  if (expected !== null) return expected.filter((name) => !here.has(name))
  const sized = sizesOf(shards)
  const fromPipeline = (learned ?? []).filter(({ variant }) => !sized.has(variant)).map(shardName)
  return [...new Set([...saidBySizes(shards), ...fromPipeline])].filter((name) => !here.has(name)).sort()
}

/**
 * The state of a build: `receiving` while an import runs, or a shard is missing and the last import came not long ago;
 * then `incomplete`; `cut` while the newest import of a shard is; else `complete`.
 */
export function buildState(
  shards: readonly ShownShard[],
  o: { missing: readonly string[]; set: string | null; lastImportAt: number | null; timeout: number; now: number },
): BuildState {
  if (o.set === 'complete') return 'complete'
  if (shards.some(({ state }) => state === 'receiving') || shards.length === 0) return 'receiving'
  if (o.missing.length > 0) {
    return o.lastImportAt !== null && o.now - o.lastImportAt < o.timeout ? 'receiving' : 'incomplete'
  }
  return shards.some(({ state }) => state === 'cut') ? 'cut' : 'complete'
}

/** Whether two builds consist of the same shards in the same variants. */
export function haveSameShards(one: readonly ShownShard[], other: readonly ShownShard[]): boolean {
  const names = new Set(one.map(shardName))
  return names.size === new Set(other.map(shardName)).size && other.every((shard) => names.has(shardName(shard)))
}

/** Whether a shard `k/n` contradicts those of its variant that came before: another n. */
export function contradicts(shards: readonly ShownShard[], { variant, of }: { variant: string; of: number }): boolean {
  const known = sizesOf(shards).get(variant)
  return known !== undefined && known !== of
}
