import { MAX_TOLD } from '../../core/limits.ts'
import { createPause } from '../../core/pause.ts'
import { type Identity, identify } from '../matching/identity.ts'
import type { Case } from '../readers/model.ts'
import { createAttachmentStore, createFinder } from './attachments.ts'
import type { PreparedCase } from './batch.ts'
import type { Owners } from './codeowners.ts'
import type { Delivery } from './delivery.ts'
import { namesOfOthers } from './inspect.ts'
import { prepareRun } from './prepare-run.ts'
import { type Findings, readReport } from './read-report.ts'

/** Cases of one transaction, and characters of their texts. */
const BATCH = { cases: 1000, characters: 8 * 1024 * 1024 }

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

/** Reads the reports again and yields their cases in batches, prepared; those before `skip` are passed over. */
export async function* batchesOf(delivery: Delivery, skip: number): AsyncGenerator<PreparedCase[]> {
  const { context, inspection, parameters, identity, owners, notes } = delivery
  const finder = createFinder(inspection.others)
  const storeAttachments = parameters.dryRun ? undefined : createAttachmentStore(context, finder, notes.add)
  let batch: PreparedCase[] = []
  let characters = 0
  let passed = 0
  // A failure takes long to read.
  const pause = createPause()
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
        await pause()
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
  const unread = await namesOfOthers(unused, MAX_TOLD.notes, ' is no result file that Assay knows')
  for (const line of unread) notes.add(`${line}, and no report refers to it`)
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
