import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { createTarDecoder } from 'modern-tar'
import { open as openZip, type ZipFile } from 'yauzl'
import { cleanText } from '../../core/text.ts'
import type { FileOnDisk } from '../../storage/blob-store.ts'
import type { DecodedLimit } from '../../storage/decoded-limit.ts'
import type { Spool } from '../../storage/spool.ts'

/** A file of an import, unpacked, by its name within the import. */
export interface SentFile {
  name: string
  file: FileOnDisk
}

/** What could not be taken from an import, and why. */
export interface LeftOut {
  name: string
  problem: string
}

interface Unpacking {
  spool: Spool
  limit: DecodedLimit
  /** Entries that are left before the limit of entries. */
  entries: { left: number }
  leftOut: LeftOut[]
}

/** Bytes at the start of a file that say what it is. */
const MAGIC_BYTES = 512

type Container = 'zip' | 'gzip' | 'zstd' | 'tar'

async function containerOf(path: string): Promise<Container | undefined> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAGIC_BYTES), 0, MAGIC_BYTES, 0)
    const head = buffer.subarray(0, bytesRead)
    const startsWith = (...bytes: number[]) => bytes.every((byte, index) => head[index] === byte)
    if (startsWith(0x50, 0x4b, 3, 4) || startsWith(0x50, 0x4b, 5, 6)) return 'zip'
    if (startsWith(0x1f, 0x8b)) return 'gzip'
    if (startsWith(0x28, 0xb5, 0x2f, 0xfd)) return 'zstd'
    return head.toString('latin1', 257, 262) === 'ustar' ? 'tar' : undefined
  } finally {
    await handle.close()
  }
}

/** The name of an entry within the import; undefined for one that leads out of it. */
function entryName(sent: string): string | undefined {
  const name = cleanText(sent).replaceAll('\\', '/')
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name) || parts.includes('..') || parts.length === 0) return undefined
  return parts.join('/')
}

/** Takes bytes to disk, counted against the limit. What ends early is kept as far as it goes, and named. */
async function keep(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  { spool, limit, leftOut }: Unpacking,
): Promise<SentFile> {
  const writer = await spool.start()
  const source = bytes[Symbol.asyncIterator]()
  for (;;) {
    let next: IteratorResult<Uint8Array>
    try {
      next = await source.next()
    } catch (error) {
      leftOut.push({ name, problem: `it cannot be unpacked to its end: ${(error as Error).message}` })
      break
    }
    if (next.done) break
    limit.add(next.value.length)
    await writer.write(Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength))
  }
  return { name, file: await writer.end() }
}

/** Whether another entry may be taken; the first that may not is named. */
function takeEntry(name: string, { entries, leftOut }: Unpacking): boolean {
  entries.left--
  if (entries.left === -1) {
    leftOut.push({ name, problem: 'an import has too many files: this one and those behind it were not read' })
  }
  return entries.left >= 0
}

async function* zipEntries(path: string, unpacking: Unpacking, archive: string): AsyncGenerator<SentFile> {
  let zip: ZipFile | undefined
  try {
    zip = await new Promise<ZipFile>((resolve, reject) => {
      const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true }
      openZip(path, options, (error, opened) => (error ? reject(error) : resolve(opened)))
    })
    for await (const entry of zip.eachEntry()) {
      // Read by us: the library would give the whole archive up for one name that leads out of it.
      const sent = Buffer.from(entry.fileNameRaw).toString('utf8')
      if (sent.endsWith('/')) continue
      if (!takeEntry(sent, unpacking)) return
      const name = entryName(sent)
      // The kind of file lies in the high bits of what Unix wrote.
      const isLink = ((entry.externalFileAttributes >>> 16) & 0xf000) === 0xa000
      if (name === undefined || isLink) {
        unpacking.leftOut.push({ name: sent, problem: 'a link, or a name that leads out of the archive' })
        continue
      }
      if (entry.isEncrypted()) {
        unpacking.leftOut.push({ name, problem: 'it is encrypted' })
        continue
      }
      yield await keep(name, await zip.openReadStreamPromise(entry), unpacking)
    }
  } catch (error) {
    if ((error as { status?: number }).status !== undefined) throw error
    unpacking.leftOut.push({ name: archive, problem: `the zip archive is damaged: ${(error as Error).message}` })
  } finally {
    zip?.close()
  }
}

async function* tarEntries(
  bytes: AsyncIterable<Uint8Array>,
  unpacking: Unpacking,
  archive: string,
): AsyncGenerator<SentFile> {
  try {
    const entries = Readable.toWeb(Readable.from(bytes)).pipeThrough(createTarDecoder() as never) as ReadableStream<{
      header: { name: string; type?: string }
      body: ReadableStream<Uint8Array>
    }>
    for await (const { header, body } of entries) {
      const name = entryName(header.name)
      if (header.type !== undefined && header.type !== 'file') {
        await body.cancel()
        if (header.type !== 'directory') unpacking.leftOut.push({ name: header.name, problem: 'it is no plain file' })
        continue
      }
      if (!takeEntry(header.name, unpacking)) return
      if (name === undefined) {
        await body.cancel()
        unpacking.leftOut.push({ name: header.name, problem: 'a name that leads out of the archive' })
        continue
      }
      yield await keep(name, body, unpacking)
    }
  } catch (error) {
    if ((error as { status?: number }).status !== undefined) throw error
    unpacking.leftOut.push({ name: archive, problem: `the tar archive is damaged: ${(error as Error).message}` })
  }
}

/** The bytes that a compressed file holds. */
function inflated(path: string, kind: 'gzip' | 'zstd'): Readable {
  const decoder = kind === 'gzip' ? createGunzip() : createZstdDecompress()
  pipeline(createReadStream(path), decoder, () => {})
  return decoder
}

/**
 * The files that a sent one holds: those of a zip or tar archive, what a gzip or zstd file becomes, else itself. An
 * archive within an archive is a file like any other. Throws 413 over the limit.
 */
export async function* unpack(sent: SentFile, unpacking: Unpacking): AsyncGenerator<SentFile> {
  const { name, file } = sent
  const kind = await containerOf(file.path)
  if (kind === 'zip') yield* zipEntries(file.path, unpacking, name)
  else if (kind === 'tar') yield* tarEntries(createReadStream(file.path), unpacking, name)
  else if (kind === 'gzip' || kind === 'zstd') {
    const plain = await keep(name.replace(/\.(?:gz|gzip|zst|zstd)$/i, ''), inflated(file.path, kind), unpacking)
    const inner = await containerOf(plain.file.path)
    if (inner === 'tar' || name.toLowerCase().endsWith('.tgz')) {
      yield* tarEntries(createReadStream(plain.file.path), unpacking, name)
    } else yield plain
  } else if (takeEntry(name, unpacking)) yield sent
}
