import type { Readable } from 'node:stream'

/** Where attachment bytes live, addressed by account and content (SHA-256). One interface, disk first. */
export interface BlobStore {
  /** Stores bytes durably and returns their SHA-256; storing the same content again costs nothing. */
  put(accountId: number, bytes: Buffer): Promise<string>
  /** A stream of the bytes; undefined when there are none under that hash. */
  open(accountId: number, hash: string): Promise<Readable | undefined>
  /**
   * Removes what `isReferenced` denies and nobody stored within the last hour; returns how many. The hour covers an
   * upload whose bytes are written and whose transaction is not yet committed.
   */
  sweep(isReferenced: (accountId: number, hash: string) => Promise<boolean>, now: number): Promise<number>
}
