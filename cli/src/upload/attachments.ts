import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readlink, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { attachment, type FileObject } from '@assay/sdk'
import { CliError } from '../cli-error.ts'

/** A file to send with a run. */
export interface AttachmentFile {
  path: string
  filename: string
  size: number
}

/** What may be sent, and where it is looked for. */
export interface AttachmentRoot {
  /** Nothing outside this folder is ever sent. No symbolic link in it. */
  folder: string
  /** `--attach-root` was given: files are looked for in it, too. */
  given: boolean
}

export interface AttachmentOptions {
  /** Folders of the reports, one of which names the file. */
  reportDirectories: readonly string[]
  root: AttachmentRoot
}

// Base64 and JSON around it must stay below the server's default body limit of 100 MiB.
const LARGEST = 64 * 1024 * 1024
const TOO_LARGE = 'larger than 64 MiB'
const NO_FILE = 'no such file'
const SEVERAL = 'beside several reports there are files of this name; upload their folder as a whole'
// No system has longer paths, and a report must not make us look for a file in thousands of places.
const LONGEST_PATH = 4096
const MOST_ENDS = 40

/** The folder that `--attach-root` names, else the working directory, with its links resolved. */
export async function openAttachmentRoot(given: string | undefined): Promise<AttachmentRoot> {
  const folder = await realpath(given ?? process.cwd()).catch(() => null)
  const found = folder === null ? null : await stat(folder).catch(() => null)
  if (folder === null || !found?.isDirectory()) throw new CliError(`--attach-root: there is no folder "${given}"`)
  return { folder, given: given !== undefined }
}

/** Where a path from a report of a folder may be on this machine, best guess first. */
export function candidatePaths(
  mentioned: string,
  { reportDirectory, root }: { reportDirectory: string; root: AttachmentRoot },
): string[] {
  const given = mentioned.startsWith('file://') ? filePathOf(mentioned) : mentioned
  const spellings = given.includes('\\') && path.sep === '/' ? [given, given.replaceAll('\\', '/')] : [given]
  const candidates: string[] = []
  for (const spelling of spellings) {
    candidates.push(path.resolve(spelling), path.resolve(reportDirectory, spelling))
    if (!root.given) continue
    // The file was somewhere else on the CI machine: try ever shorter ends of its path.
    const parts = spelling.split('/').filter((part) => part !== '' && part !== '.' && part !== '..')
    const ends = parts.slice(-MOST_ENDS)
    for (let i = 0; i < ends.length; i++) candidates.push(path.resolve(root.folder, ...ends.slice(i)))
  }
  return [...new Set(candidates)]
}

function filePathOf(url: string): string {
  try {
    return fileURLToPath(url)
  } catch {
    return url
  }
}

/** Whether a file lies in a folder, or is it. Both without links. */
export function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file)
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative)
}

const outside = ({ given }: AttachmentRoot) =>
  given ? 'outside --attach-root' : 'outside the working directory; --attach-root <dir> allows another one'

/** Finds the file that a report of one folder mentions, or says why it cannot be sent. */
async function findFrom(
  reportDirectory: string,
  mentioned: string,
  root: AttachmentRoot,
): Promise<AttachmentFile | { missing: string }> {
  let missing = NO_FILE
  for (const candidate of candidatePaths(mentioned, { reportDirectory, root })) {
    // Where a link leads to is what would be sent.
    const real = await realpath(candidate).catch(() => null)
    const found = real === null ? null : await stat(real).catch(() => null)
    if (real === null || !found?.isFile()) continue
    if (!isInside(real, root.folder)) missing = outside(root)
    else if (found.size > LARGEST) return { missing: TOO_LARGE }
    else return { path: real, filename: path.basename(candidate), size: found.size }
  }
  return { missing }
}

/**
 * Finds the file that a report mentions, or says why it cannot be sent. Which report it was is not known: where the
 * folders of two have different files of that name, none is taken for the other.
 */
export async function findAttachment(
  mentioned: string,
  { reportDirectories, root }: AttachmentOptions,
): Promise<AttachmentFile | { missing: string }> {
  if (mentioned.length > LONGEST_PATH) return { missing: 'no path is that long' }
  let found: AttachmentFile | undefined
  let missing = NO_FILE
  for (const directory of reportDirectories) {
    const next = await findFrom(directory, mentioned, root)
    if ('missing' in next) missing = next.missing === NO_FILE ? missing : next.missing
    else if (found !== undefined && found.path !== next.path) return { missing: SEVERAL }
    else found = next
  }
  return found ?? { missing }
}

/** Where the file behind a descriptor is now. */
function placeOf(handle: FileHandle, opened: string): Promise<string> {
  return process.platform === 'linux' ? readlink(`/proc/self/fd/${handle.fd}`) : realpath(opened)
}

/** Whether what was opened is still the file at a place within the folder: links may have changed since we looked. */
async function isStillInside(handle: FileHandle, opened: string, folder: string): Promise<boolean> {
  const place = await placeOf(handle, opened)
  if (!isInside(place, folder)) return false
  const [ours, theirs] = [await handle.stat(), await lstat(place)]
  return ours.isFile() && ours.dev === theirs.dev && ours.ino === theirs.ino
}

/** The bytes of a file, but no more than may be sent: it may have grown. */
async function readBounded(handle: FileHandle): Promise<Buffer | null> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of handle.createReadStream({ autoClose: false })) {
    size += part.length
    if (size > LARGEST) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** The wire form of a file, or why it cannot be sent after all; read only when its request is built. */
export async function encodeAttachment(
  file: AttachmentFile,
  root: AttachmentRoot,
): Promise<FileObject | { missing: string }> {
  let handle: FileHandle | undefined
  try {
    // A pipe in its place would wait for somebody to write.
    handle = await open(file.path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    if (!(await isStillInside(handle, file.path, root.folder))) return { missing: outside(root) }
    const bytes = await readBounded(handle)
    return bytes === null ? { missing: TOO_LARGE } : await attachment(file.filename, bytes)
  } catch {
    return { missing: 'not readable any more' }
  } finally {
    await handle?.close()
  }
}
