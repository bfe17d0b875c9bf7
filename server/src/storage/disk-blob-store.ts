import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, open, readdir, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { sha256InParts } from '../core/hash.ts'
import { type BlobStore, createKeyedQueue, GRACE } from './blob-store.ts'

async function sync(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes names that were given or taken in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders; NTFS journals renames itself.
  if (process.platform !== 'win32') await sync(path, 'r')
}

/** Renames a file, also on to another disk. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    await copyFile(from, to)
    await unlink(from)
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
  if (now - (await stat(aside)).mtimeMs < GRACE) {
    await rename(aside, path)
    return false
  }
  await unlink(aside)
  return true
}

/** Keeps attachments as files below `location`: `<account>/<first two hex digits>/<sha256>`. */
export function createDiskBlobStore(location: string): BlobStore {
  const folder = resolve(location)
  const alone = createKeyedQueue()
  const pathOf = (accountId: number, hash: string) => join(folder, String(accountId), hash.slice(0, 2), hash)

  /** `fill` puts the bytes under a name that is not yet the final one. */
  async function write(path: string, size: number, fill: (temporary: string) => Promise<void>): Promise<void> {
    const known = await stat(path).catch(() => undefined)
    if (known?.size === size && (await takeUp(path))) return
    await mkdir(dirname(path), { recursive: true })
    const temporary = `${path}.${randomUUID()}.part`
    try {
      await fill(temporary)
      await sync(temporary, 'r+')
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
      const hash = await sha256InParts(bytes)
      const path = pathOf(accountId, hash)
      await alone(path, () => write(path, bytes.length, (temporary) => writeFile(temporary, bytes, { flag: 'wx' })))
      return hash
    },
    async putFile(accountId, file) {
      const path = pathOf(accountId, file.hash)
      await alone(path, () => write(path, file.size, (temporary) => move(file.path, temporary)))
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
          if (now - mtimeMs < GRACE) return
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
