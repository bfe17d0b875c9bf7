import { randomUUID } from 'node:crypto'
import { ApiError, apiError } from '../../core/errors.ts'
import { queryOf } from '../../core/jsonapi/query.ts'
import { MAX_TOLD } from '../../core/limits.ts'
import { renderResource } from '../../core/resource/render.ts'
import { tally } from '../../core/tally.ts'
import { transientError } from '../../db/dialects/transient-error.ts'
import type { Tx } from '../../db/handle.ts'
import { findById } from '../../db/store.ts'
import { KEY_LIFETIME, readIdempotencyKey } from '../../engine/idempotency.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { lastCompleteBuild, preferredBases } from '../builds/builds.store.ts'
import { refreshBuild } from '../builds/refresh-build.ts'
import { LINEAGE, setAside } from '../builds/results.store.ts'
import { failedForItsMachines, judgeInstances, type StoredImport, suspectsIn } from '../flaky/judge-import.ts'
import { type Identity, type IdentityOptions, identify } from '../matching/identity.ts'
import type { Case } from '../readers/model.ts'
import { createAttachmentStore, createFinder } from './attachments.ts'
import { type Beginning, beginImport } from './begin-import.ts'
import { type Owners, ownersIn } from './codeowners.ts'
import { parseDisposition } from './disposition.ts'
import { type FileReceipt, imports } from './imports.resource.ts'
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
  refusalsOf,
} from './imports.store.ts'
import { type Inspection, inspect, namesOfOthers } from './inspect.ts'
import { type OpenedBody, openBody } from './open-body.ts'
import { type ImportParameters, readParameters } from './parameters.ts'
import { prepareRun } from './prepare-run.ts'
import { type Findings, readReport } from './read-report.ts'
import { type ImportJob, type PreparedCase, storeBatch } from './store-batch.ts'

/** Cases of one transaction, and characters of their texts. */
const BATCH = { cases: 1000, characters: 8 * 1024 * 1024 }

/** How long an import belongs to the process that stores it, without a word from it. */
const LEASE = 20_000

export interface IntakeSettings {
  maxImportBytes: number
  /** Milliseconds that a build waits for a missing shard. */
  shardTimeout: number
}

/** Notes of an import: each once. */
class Notes {
  readonly texts = new Set<string>()
  left = 0

  add = (text: string): void => {
    if (this.texts.has(text)) return
    if (this.texts.size < MAX_TOLD.notes) this.texts.add(text)
    else this.left++
  }

  get list(): string[] {
    return this.left === 0 ? [...this.texts] : [...this.texts, `… and ${this.left} more notes`]
  }
}

/** Another process goes on with the import. */
const takenOver = () =>
  apiError(
    'conflict',
    { title: 'Another request goes on with this import; ask for it again in a while' },
    { 'retry-after': '5' },
  )

interface Delivery {
  context: Context
  settings: IntakeSettings
  body: OpenedBody
  parameters: ImportParameters
  inspection: Inspection
  identity: IdentityOptions
  owners: Owners
  notes: Notes
  key: string | undefined
  /** What identifies the parameters for a repeat under the key. */
  parametersText: string
  owner: string
}

/** `POST imports.json` (contract §10.1). */
export async function receiveImport(context: Context, settings: IntakeSettings): Promise<Answer> {
  const { form, spool } = context.raw
  if (form === undefined || spool === undefined || form.size === 0) {
    throw apiError('malformed_body', {
      title: 'This request needs a report as its body, and none was sent',
      detail:
        'Send the file as it is (curl --data-binary @report.xml), or several as multipart/form-data, zip or tar.gz.',
    })
  }
  // The answer may find nobody any more; what arrived whole is stored all the same.
  const release = spool.hold()
  try {
    const sentName = parseDisposition(context.header('content-disposition'))
    const filename = context.query.get('filename')?.trim() || sentName || 'report'
    const { maxImportBytes: maxBytes } = settings
    const body = await openBody(form, { contentType: context.raw.contentType, filename, spool, maxBytes })
    const query = queryOf(context.query.text, [...context.query.pairs, ...body.fields])
    const parameters = readParameters(query, sentName)
    const key = readIdempotencyKey(context.header('idempotency-key'))
    const { dryRun: _, format, ...identifying } = parameters
    const parametersText = JSON.stringify({ ...identifying, format: format?.name })
    const known = key === undefined ? undefined : await findKnown(context, key, { body, parametersText })
    if (known?.finished_at != null) {
      return { show: 'imports', id: known.id, meta: await metaOf(context, known), replayed: true }
    }
    const identity: IdentityOptions = {
      namespace: parameters.namespace,
      variant: parameters.variant,
      identityProperty: parameters.identityProperty,
      variantBy: parameters.variantBy,
    }
    const inspection = await inspect(body.files, {
      reader: context.reader,
      projectId: context.project.id,
      format: parameters.format,
      timezone: parameters.timezone,
      identity,
    })
    if (inspection.reports.length === 0) throw await nothingRecognised(inspection, body)
    const owners = await ownersIn(inspection.codeowners, context.project.codeowners)
    const notes = new Notes()
    noteWhatWasFound(notes, inspection, body)
    const owner = randomUUID()
    const delivery = {
      context,
      settings,
      body,
      parameters,
      inspection,
      identity,
      owners,
      notes,
      key,
      parametersText,
      owner,
    }
    return parameters.dryRun ? await tryOut(delivery) : await storeDelivery(delivery, known)
  } finally {
    release()
  }
}

/** The import that was sent under a key before: 422 when it was another one, 409 while it is being stored. */
async function findKnown(
  context: Context,
  key: string,
  { body, parametersText }: { body: OpenedBody; parametersText: string },
): Promise<ImportRecord | undefined> {
  const known = await importByKey(context.reader, {
    projectId: context.project.id,
    tokenId: context.caller.tokenId,
    key,
    since: context.now - KEY_LIFETIME,
  })
  if (known === undefined) return undefined
  if (known.content_hash !== body.hash || known.parameters !== parametersText) {
    throw apiError('invalid', {
      title: 'This Idempotency-Key was used for another import: its files or parameters differ',
      detail: 'Use a new key for a new delivery; a re-run of a CI job is one.',
    })
  }
  if (known.finished_at === null && known.lease_until > Date.now()) throw takenOver()
  return known
}

async function nothingRecognised({ others }: Inspection, { leftOut }: OpenedBody): Promise<Error> {
  const lines = [...(await namesOfOthers(others, 20)), ...leftOut.map(({ name, problem }) => `${name}: ${problem}`)]
  return apiError('invalid', {
    title: `Nothing in this import is a result file that Assay knows: ${lines[0] ?? 'it holds no file'}`,
    detail: [...lines.slice(1), 'The guide to formats says what is read; format= says how to read a file.'].join('\n'),
  })
}

function noteWhatWasFound(notes: Notes, { reports }: Inspection, { leftOut }: OpenedBody): void {
  const several = reports.length > 1
  for (const { sent, notes: own, cut } of reports) {
    const prefix = several ? `${sent.name}: ` : ''
    for (const text of own) notes.add(`${prefix}${text}`)
    if (cut !== null) notes.add(`${prefix}it ends early, and what stands before that is stored: ${cut}`)
  }
  for (const { name, problem } of leftOut) notes.add(`${name}: ${problem}`)
}

const isCut = ({ reports }: Inspection, { leftOut }: OpenedBody) =>
  reports.some(({ cut }) => cut !== null) || leftOut.length > 0

/** A new row of an import that is about to be stored. */
function recordOf(delivery: Delivery, id: number, { build, set }: Beginning): ImportRecord {
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

/** Runs a transaction of an import: each is one of its own, and no key repeats it. */
async function inTransaction<T>(context: Context, ids: number, job: (tx: Tx) => Promise<T>): Promise<T> {
  let value: T | undefined
  await context.write(
    async (tx) => {
      value = await job(tx)
      return { body: {} }
    },
    { ids, secret: true },
  )
  return value as T
}

async function jobOf(
  delivery: Delivery,
  tx: Tx,
  importId: number,
  begun: Beginning,
  receivedAt: number,
): Promise<ImportJob> {
  const { context, parameters, inspection, notes } = delivery
  const { build } = begun
  const mayMake = context.can('tests_editor') && parameters.createTests
  const preferred = await preferredBases(tx, {
    projectId: context.project.id,
    id: build.id,
    baseCommit: build.base_commit,
    kind: build.kind,
    pipeline: build.pipeline,
    before: build.started_at,
    since: build.started_at - LINEAGE,
  })
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
    receivedAt,
    claimed: inspection.claimed,
    newTest: mayMake ? begun.newTest : undefined,
    whyNot: parameters.createTests
      ? 'there is no such test, and this token may not make tests: it lacks the permission "tests_editor"'
      : 'there is no such test, and create-tests=false says that none is made',
    note: notes.add,
  }
}

/** About how many characters a case is stored with. */
function sizeOf({ runs }: PreparedCase): number {
  let size = 500
  for (const { output, steps } of runs) {
    size += output?.length ?? 0
    for (const { name, expected, actual } of steps)
      size += name.length + (expected?.length ?? 0) + (actual?.length ?? 0)
  }
  return size
}

/** Ids that a batch is likely to take: of tests, instances, runs, step-runs, attachments and failures. */
const idsOf = (batch: readonly PreparedCase[], isNew: boolean): number =>
  batch.reduce(
    (sum, { runs }) => sum + runs.reduce((n, run) => n + 1 + run.steps.length + run.stored.length, 0),
    isNew ? 2 * batch.length + 16 : 64,
  )

/** Reads the reports again and yields their cases in batches, prepared; those before `skip` are passed over. */
async function* batchesOf(delivery: Delivery, skip: number): AsyncGenerator<PreparedCase[]> {
  const { context, inspection, parameters, identity, owners, notes } = delivery
  const finder = createFinder(inspection.others)
  const storeAttachments = parameters.dryRun ? undefined : createAttachmentStore(context, finder, notes.add)
  let batch: PreparedCase[] = []
  let characters = 0
  let passed = 0
  for (const { sent, format } of inspection.reports) {
    const findings: Findings = { notes: new Map(), cut: null }
    for await (const some of readReport(sent, format, { timezone: parameters.timezone, findings })) {
      for (const found of some) {
        if (passed++ < skip) continue
        const prepared = await prepareCase(found, {
          identity: identify(found, identity),
          format: format.name,
          report: sent.name,
          owners,
          storeAttachments,
        })
        batch.push(prepared)
        characters += sizeOf(prepared)
        if (batch.length < BATCH.cases && characters < BATCH.characters) continue
        yield batch
        batch = []
        characters = 0
      }
    }
  }
  if (batch.length > 0) yield batch
  const unused = inspection.others.filter(({ name }) => !finder.used.has(name))
  for (const line of await namesOfOthers(unused, MAX_TOLD.notes)) notes.add(`${line}, and no report refers to it`)
}

async function prepareCase(
  found: Case,
  o: {
    identity: Identity
    format: string
    report: string
    owners: Owners
    storeAttachments: ReturnType<typeof createAttachmentStore> | undefined
  },
): Promise<PreparedCase> {
  const runs: PreparedCase['runs'] = []
  for (const attempt of found.attempts) {
    const run = prepareRun(found, attempt)
    const own = run.files.map((file) => ({
      name: file.name,
      contentType: file.contentType,
      base64: (file.content as Buffer).toString('base64'),
    }))
    const all = [...attempt.attachments, ...own]
    const { files, wanted } =
      all.length === 0 || o.storeAttachments === undefined
        ? { files: [], wanted: [] }
        : await o.storeAttachments(all, o.report)
    runs.push({ ...run, stored: files, wanted })
  }
  const { identity, format, report } = o
  return { found, identity, format, report, runs, owner: identity.file === '' ? null : o.owners(identity.file) }
}

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
    return await inTransaction(context, idsOf(batch, isNew || progress.done === 0), async (tx) => {
      // A transaction may run again: it begins with the figures as they were.
      const stored = await storeBatch(tx, job, batch, { ...progress })
      return commit(tx, stored.progress, stored.refusals)
    })
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

async function storeDelivery(delivery: Delivery, known: ImportRecord | undefined): Promise<Answer> {
  const { context, notes } = delivery
  const projectId = context.project.id
  const { job, progress: begun } = await start(delivery, known)
  let progress = begun
  try {
    for await (const batch of batchesOf(delivery, progress.done)) {
      progress = await storeIsolating(delivery, job, batch, progress)
    }
    await finish(delivery, job, progress)
    await judgeFlaky(delivery, job)
  } catch (error) {
    // Without a key nobody can go on with it: what was stored stands, and says that it is not all.
    if (delivery.key === undefined) {
      notes.add('storing was interrupted, and the rest is not stored')
      await finish(delivery, job, progress, 'cut').catch(() => {})
    }
    throw error
  }
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

/** What stands beside a receipt: the first refusals, and notes. */
export async function metaOf(context: Context, row: ImportRecord): Promise<{ refusals: Refusal[]; notes: string[] }> {
  const refusals = await refusalsOf(context.reader, row.project_id, row.id, { from: 0, most: MAX_TOLD.refusals })
  return { refusals, notes: JSON.parse(row.notes) }
}

/** Ends a transaction of a dry run, which leaves nothing behind. */
class TriedOut extends Error {
  readonly row: ImportRecord
  readonly progress: Progress
  readonly refusals: Refusal[]

  constructor(row: ImportRecord, progress: Progress, refusals: Refusal[]) {
    super('nothing is stored by a dry run')
    this.row = row
    this.progress = progress
    this.refusals = refusals
  }
}

/** Reads and matches as if to store, batch by batch, and takes each back. */
async function tryOut(delivery: Delivery): Promise<Answer> {
  const { context, parameters, notes } = delivery
  let progress: Progress = { ...noProgress(), received: delivery.inspection.received }
  const refusals: Refusal[] = []
  let row: ImportRecord | undefined
  for await (const batch of batchesOf(delivery, 0)) {
    try {
      await inTransaction(context, idsOf(batch, true) + 4, async (tx) => {
        const begun = await beginImport(tx, context, parameters, notes.add)
        const record = recordOf(delivery, tx.nextId(), begun)
        await insertImport(tx, record)
        const job = await jobOf(delivery, tx, record.id, begun, context.now)
        const tried = await storeBatch(tx, job, batch, { ...progress })
        throw new TriedOut(record, tried.progress, tried.refusals)
      })
    } catch (error) {
      if (!(error instanceof TriedOut)) throw error
      row = error.row
      progress = error.progress
      refusals.push(...error.refusals.slice(0, MAX_TOLD.refusals - refusals.length))
    }
  }
  return { body: tryOutBody(delivery, row, progress, refusals) }
}

/** The receipt as it would have been; its id is 0, because there is no import. */
function tryOutBody(
  { inspection, notes }: Delivery,
  row: ImportRecord | undefined,
  progress: Progress,
  refusals: Refusal[],
): object {
  const files = inspection.reports.map(({ sent, format, cases, cut }): FileReceipt => {
    const refused = refusals.filter(({ file }) => file === sent.name).length
    return { name: sent.name, format: format.name, cases, stored: cases - refused, refused, problem: cut }
  })
  const cells = { ...row, ...progressCells(progress), state: 'stored', files: JSON.stringify(files), wanted_files: [] }
  return { data: renderResource(imports, { ...cells, id: 0 }), meta: { refusals, notes: notes.list } }
}
