import type { Tx } from '../../db/handle.ts'
import { nextDisplayIds } from '../../db/store.ts'
import type { Context } from '../../engine/route.ts'
import { buildKind } from './branches.ts'
import { type BuildRow, insertBuild } from './builds.store.ts'
import { noCounts } from './verdicts.rules.ts'

/** What is known of a build when it is made. */
export interface BuildDescription {
  key: string | undefined
  name: string | null
  url: string | null
  branch: string | null
  commit: string | null
  baseCommit: string | null
  pullRequest: string | null
  environment: Readonly<Record<string, string>>
}

const EMPTY = { shards: '[]', missing_shards: '[]', variants: '[]', set_ids: '[]' } as const

/** Makes a build, as an import or a request describes it. */
export async function makeBuild(
  tx: Tx,
  context: Context,
  o: BuildDescription & { pipeline: string; scope: string; expectedShards?: string | null; startedAt: number },
): Promise<BuildRow> {
  const { project, now } = context
  const displayId = await nextDisplayIds(tx, project.id, 'builds', 1)
  const kind = buildKind(
    { branch: o.branch, pullRequest: o.pullRequest },
    { mainline: project.mainline_branches, queue: project.queue_branches },
  )
  return insertBuild(tx, {
    project_id: project.id,
    id: tx.nextId(),
    display_id: displayId,
    key: o.key ?? `b-${displayId}`,
    name: o.name,
    pipeline: o.pipeline,
    kind,
    branch: o.branch,
    commit_id: o.commit,
    base_commit: o.baseCommit,
    pull_request: o.pullRequest,
    url: o.url,
    environment: JSON.stringify(o.environment),
    state: 'receiving',
    state_set: null,
    scope: o.scope,
    gate: 'pending',
    expected_shards: o.expectedShards ?? null,
    ...EMPTY,
    ...noCounts(),
    new_tests: 0,
    moved_tests: 0,
    missing: 0,
    infrastructure: 0,
    infrastructure_set: null,
    renames_due: 0,
    renames_limited: 0,
    started_at: o.startedAt,
    last_import_at: null,
    finished_at: null,
    created_at: now,
    updated_at: now,
  })
}
