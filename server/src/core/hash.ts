import { createHash, hash } from 'node:crypto'
import { createPause } from './pause.ts'

/**
 * A 48-bit integer hash of a text, for look-ups by exact value: names may be longer than a PostgreSQL B-tree entry
 * holds, so indexes carry the hash and queries compare the whole text too.
 */
export function textHash(text: string): number {
  return Number.parseInt(hash('sha1', text, 'hex').slice(0, 12), 16)
}

/** SHA-256 as 64 hex digits. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex')
}

const PART = 1024 * 1024

/** As `sha256`, of bytes that may be many: others have their turn meanwhile. */
export async function sha256InParts(bytes: Uint8Array): Promise<string> {
  if (bytes.length <= PART) return sha256(bytes)
  const pause = createPause()
  const digest = createHash('sha256')
  for (let from = 0; from < bytes.length; from += PART) {
    digest.update(bytes.subarray(from, from + PART))
    await pause()
  }
  return digest.digest('hex')
}
