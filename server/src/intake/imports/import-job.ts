import type { Tx } from '../../db/handle.ts'
import { lastCompleteBuild, preferredBases } from '../builds/builds.store.ts'
import type { ImportJob, PreparedCase } from './batch.ts'
import type { Beginning } from './begin-import.ts'
import type { Delivery } from './delivery.ts'
import { type ImportRecord, noProgress, progressCells } from './imports.store.ts'

/** How long an import belongs to the process that stores it, without a word from it. */
export const LEASE = 8_000

/** A new row of an import that is about to be stored. */
export function recordOf(delivery: Delivery, id: number, { build, set }: Beginning): ImportRecord {
  const { context, parameters, body, inspection, owner, key, parametersText } = delivery
  const { now } = context
  return {
    project_id: context.project.id,
    id,
    build_id: build.id,
    set_id: set.id,
    variant: parameters.variant,
    shard: parameters.shard?.name ?? null,
    attempt: parameters.attempt,
    scope: parameters.scope,
    state: 'receiving',
    files: '[]',
    ...progressCells({ ...noProgress(), received: inspection.received }),
    infrastructure: 0,
    infrastructure_set: null,
    notes: '[]',
    bytes: body.files.reduce((sum, { file }) => sum + file.size, 0),
    user_id: context.caller.userId,
    source: context.header('user-agent')?.slice(0, 255) ?? null,
    parameters: parametersText,
    content_hash: body.hash,
    token_id: context.caller.tokenId,
    key: key ?? null,
    owner,
    lease_until: Date.now() + LEASE,
    started_at: now,
    finished_at: null,
    created_at: now,
    updated_at: now,
  }
}

export async function jobOf(
  delivery: Delivery,
  tx: Tx,
  importId: number,
  begun: Beginning,
  receivedAt: number,
): Promise<ImportJob> {
  const { context, parameters, inspection, notes } = delivery
  const { build } = begun
  const mayMake = context.can('tests_editor') && parameters.createTests
  const preferred = await preferredBases(tx, build)
  const last = await lastCompleteBuild(tx, {
    projectId: context.project.id,
    pipeline: build.pipeline,
    before: build.started_at,
    not: build.id,
  })
  return {
    context,
    importId,
    build: {
      id: build.id,
      startedAt: build.started_at,
      branch: build.branch,
      commit: build.commit_id,
      isMainline: build.kind === 'mainline',
      preferred,
      lastComplete: last?.id,
    },
    setId: begun.set.id,
    shard: parameters.shard?.name ?? '',
    attempt: parameters.attempt,
    testerId: begun.testerId,
    version: parameters.version,
    fieldsOfRun: begun.fieldsOfRun,
    repeats: parameters.repeats,
    skipped: parameters.skipped,
    // Runs that come one by one are dated in whole seconds: one right after the import is the later one.
    receivedAt: Math.floor(receivedAt / 1000) * 1000,
    claimed: inspection.claimed,
    newTest: mayMake ? begun.newTest : undefined,
    whyNot: parameters.createTests
      ? 'there is no such test, and this token may not make tests: it lacks the permission "tests_editor"'
      : 'there is no such test, and create-tests=false says that none is made',
    note: notes.add,
  }
}

/** Ids that a batch is likely to take: of tests, instances, runs, step-runs, attachments and failures. */
export const idsOf = (batch: readonly PreparedCase[], isNew: boolean): number =>
  batch.reduce(
    (sum, { runs }) => sum + runs.reduce((n, run) => n + 1 + run.steps.length + run.stored.length, 0),
    isNew ? 2 * batch.length + 16 : 64,
  )
