import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, stat, unlink, utimes } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { sha256 } from '../core/hash.ts'
import type { BlobStore } from './blob-store.ts'

const HOUR = 3_600_000

/** Makes names that were given or taken in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders; NTFS journals renames itself.
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Keeps attachments as files below `location`: `<account>/<first two hex digits>/<sha256>`. */
export function createDiskBlobStore(location: string): BlobStore {
  const folder = resolve(location)
  /** Hashes being stored or removed right now, so that a sweep never takes a file that an upload relies on. */
  const busy = new Map<string, Promise<unknown>>()
  const pathOf = (accountId: number, hash: string) => join(folder, String(accountId), hash.slice(0, 2), hash)

  async function alone<T>(path: string, work: () => Promise<T>): Promise<T> {
    const before = busy.get(path)
    const mine = (before ?? Promise.resolve()).then(work, work)
    busy.set(path, mine)
    try {
      return await mine
    } finally {
      if (busy.get(path) === mine) busy.delete(path)
    }
  }

  async function write(path: string, bytes: Buffer): Promise<void> {
    const known = await stat(path).catch(() => undefined)
    if (known?.size === bytes.length) {
      const now = new Date()
      await utimes(path, now, now)
      return
    }
    await mkdir(dirname(path), { recursive: true })
    const temporary = `${path}.${randomUUID()}.part`
    try {
      const handle = await open(temporary, 'wx')
      try {
        await handle.writeFile(bytes)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(temporary, path)
    } catch (error) {
      // On a full disk half a file would keep the room that others need.
      await unlink(temporary).catch(() => {})
      throw error
    }
    await syncFolder(dirname(path))
  }

  return {
    async put(accountId, bytes) {
      const hash = sha256(bytes)
      const path = pathOf(accountId, hash)
      await alone(path, () => write(path, bytes))
      return hash
    },
    async open(accountId, hash) {
      const path = pathOf(accountId, hash)
      const known = await stat(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      return known?.isFile() ? createReadStream(path) : undefined
    },
    async sweep(isReferenced, now) {
      let removed = 0
      const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
      for (const file of files) {
        if (!file.isFile()) continue
        const path = join(file.parentPath, file.name)
        const accountId = Number(relative(folder, path).split(sep)[0])
        await alone(path, async () => {
          const { mtimeMs } = await stat(path)
          if (now - mtimeMs < HOUR) return
          if (!file.name.endsWith('.part') && (await isReferenced(accountId, file.name))) return
          await unlink(path)
          removed++
        })
      }
      return removed
    },
  }
}
