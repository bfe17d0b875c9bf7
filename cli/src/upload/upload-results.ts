import type { AssayClient } from '@assay/sdk'
import { emptyNotes, type ReadNotes, type ResultCase } from '../formats/results-model.ts'
import type { AttachmentRoot } from './attachments.ts'
import { identityKey } from './identity.ts'
import { createKeyLocks } from './key-locks.ts'
import { createPlan, type RepeatRule, type UploadPlan } from './plan-upload.ts'
import type { ReportFile } from './report-files.ts'
import { uploadGroup } from './upload-group.ts'
import type { PendingCase, UploadState } from './upload-state.ts'
import { emptySummary, type UploadSummary } from './upload-summary.ts'
import { openTarget, type TargetOptions } from './upload-target.ts'

const MOST_CASES = 100
const MOST_CHARACTERS = 4_000_000

export interface UploadOptions extends TargetOptions {
  files: ReportFile[]
  /** Reads one report; `notes` is filled while reading. */
  read: (file: ReportFile, notes: ReadNotes) => AsyncIterable<ResultCase>
  /** What `notes.recognised === false` means, for people: "not a JUnit report". */
  unrecognised: string
  repeats: RepeatRule
  skippedMakesRun: boolean
  /** `null`: attachments are not sent. */
  attachRoot: AttachmentRoot | null
  /** Requests under way at once. */
  concurrency: number
  onProgress?: (done: number, total: number) => void
}

interface PlannedFile {
  file: ReportFile
  /** Number of its first case in the upload. */
  first: number
}

/**
 * Uploads reports in two passes: the first only plans (names, repeats), the second sends. A third, over the few files
 * that need it, sends the failing runs that must come last.
 */
export async function uploadResults(client: AssayClient, options: UploadOptions): Promise<UploadSummary> {
  const summary = emptySummary()
  const plan = createPlan(options)
  const files = await planFiles(options, plan, summary)
  if (files.length === 0) return summary

  const target = await openTarget(client, options)
  const { projectId, projectName, setId, setName, setCreated, url } = target
  summary.project = { id: projectId, name: projectName }
  summary.set = { id: setId, name: setName, created: setCreated, url }
  const state: UploadState = {
    project: client.project(projectId),
    target,
    summary,
    skippedMakesRun: options.skippedMakesRun,
    attachRoot: options.attachRoot,
    instances: new Map(),
    ambiguous: new Set(),
    testLocks: createKeyLocks(),
    fatal: null,
    strikes: 0,
  }
  const sender = createSender(state, options.concurrency, () => options.onProgress?.(summary.read, plan.total()))
  const deferred = await sendFiles(files, options, plan, sender)
  await sender.drain()
  if (deferred.size > 0) {
    await sendFiles(files, options, plan, sender, deferred)
    await sender.drain()
  }
  summary.ambiguousNames = state.ambiguous.size
  checkFigures(summary, plan.total())
  return summary
}

/** First pass. Returns the files that hold results; the others are in the summary already. */
async function planFiles(options: UploadOptions, plan: UploadPlan, summary: UploadSummary): Promise<PlannedFile[]> {
  const planned: PlannedFile[] = []
  for (const file of options.files) {
    const first = plan.total()
    const notes = emptyNotes()
    let failure: string | null = null
    try {
      for await (const result of options.read(file, notes)) plan.note(result)
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error)
    }
    const results = plan.total() - first
    summary.replacedCharacters += notes.replacedCharacters
    summary.suiteOutputs += notes.suiteOutputs
    summary.deepSuites += notes.deepSuites
    const problem = failure ?? (notes.recognised ? notes.cut : options.unrecognised)
    const state = problem === null ? 'read' : notes.recognised && failure === null ? 'cut' : 'unreadable'
    summary.files.push({ file: file.label, state, results, ...(problem === null ? {} : { reason: problem }) })
    if (notes.recognised) planned.push({ file, first })
  }
  plan.finish()
  return planned
}

/** Second pass, or with `only` the third. Returns the numbers of the cases left for the third. */
async function sendFiles(
  files: PlannedFile[],
  options: UploadOptions,
  plan: UploadPlan,
  sender: Sender,
  only?: Set<number>,
): Promise<Set<number>> {
  const deferred = new Set<number>()
  for (const [index, { file, first }] of files.entries()) {
    const end = files[index + 1]?.first ?? plan.total()
    if (only && !hasNumberIn(only, first, end)) continue
    let ordinal = first
    try {
      for await (const result of options.read(file, emptyNotes())) {
        const number = ordinal++
        if (only && !only.has(number)) continue
        const planned = plan.decide(result, number)
        if (planned.deferred && !only) deferred.add(number)
        else await sender.add({ ...planned, result, file: file.label, reportDirectory: file.directory })
      }
    } catch {
      // The first pass met the same error, read as far and named it.
    }
  }
  return deferred
}

function hasNumberIn(numbers: Set<number>, from: number, to: number): boolean {
  for (const number of numbers) if (number >= from && number < to) return true
  return false
}

interface Sender {
  add: (pending: PendingCase) => Promise<void>
  drain: () => Promise<void>
}

/** Collects cases into groups and keeps a few groups under way, never two with the same test. */
function createSender(state: UploadState, concurrency: number, onDone: () => void): Sender {
  const locks = createKeyLocks<string>()
  const underWay = new Set<Promise<void>>()
  let group: PendingCase[] = []
  let characters = 0

  async function flush(): Promise<void> {
    if (group.length === 0) return
    const cases = group
    group = []
    characters = 0
    const keys = cases.map((pending) => identityKey(pending.identity)).filter((key) => key !== '')
    const task = locks(keys, () => uploadGroup(state, cases)).then(() => {
      underWay.delete(task)
      onDone()
    })
    underWay.add(task)
    while (underWay.size >= concurrency) await Promise.race(underWay)
  }

  async function add(pending: PendingCase): Promise<void> {
    group.push(pending)
    characters += sizeOf(pending.result)
    if (group.length >= MOST_CASES || characters >= MOST_CHARACTERS) await flush()
  }

  async function drain(): Promise<void> {
    await flush()
    await Promise.all(underWay)
  }

  return { add, drain }
}

function sizeOf(result: ResultCase): number {
  let size = 0
  for (const { message, details, output } of result.attempts) {
    size += (message?.length ?? 0) + (details?.length ?? 0) + (output?.length ?? 0)
  }
  return size
}

function checkFigures(summary: UploadSummary, planned: number): void {
  const accounted = summary.stored + summary.refused.length
  if (summary.read !== accounted) {
    summary.problems.push(`${summary.read} results were read, but ${accounted} are accounted for`)
  }
  if (summary.read !== planned) {
    summary.problems.push(`${planned} results were found at first, then ${summary.read}: a report changed meanwhile`)
  }
}
