import { hash } from 'node:crypto'

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
