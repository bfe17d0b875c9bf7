import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, stat, unlink, utimes } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { sha256 } from '../core/hash.ts'
import type { BlobStore } from './blob-store.ts'

const HOUR = 3_600_000

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders; NTFS journals renames itself.
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** For work on a file that another server may just have swept: then it answers undefined. */
function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

/** Makes a file as young as one just stored; false when it is gone. */
async function takeUp(path: string): Promise<boolean> {
  const now = new Date()
  return (await utimes(path, now, now).then(() => true, unlessGone)) === true
}

/** What a sweep has set aside, until it is sure. */
const ASIDE = '.swept'

/**
 * Removes a file unless somebody has taken it up since its age was looked at: aside it cannot be taken up any more, so
 * its age there is the last word. Other servers may share the folder. Answers whether it is gone.
 */
async function removeOld(path: string, now: number): Promise<boolean> {
  const aside = `${path}${ASIDE}`
  await rename(path, aside)
  if (now - (await stat(aside)).mtimeMs < HOUR) {
    await rename(aside, path)
    return false
  }
  await unlink(aside)
  return true
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
    if (known?.size === bytes.length && (await takeUp(path))) return
    await mkdir(dirname(path), { recursive: true })
    const temporary = `${path}.${randomUUID()}.part`
    const handle = await open(temporary, 'wx')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
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
      const known = await stat(path).catch(() => undefined)
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
          const hash = file.name.replace(ASIDE, '')
          const isKept = !file.name.endsWith('.part') && (await isReferenced(accountId, hash))
          // Set aside by a sweep that was killed before it was sure.
          if (hash !== file.name) await (isKept ? rename(path, join(file.parentPath, hash)) : unlink(path))
          else if (!isKept && (await removeOld(path, now))) removed++
        }).catch(unlessGone)
      }
      return removed
    },
  }
}
