import { AssayError, type FileObject } from '@assay/sdk'
import { isFailing, verdictOf } from '../formats/results-model.ts'
import { type AttachmentFile, type AttachmentRoot, encodeAttachment, findAttachment } from './attachments.ts'
import { identityKey, shortName } from './identity.ts'
import { resolveInstances } from './resolve-instances.ts'
import { resolveTests } from './resolve-tests.ts'
import { type RunBody, runBody, runSize } from './run-body.ts'
import { sendIsolating } from './send-isolating.ts'
import type { PendingCase, UploadState } from './upload-state.ts'

const MOST_RUNS = 100
const MOST_BYTES = 7_500_000

interface PendingRun {
  owner: PendingCase
  body: RunBody
  files: AttachmentFile[]
  size: number
}

/** Stores a group of at most 100 cases: tests, instances, runs. Never throws; what failed is in the summary. */
export async function uploadGroup(state: UploadState, group: PendingCase[]): Promise<void> {
  const open = new Map<PendingCase, number>()
  for (const pending of group) open.set(pending, 0)
  const refuse = (pending: PendingCase, reason: string) => {
    if (!open.delete(pending)) return
    const { file, result } = pending
    state.summary.refused.push({ file, line: result.line, name: shortName(result), reason })
  }
  state.summary.read += group.length
  if (state.fatal !== null) {
    for (const pending of group) refuse(pending, state.fatal)
    return
  }
  try {
    for (const pending of group) if (pending.identity.kind === 'invalid') refuse(pending, pending.identity.reason)
    if (open.size > 0) await storeGroup(state, open, refuse)
    state.strikes = 0
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (endsUpload(state, error)) state.fatal ??= `not sent, after: ${message}`
    for (const pending of [...open.keys()]) refuse(pending, `not stored: ${message}`)
  }
}

/** Whether going on is pointless after this error. A server that fails on single requests gets three tries. */
function endsUpload(state: UploadState, error: unknown): boolean {
  if (!(error instanceof AssayError) || (error.status < 500 && error.status !== 400)) return true
  state.strikes++
  return state.strikes >= 3
}

async function storeGroup(
  state: UploadState,
  open: Map<PendingCase, number>,
  refuse: (pending: PendingCase, reason: string) => void,
): Promise<void> {
  const identities = [...open.keys()].map((pending) => pending.identity)
  const tests = await resolveTests(state, identities)
  const testIds: number[] = []
  const cases: { pending: PendingCase; testId: number }[] = []
  for (const pending of [...open.keys()]) {
    const found = tests.byKey.get(identityKey(pending.identity)) ?? { refused: 'the server did not find the test' }
    if ('refused' in found) {
      refuse(pending, found.refused)
      continue
    }
    testIds.push(found.value)
    cases.push({ pending, testId: found.value })
  }
  // Two spellings of one test (name and id) may be in two groups at once: its instance is made once, its runs in turn.
  await state.testLocks(testIds, async () => {
    const instances = await resolveInstances(state, testIds, tests.created)
    const runs: PendingRun[] = []
    for (const { pending, testId } of cases) {
      const instance = instances.get(testId) ?? { refused: 'the server did not make an instance' }
      if ('refused' in instance) {
        refuse(pending, instance.refused)
        continue
      }
      const made = await runsOf(state, pending, instance.value)
      if (made.length === 0) acknowledge(state, open, pending)
      else open.set(pending, made.length)
      runs.push(...made)
    }
    for (const chunk of chunks(runs)) await storeRuns(state, chunk, open, refuse)
  })
}

async function runsOf(state: UploadState, pending: PendingCase, instanceId: number): Promise<PendingRun[]> {
  const { result } = pending
  const runs: PendingRun[] = []
  for (const attempt of result.attempts) {
    if (attempt.status === 'skipped' && !state.skippedMakesRun) continue
    const body = runBody(result, attempt, { instanceId, customFields: state.target.runFields })
    if (!state.attachRoot) state.summary.attachments.notRequested += attempt.attachments.length
    const files = state.attachRoot ? await filesOf(state, state.attachRoot, pending, attempt.attachments) : []
    const size = runSize(body) + files.reduce((sum, file) => sum + file.size * 1.34 + 100, 0)
    runs.push({ owner: pending, body, files, size })
  }
  return runs
}

/** The files that an attempt mentions, each once; those that cannot be sent are named. */
async function filesOf(
  { summary }: UploadState,
  root: AttachmentRoot,
  { file, result, reportDirectory }: PendingCase,
  mentions: string[],
): Promise<AttachmentFile[]> {
  const files = new Map<string, AttachmentFile>()
  for (const mentioned of mentions) {
    const found = await findAttachment(mentioned, { reportDirectory, root })
    if (!('missing' in found)) files.set(found.path, found)
    else summary.attachments.missing.push({ file, line: result.line, path: mentioned, reason: found.missing })
  }
  return [...files.values()]
}

function* chunks(runs: PendingRun[]): Generator<PendingRun[]> {
  let chunk: PendingRun[] = []
  let size = 0
  for (const run of runs) {
    if (chunk.length > 0 && (chunk.length === MOST_RUNS || size + run.size > MOST_BYTES)) {
      yield chunk
      chunk = []
      size = 0
    }
    chunk.push(run)
    size += run.size
  }
  if (chunk.length > 0) yield chunk
}

async function storeRuns(
  state: UploadState,
  runs: PendingRun[],
  open: Map<PendingCase, number>,
  refuse: (pending: PendingCase, reason: string) => void,
): Promise<void> {
  const outcomes = await sendIsolating(runs, async (part) => {
    const data: RunBody[] = []
    for (const run of part) data.push(await withFiles(state, run))
    const answer = await state.project.call('createRuns', { body: { data } })
    for (const { files } of data) state.summary.attachments.sent += files?.data.length ?? 0
    return answer.data
  })
  for (const [index, { owner }] of runs.entries()) {
    const outcome = outcomes[index] ?? { refused: 'the server did not acknowledge it' }
    if ('refused' in outcome) {
      refuse(owner, outcome.refused)
      continue
    }
    state.summary.runs++
    const left = open.get(owner)
    if (left === undefined) continue
    if (left > 1) open.set(owner, left - 1)
    else acknowledge(state, open, owner)
  }
}

/** The run with its files read. One that cannot be sent any more is named; the result must not be lost for it. */
async function withFiles({ summary, attachRoot }: UploadState, run: PendingRun): Promise<RunBody> {
  if (attachRoot === null) return run.body
  const data: FileObject[] = []
  for (const file of [...run.files]) {
    const encoded = await encodeAttachment(file, attachRoot)
    if (!('missing' in encoded)) {
      data.push(encoded)
      continue
    }
    run.files.splice(run.files.indexOf(file), 1)
    const { file: report, result } = run.owner
    summary.attachments.missing.push({ file: report, line: result.line, path: file.path, reason: encoded.missing })
  }
  return data.length > 0 ? { ...run.body, files: { data } } : run.body
}

function acknowledge(state: UploadState, open: Map<PendingCase, number>, pending: PendingCase): void {
  open.delete(pending)
  const { summary } = state
  const verdict = verdictOf(pending.result)
  summary.stored++
  if (verdict === 'skipped') summary.skipped++
  else if (pending.superseded) summary.superseded++
  else if (isFailing(verdict)) summary.failed++
  else summary.passed++
  const retried = verdict === 'passed' && pending.result.attempts.some(({ status }) => isFailing(status))
  if (verdict === 'passed' && !pending.superseded && (pending.flaky || retried)) summary.flaky++
}
