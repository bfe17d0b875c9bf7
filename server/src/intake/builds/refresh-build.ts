import type { Tx } from '../../db/handle.ts'
import { gateOf } from '../gates/judge-builds.ts'
import { buildState, missingShards, shardsOf } from './build-state.rules.ts'
import { type BuildRow, changeBuild, countMissing, lastCompleteBuild, lockBuild, partsOfBuild } from './builds.store.ts'

/**
 * Brings a build up to date with its imports: shards, state, what is missing against the last complete build of its
 * pipeline. Called in the transaction that ends an import.
 */
export async function refreshBuild(
  tx: Tx,
  projectId: number,
  id: number,
  o: { timeout: number; now: number; newTests?: number; movedTests?: number },
): Promise<BuildRow | undefined> {
  const build = await lockBuild(tx, projectId, id)
  if (build === undefined) return undefined
  const parts = await partsOfBuild(tx, projectId, id)
  const shards = shardsOf(parts)
  const last = await lastCompleteBuild(tx, {
    projectId,
    pipeline: build.pipeline,
    before: build.started_at,
    not: build.id,
  })
  const missing = missingShards(shards, {
    expected: build.expected_shards === null ? null : JSON.parse(build.expected_shards),
    learned: last && build.scope === 'full' ? JSON.parse(last.shards) : undefined,
  })
  const lastImportAt = parts.reduce<number | null>(
    (latest, { finished_at: at }) => (at === null ? latest : Math.max(latest ?? at, at)),
    null,
  )
  const state = buildState(shards, {
    missing,
    set: build.state_set,
    lastImportAt,
    timeout: o.timeout,
    now: o.now,
  })
  const variants = [...new Set(parts.map(({ variant }) => variant))].sort()
  const isWhole = state === 'complete' && build.scope === 'full'
  const missingTests = isWhole && last ? await countMissing(tx, projectId, { build: id, base: last.id, variants }) : 0
  const newTests = build.new_tests + (o.newTests ?? 0)
  // What else asks for a build to be brought up to date brings no test into it.
  const isOther = state !== build.state || o.newTests !== undefined
  const cells: Partial<BuildRow> = {
    shards: JSON.stringify(shards),
    missing_shards: JSON.stringify(missing),
    variants: JSON.stringify(variants.filter((variant) => variant !== '')),
    set_ids: JSON.stringify([...new Set(parts.map(({ set_id: setId }) => setId))].sort((a, b) => a - b)),
    state,
    missing: missingTests,
    new_tests: newTests,
    renames_due: isOther && missingTests > 0 && newTests > 0 ? 1 : build.renames_due,
    moved_tests: build.moved_tests + (o.movedTests ?? 0),
    infrastructure: parts.some(({ infrastructure }) => infrastructure === 1) ? 1 : 0,
    last_import_at: lastImportAt,
    finished_at: state === 'receiving' ? null : lastImportAt,
    updated_at: o.now,
  }
  const fresh = { ...build, ...cells }
  const gate = await gateOf(tx, fresh)
  await changeBuild(tx, projectId, id, { ...cells, gate })
  return { ...fresh, gate }
}
