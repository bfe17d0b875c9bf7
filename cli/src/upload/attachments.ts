import { readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { attachment, type FileObject } from '@assay/sdk'

/** A file to send with a run. */
export interface AttachmentFile {
  path: string
  filename: string
  size: number
}

export interface AttachmentOptions {
  /** Folder of the report. */
  reportDirectory: string
  /** `--attach-root`: searched last, and nothing outside it is ever sent. */
  root: string | null
}

// Base64 and JSON around it must stay below the server's default body limit of 100 MiB.
const LARGEST = 64 * 1024 * 1024

/** Where a path from a report may be on this machine, best guess first. */
export function candidatePaths(mentioned: string, { reportDirectory, root }: AttachmentOptions): string[] {
  const given = mentioned.startsWith('file://') ? filePathOf(mentioned) : mentioned
  const spellings = given.includes('\\') && path.sep === '/' ? [given, given.replaceAll('\\', '/')] : [given]
  const candidates: string[] = []
  for (const spelling of spellings) {
    candidates.push(path.resolve(spelling), path.resolve(reportDirectory, spelling))
    if (root === null) continue
    // The file was somewhere else on the CI machine: try ever shorter ends of its path.
    const parts = spelling.split('/').filter((part) => part !== '' && part !== '.' && part !== '..')
    for (let i = 0; i < parts.length; i++) candidates.push(path.resolve(root, ...parts.slice(i)))
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

async function isInside(file: string, root: string): Promise<boolean> {
  const relative = path.relative(await realpath(root), await realpath(file))
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative)
}

/** Finds the file a report mentions, or says why it cannot be sent. */
export async function findAttachment(
  mentioned: string,
  options: AttachmentOptions,
): Promise<AttachmentFile | { missing: string }> {
  let outside = false
  for (const candidate of candidatePaths(mentioned, options)) {
    const found = await stat(candidate).catch(() => null)
    if (!found?.isFile()) continue
    if (options.root !== null && !(await isInside(candidate, options.root))) {
      outside = true
      continue
    }
    if (found.size > LARGEST) return { missing: 'larger than 64 MiB' }
    return { path: candidate, filename: path.basename(candidate), size: found.size }
  }
  return { missing: outside ? 'outside --attach-root' : 'no such file' }
}

/** The wire form of a file; read only when its request is built. */
export async function encodeAttachment(file: AttachmentFile): Promise<FileObject> {
  return attachment(file.filename, await readFile(file.path))
}
