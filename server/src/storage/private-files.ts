import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs'

/** What is the matter with modes that we may not change: the file is somebody else's. */
const NOT_OURS = new Set(['EPERM', 'EROFS', 'ENOENT'])

/** Takes every right of others off a file or folder of ours; whether nobody else has one now. */
function makePrivate(path: string, mode: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  // Windows keeps rights elsewhere.
  if (found === undefined || process.platform === 'win32' || (found.mode & 0o077) === 0) return true
  try {
    chmodSync(path, mode)
    return true
  } catch (error) {
    if (!NOT_OURS.has((error as { code?: string }).code ?? '')) throw error
    return false
  }
}

/** Makes a folder that only its owner may enter, of one that exists too; false when it is not ours to close. */
export function privateFolder(path: string): boolean {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return makePrivate(path, 0o700)
}

/** Makes a file that only its owner may read, of one that exists too; it keeps its bytes. */
export function privateFile(path: string): boolean {
  closeSync(openSync(path, 'a', 0o600))
  return makePrivate(path, 0o600)
}
