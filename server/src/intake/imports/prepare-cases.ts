import { MAX_TOLD } from '../../core/limits.ts'
import { createAttachmentStore, createFinder } from './attachments.ts'
import type { PreparedCase } from './batch.ts'
import type { Delivery } from './delivery.ts'
import { namesOfOthers } from './inspect.ts'
import type { PreparedRun } from './prepare-run.ts'
import { readingOf } from './read-cases.ts'
import { read } from './reading-threads.ts'

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
  let left = skip
  for (const { sent, format, cases } of inspection.reports) {
    const skipped = Math.min(left, cases)
    left -= skipped
    const reading = readingOf(sent, format, { timezone: parameters.timezone, identity, skip: skipped })
    for await (const some of read('cases', reading)) {
      for (const each of some) {
        const prepared: PreparedCase = {
          ...each,
          format: format.name,
          report: sent.name,
          runs: await withFiles(each.runs, sent.name, storeAttachments),
          owner: each.identity.file === '' ? null : owners(each.identity.file),
        }
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

/** Runs with their attachments stored; those that the import does not hold are wanted. */
async function withFiles(
  runs: readonly PreparedRun[],
  report: string,
  store: ReturnType<typeof createAttachmentStore> | undefined,
): Promise<PreparedCase['runs']> {
  const complete: PreparedCase['runs'] = []
  for (const run of runs) {
    const isPlain = run.attachments.length === 0 || store === undefined
    const { files, wanted } = isPlain ? { files: [], wanted: [] } : await store(run.attachments, report)
    complete.push({ ...run, stored: files, wanted })
  }
  return complete
}
