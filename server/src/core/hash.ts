import { createHash } from 'node:crypto'

/**
 * A 48-bit integer hash of a text, for look-ups by exact value: names may be longer than a PostgreSQL B-tree entry
 * holds, so indexes carry the hash and queries compare the whole text too.
 */
export function textHash(text: string): number {
  return createHash('sha1').update(text).digest().readUIntBE(0, 6)
}

/** SHA-256 as 64 hex digits. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
