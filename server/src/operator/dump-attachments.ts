import type { Snapshot } from '../db/dialects/dialect.ts'
import type { BlobStore } from '../storage/blob-store.ts'
import type { Spool, SpoolWriter } from '../storage/spool.ts'
import type { DumpLine } from './dump-lines.ts'

/** What a dump held, and the files that it should have held. */
export interface DumpSummary {
  rows: number
  files: number
  missing: string[]
}

/** Where files of a dump go, and where they wait until they are whole. */
export interface FileStores {
  blobs: BlobStore
  spool: Spool
}

/** Bytes of a piece: a multiple of three, so that each is base64 without padding. */
const PIECE = 192 * 1024
const BATCH = 500

/** Hashes of the files of a project, each once. */
async function* hashesOf({ db }: Pick<Snapshot, 'db'>, projectId: number): AsyncGenerator<string> {
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('attachments')
      .select('hash')
      .distinct()
      .where('project_id', '=', projectId)
      .where('hash', '>', after)
      .orderBy('hash')
      .limit(BATCH)
      .execute()
    for (const { hash } of rows) yield hash
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.hash
  }
}

async function* piecesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    waiting.push(chunk)
    size += chunk.length
    if (size < PIECE) continue
    const all = Buffer.concat(waiting)
    const whole = size - (size % PIECE)
    for (let from = 0; from < whole; from += PIECE) yield all.subarray(from, from + PIECE)
    waiting = [all.subarray(whole)]
    size -= whole
  }
  if (size > 0) yield Buffer.concat(waiting)
}

/**
 * The files of a project's attachments. The rows were read before: a file is removed an hour after its last row at the
 * earliest, so that each is still there unless that took longer or it was lost.
 */
export async function* attachmentLines(
  snapshot: Pick<Snapshot, 'db'>,
  blobs: BlobStore,
  { projectId, accountId, summary }: { projectId: number; accountId: number; summary: DumpSummary },
): AsyncGenerator<DumpLine> {
  for await (const hash of hashesOf(snapshot, projectId)) {
    const stream = await blobs.open(accountId, hash)
    if (stream === undefined) {
      summary.missing.push(hash)
      yield { missing: hash, account: accountId }
      continue
    }
    const row = await snapshot.db
      .selectFrom('attachments')
      .select('size')
      .where('project_id', '=', projectId)
      .where('hash', '=', hash)
      .limit(1)
      .executeTakeFirstOrThrow()
    summary.files++
    yield { file: hash, account: accountId, size: row.size }
    for await (const piece of piecesOf(stream)) yield { bytes: piece.toString('base64') }
  }
}

/** Puts the pieces of one file after the other into the spool, and stores each when the next line is no piece of it. */
export function createFileReceiver({ blobs, spool }: FileStores, accountOf: (account: number) => number) {
  let open: { hash: string; account: number; writer: SpoolWriter } | undefined
  async function store(): Promise<void> {
    const file = open
    open = undefined
    if (file === undefined) return
    const written = await file.writer.end()
    if (written.hash === file.hash) await blobs.putFile(accountOf(file.account), written)
    else throw new Error(`The contents of the file ${file.hash} in the dump are not its own.`)
  }
  return {
    /** Takes a line; other lines than those of files end the file before. */
    async take(line: DumpLine): Promise<void> {
      if ('bytes' in line) {
        await open?.writer.write(Buffer.from(line.bytes, 'base64'))
        return
      }
      await store()
      if ('file' in line) open = { hash: line.file, account: line.account, writer: await spool.start() }
    },
    /** Stores the last file. */
    end: store,
  }
}
