import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, statSync, unlinkSync } from 'node:fs'
import { open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileOnDisk } from './blob-store.ts'

const DAY = 86_400_000

/** Bytes on their way into a file. */
export interface SpoolWriter {
  write(bytes: Buffer): Promise<void>
  /** Ends the file. */
  end(): Promise<FileOnDisk>
}

/** Where large uploads wait on disk, so that they are never held in memory. */
export interface Spool {
  /** Starts a file; it exists until `drop`, or until a blob store has taken it. */
  start(): Promise<SpoolWriter>
}

/** A spool of one request, whose files are gone when `drop` is called. */
export interface RequestSpool extends Spool {
  drop(): Promise<void>
}

/** Opens the folder of the spool; what a process that was killed left there a day ago is removed. */
export function createSpool(folder: string): () => RequestSpool {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    // Another node may share the folder and have removed it just now.
    if (Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > DAY) unlinkSync(path)
  }
  return () => {
    const started: { path: string; close(): Promise<void> }[] = []
    return {
      async start() {
        const path = join(folder, `${randomUUID()}.part`)
        const handle = await open(path, 'wx')
        let isOpen = true
        const close = async () => {
          if (isOpen) {
            isOpen = false
            await handle.close()
          }
        }
        started.push({ path, close })
        const hash = createHash('sha256')
        let size = 0
        return {
          async write(bytes) {
            hash.update(bytes)
            size += bytes.length
            for (let from = 0; from < bytes.length; ) {
              from += (await handle.write(bytes, from, bytes.length - from)).bytesWritten
            }
          },
          async end() {
            await close()
            return { path, hash: hash.digest('hex'), size }
          },
        }
      },
      async drop() {
        for (const { path, close } of started.splice(0)) {
          await close()
          // A blob store may have taken it.
          await unlink(path).catch(() => {})
        }
      },
    }
  }
}
