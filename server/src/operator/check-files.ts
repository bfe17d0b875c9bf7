import { createHash } from 'node:crypto'
import type { Reader } from '../db/handle.ts'
import { sweepAttachments } from '../resources/attachments/attachments.store.ts'
import type { BlobStore } from '../storage/blob-store.ts'
import type { Finding } from './finding.ts'

const BATCH = 500

/** What is wrong with a file; undefined when it holds what it should. */
async function problemOf(blobs: BlobStore, accountId: number, { hash, size }: { hash: string; size: number }) {
  const stream = await blobs.open(accountId, hash)
  if (stream === undefined) return 'its file is missing'
  const digest = createHash('sha256')
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    digest.update(chunk)
    bytes += chunk.length
  }
  if (bytes !== size) return `its file has ${bytes} bytes, must have ${size}`
  return digest.digest('hex') === hash ? undefined : 'the contents of its file were changed'
}

/** Whether every file of a project's attachments is there and holds what was uploaded. */
export async function* checkFiles(
  { db }: Pick<Reader, 'db'>,
  blobs: BlobStore,
  { projectId, accountId }: { projectId: number; accountId: number },
): AsyncGenerator<Finding> {
  for (let after = { hash: '', id: 0 }; ; ) {
    const rows = await db
      .selectFrom('attachments')
      .select(['hash', 'size', 'id', 'name'])
      .where('project_id', '=', projectId)
      .where(({ eb, refTuple, tuple }) => eb(refTuple('hash', 'id'), '>', tuple(after.hash, after.id)))
      .orderBy('hash')
      .orderBy('id')
      .limit(BATCH)
      .execute()
    for (const row of rows) {
      const problem = await problemOf(blobs, accountId, row)
      if (problem) yield { text: `project ${projectId}, attachment ${row.id} "${row.name}": ${problem} (${row.hash})` }
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < BATCH) return
    after = last
  }
}

/** How many files older than an hour nothing refers to: a server that runs removes them within the next. */
export async function countOrphans(reader: Reader, blobs: BlobStore, now: number): Promise<number> {
  let orphans = 0
  const counting: BlobStore = {
    ...blobs,
    // Everything is said to be in use, so that the sweep only looks.
    sweep: (isReferenced, at) =>
      blobs.sweep(async (accountId, hash) => {
        if (!(await isReferenced(accountId, hash))) orphans++
        return true
      }, at),
  }
  await sweepAttachments(reader, counting, now)
  return orphans
}
