import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { open, rename, unlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { syncFolder } from '../storage/disk-blob-store.ts'
import { AdminError } from './admin-error.ts'
import { type DumpLine, decodeLines, encodeLines } from './dump-lines.ts'

/** Writes a dump to a stream that is open already, such as standard output, and leaves it open. */
export async function writeDump(out: Writable, lines: AsyncIterable<DumpLine>, signal?: AbortSignal): Promise<void> {
  await pipeline(encodeLines(lines), out, { end: false, signal })
}

/**
 * Writes a dump to a new file that only its owner may read: under a name of its own first, so that under the wanted one
 * there is never half a dump. Compressed when the name ends with `.gz`. Throws an AdminError when the file exists.
 */
export async function saveDump(path: string, lines: AsyncIterable<DumpLine>, signal?: AbortSignal): Promise<void> {
  const wanted = resolve(path)
  if (existsSync(wanted)) throw new AdminError(`There is a file ${path} already; name another, or move it away.`)
  const temporary = `${wanted}.${randomUUID()}.part`
  // Asked for first: a folder that is not there is found before the database is read.
  const handle = await open(temporary, 'wx', 0o600).catch((error: Error) => {
    throw new AdminError(`Cannot write ${path}: ${error.message}`)
  })
  try {
    const out = createWriteStream(temporary, { fd: handle, flush: true })
    if (wanted.endsWith('.gz')) await pipeline(encodeLines(lines), createGzip(), out, { signal })
    else await pipeline(encodeLines(lines), out, { signal })
    await rename(temporary, wanted)
    await syncFolder(dirname(wanted))
  } catch (error) {
    await unlink(temporary).catch(() => {})
    throw error
  }
}

async function isCompressed(path: string): Promise<boolean> {
  const handle = await open(path).catch((error: Error) => {
    throw new AdminError(`Cannot read ${path}: ${error.message}`)
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await handle.close()
  }
}

/** The lines of a dump in a file, compressed or not. Throws an AdminError when it cannot be read or is not whole. */
export async function* readDump(path: string): AsyncGenerator<DumpLine> {
  const compressed = await isCompressed(path)
  const file = createReadStream(path)
  if (!compressed) {
    yield* decodeLines(file)
    return
  }
  const plain = createGunzip()
  file.on('error', (error) => plain.destroy(error)).pipe(plain)
  try {
    yield* decodeLines(plain)
  } catch (error) {
    if (!/^(Z_|ERR_)/.test((error as { code?: string }).code ?? '')) throw error
    throw new AdminError(`The file is damaged or cut short: ${(error as Error).message}`)
  } finally {
    file.destroy()
  }
}
