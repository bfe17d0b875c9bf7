import { ApiError } from '../../core/errors.ts'
import { tally } from '../../core/tally.ts'
import { transientError } from '../../db/dialects/transient-error.ts'
import type { Tx } from '../../db/handle.ts'
import { findById } from '../../db/store.ts'
import { KEY_LIFETIME } from '../../engine/idempotency.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { refreshBuild } from '../builds/refresh-build.ts'
import { setAside } from '../builds/results.store.ts'
import { failedForItsMachines, judgeInstances, type StoredImport, suspectsIn } from '../flaky/judge-import.ts'
import { seekRenames } from '../renames/seek-renames.ts'
import type { ImportJob, PreparedCase } from './batch.ts'
import { beginImport } from './begin-import.ts'
import { type Delivery, inTransaction, takenOver } from './delivery.ts'
import { idsOf, jobOf, LEASE, recordOf } from './import-job.ts'
import type { FileReceipt } from './imports.resource.ts'
import {
  changeImport,
  countWanted,
  holdImport,
  type ImportRecord,
  importByKey,
  insertImport,
  keepRefusals,
  lockImportKey,
  noProgress,
  type Progress,
  progressCells,
  progressOf,
  type Refusal,
  refusalsByFile,
} from './imports.store.ts'
import type { Inspection } from './inspect.ts'
import type { OpenedBody } from './open-body.ts'
import { batchesOf } from './prepare-cases.ts'
import { metaOf } from './receipt.ts'
import { storeBatch } from './store-batch.ts'

const isCut = ({ reports }: Inspection, { leftOut }: OpenedBody) =>
  reports.some(({ cut }) => cut !== null) || leftOut.length > 0

/** Whether an error says that nothing can be stored now, rather than that something is wrong with a case. */
const concernsAll = (error: unknown) => error instanceof ApiError || transientError(error) !== undefined

const reasonOf = (error: unknown) => `it could not be stored: ${(error as Error).message}`.slice(0, 1000)

/** Stores a batch; where it fails, its halves, down to the one case that is at fault, which is refused by itself. */
async function storeIsolating(
  delivery: Delivery,
  job: ImportJob,
  batch: readonly PreparedCase[],
  progress: Progress,
): Promise<Progress> {
  const { context, owner } = delivery
  const projectId = context.project.id
  const place = { projectId, importId: job.importId }
  const commit = async (tx: Tx, next: Progress, refusals: readonly Refusal[]) => {
    const leaseUntil = Date.now() + LEASE
    if (!(await holdImport(tx, { projectId, id: job.importId, owner, leaseUntil, now: context.now }))) throw takenOver()
    await keepRefusals(tx, { ...place, from: progress.refused }, refusals)
    next.done = progress.done + batch.length
    await changeImport(tx, projectId, job.importId, progressCells(next))
    return next
  }
  const isNew = progress.createdTests * 2 > progress.done
  try {
    const stored = await inTransaction(context, idsOf(batch, isNew || progress.done === 0), async (tx) => {
      // A transaction may run again: it begins with the figures as they were.
      const result = await storeBatch(tx, job, batch, { ...progress })
      await commit(tx, result.progress, result.refusals)
      return result
    })
    for (const name of stored.made) delivery.likeness.add(name)
    return stored.progress
  } catch (error) {
    if (concernsAll(error)) throw error
    if (batch.length > 1) {
      const middle = Math.ceil(batch.length / 2)
      const first = await storeIsolating(delivery, job, batch.slice(0, middle), progress)
      return storeIsolating(delivery, job, batch.slice(middle), first)
    }
    const [{ report, found, identity }] = batch as [PreparedCase]
    const refusal = { file: report, line: found.line, name: identity.shownName, reason: reasonOf(error) }
    return inTransaction(context, 0, (tx) => commit(tx, { ...progress, refused: progress.refused + 1 }, [refusal]))
  }
}

export async function storeDelivery(delivery: Delivery, known: ImportRecord | undefined): Promise<Answer> {
  const { context, notes } = delivery
  const projectId = context.project.id
  const { job, progress: begun } = await start(delivery, known)
  let progress = begun
  try {
    for await (const batch of batchesOf(delivery, progress.done)) {
      progress = await storeIsolating(delivery, job, batch, progress)
    }
    await finish(delivery, job, progress)
  } catch (error) {
    // Without a key nobody can go on with it: what was stored stands, and says that it is not all.
    if (delivery.key === undefined) {
      notes.add('storing was interrupted, and the rest is not stored')
      await finish(delivery, job, progress, 'cut').catch(() => {})
    }
    throw error
  }
  await settleRenames(delivery, job)
  await judgeFlaky(delivery, job)
  tally('assay_result_uploads_total', 'import')
  tally('assay_runs_stored_total', 'import', progress.runs)
  const row = await findById(context.reader, 'imports', projectId, job.importId)
  return { show: 'imports', id: job.importId, meta: row && (await metaOf(context, row)) }
}

/** Whether there is an import under a key, which nobody begins meanwhile. */
async function isUnderKey(tx: Tx, { project, caller, now }: Context, key: string): Promise<boolean> {
  const parts = { projectId: project.id, tokenId: caller.tokenId, key, since: now - KEY_LIFETIME }
  await lockImportKey(tx, parts)
  return (await importByKey(tx, parts)) !== undefined
}

/** Makes the import, or takes over one whose process is gone. */
async function start(
  delivery: Delivery,
  known: ImportRecord | undefined,
): Promise<{ job: ImportJob; progress: Progress }> {
  const { context, parameters, notes, owner } = delivery
  const projectId = context.project.id
  return inTransaction(context, 4, async (tx) => {
    if (known) {
      const leaseUntil = Date.now() + LEASE
      const held = await holdImport(tx, { projectId, id: known.id, owner, leaseUntil, now: Date.now(), takeOver: true })
      if (!held) throw takenOver()
      for (const text of JSON.parse(known.notes) as string[]) notes.add(text)
      const begun = await beginImport(tx, context, { ...parameters, setId: known.set_id }, notes.add)
      const own = { ...begun, build: { ...begun.build, id: known.build_id } }
      const job = await jobOf(delivery, tx, known.id, own, known.started_at)
      return { job, progress: progressOf(known, await countWanted(tx, projectId, known.id)) }
    }
    // The same delivery may have begun since it was looked for.
    if (delivery.key !== undefined && (await isUnderKey(tx, context, delivery.key))) throw takenOver()
    const begun = await beginImport(tx, context, parameters, notes.add)
    const id = tx.nextId()
    await insertImport(tx, recordOf(delivery, id, begun))
    await refreshBuild(tx, projectId, begun.build.id, { timeout: delivery.settings.shardTimeout, now: context.now })
    const job = await jobOf(delivery, tx, id, begun, context.now)
    return { job, progress: { ...noProgress(), received: delivery.inspection.received } }
  })
}

/** The receipt of every file of the body. */
async function filesOf(delivery: Delivery, tx: Tx, importId: number): Promise<FileReceipt[]> {
  const { inspection, body, context } = delivery
  const refused = await refusalsByFile(tx, context.project.id, importId)
  const reports = inspection.reports.map(({ sent, format, cases, cut }): FileReceipt => {
    const own = refused.get(sent.name) ?? 0
    return { name: sent.name, format: format.name, cases, stored: cases - own, refused: own, problem: cut }
  })
  const none = { format: null, cases: 0, stored: 0, refused: 0 }
  const others = inspection.others.map(({ name }): FileReceipt => ({ name, ...none, problem: null }))
  const leftOut = body.leftOut.map(({ name, problem }): FileReceipt => ({ name, ...none, problem }))
  return [...reports, ...others, ...leftOut]
}

async function finish(delivery: Delivery, job: ImportJob, progress: Progress, state?: 'cut'): Promise<void> {
  const { context, settings, inspection, body, notes, owner } = delivery
  const projectId = context.project.id
  const { importId } = job
  if (delivery.likeness.note !== undefined) notes.add(delivery.likeness.note)
  await inTransaction(context, 0, async (tx) => {
    const now = Date.now()
    if (!(await holdImport(tx, { projectId, id: importId, owner, leaseUntil: now, now }))) throw takenOver()
    const files = await filesOf(delivery, tx, importId)
    const isAside = await failedForItsMachines(tx, storedImport(context, importId, job.build), {
      shard: job.shard,
      variant: delivery.parameters.variant,
      base: job.build.lastComplete,
    })
    if (isAside) await setAside(tx, { project_id: projectId, build_id: job.build.id, id: importId }, true)
    await changeImport(tx, projectId, importId, {
      ...progressCells(progress),
      state:
        state ??
        (progress.stored === 0 && progress.refused > 0 ? 'refused' : isCut(inspection, body) ? 'cut' : 'stored'),
      infrastructure: isAside ? 1 : 0,
      files: JSON.stringify(files),
      notes: JSON.stringify(notes.list),
      finished_at: now,
    })
    await refreshBuild(tx, projectId, job.build.id, {
      timeout: settings.shardTimeout,
      now,
      newTests: progress.createdTests,
      movedTests: progress.movedTests,
    })
  })
}

/** Joins tests that are new under another name, where the build is complete; what fails is done in the background. */
async function settleRenames({ context, settings }: Delivery, { build }: ImportJob): Promise<void> {
  await seekRenames({
    reader: context.reader,
    write: (ids, work) => inTransaction(context, ids, work),
    projectId: context.project.id,
    buildId: build.id,
    timeout: settings.shardTimeout,
    now: context.now,
  }).catch((error) => {
    if (!concernsAll(error)) throw error
  })
}

/** Looks at what the import says of flakiness, some instances at a time. */
async function judgeFlaky({ context }: Delivery, { importId, build }: ImportJob): Promise<void> {
  const stored = storedImport(context, importId, build)
  for (const ids of await suspectsIn(context.reader, stored)) {
    await inTransaction(context, 0, (tx) => judgeInstances(tx, stored, ids))
  }
}

const storedImport = (context: Context, importId: number, { id, commit }: ImportJob['build']): StoredImport => ({
  projectId: context.project.id,
  buildId: id,
  importId,
  commit,
  now: context.now,
})
