import { createHash, randomUUID } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileOnDisk } from './blob-store.ts'
import { lockFolder } from './folder-lock.ts'
import { privateFolder } from './private-files.ts'

const DAY = 86_400_000

/** Files that were taken out of a body, by the names that stand in their place. */
export type TakenFiles = ReadonlyMap<string, FileOnDisk>

export const NO_FILES: TakenFiles = new Map()

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
  /** Keeps the files until the answered function is called, though `drop` came before: their reader is not done. */
  hold(): () => void
  drop(): Promise<void>
}

/**
 * Opens the spool of this process below a folder that processes share. What processes that were killed left there is
 * removed: nobody holds the lock of their folders any more.
 */
export function openSpool(root: string): { forRequest: () => RequestSpool; close(): void } {
  privateFolder(root)
  for (const name of readdirSync(root)) removeLeft(join(root, name))
  const { folder, unlock } = ownFolder(root)
  return {
    forRequest: () => requestSpool(folder),
    close() {
      unlock()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A new folder that is locked; another process that starts just now may take it for left before it is. */
function ownFolder(root: string): { folder: string; unlock: () => void } {
  for (;;) {
    const folder = join(root, randomUUID())
    privateFolder(folder)
    const unlock = attempt(() => lockFolder(folder))
    if (unlock) return { folder, unlock }
  }
}

/** What `run` answers, or undefined where a file is gone that was there a moment ago. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

/** Removes what a process left that is no more. Files right below the root are those of a version before this one. */
function removeLeft(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  const unlock = found.isDirectory() ? attempt(() => lockFolder(path)) : undefined
  unlock?.()
  const isLeft = found.isDirectory() ? unlock !== undefined : Date.now() - found.mtimeMs > DAY
  if (isLeft) attempt(() => rmSync(path, { recursive: true, force: true }))
}

function requestSpool(folder: string): RequestSpool {
  const started: { path: string; close(): Promise<void> }[] = []
  let holds = 0
  let released: (() => void) | undefined
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
    hold() {
      holds++
      return () => {
        holds--
        if (holds === 0) released?.()
      }
    },
    async drop() {
      if (holds > 0) {
        await new Promise<void>((resolve) => {
          released = resolve
        })
      }
      for (const { path, close } of started.splice(0)) {
        await close()
        // A blob store may have taken it.
        await unlink(path).catch(() => {})
      }
    },
  }
}
