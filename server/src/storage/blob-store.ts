import type { Readable } from 'node:stream'

/** Bytes in a file that nobody else uses, hashed while they were written. */
export interface FileOnDisk {
  path: string
  /** SHA-256 of the bytes, hex. */
  hash: string
  /** Bytes. */
  size: number
}

/** Where attachment bytes live, addressed by account and content (SHA-256). One interface, disk first. */
export interface BlobStore {
  /** Stores bytes durably and returns their SHA-256; storing the same content again does no harm. */
  put(accountId: number, bytes: Buffer): Promise<string>
  /** As `put`, for bytes that are in a file already: they are not held in memory. The file may be gone afterwards. */
  putFile(accountId: number, file: FileOnDisk): Promise<void>
  /** A stream of the bytes; undefined when there are none under that hash. */
  open(accountId: number, hash: string): Promise<Readable | undefined>
  /**
   * Removes what `isReferenced` denies and nobody stored within the last hour; returns how many. The hour covers an
   * upload whose bytes are written and whose transaction is not yet committed.
   */
  sweep(isReferenced: (accountId: number, hash: string) => Promise<boolean>, now: number): Promise<number>
}

/** The storage does not answer, or refuses: nothing was stored, and the request may be repeated. */
export class StorageUnavailable extends Error {}

/** How long bytes are kept for an upload that has not committed yet, in milliseconds. */
export const GRACE = 3_600_000

/** Runs work that names the same key one after the other, so that a sweep never takes what an upload relies on. */
export function createKeyedQueue() {
  const busy = new Map<string, Promise<unknown>>()
  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const mine = (busy.get(key) ?? Promise.resolve()).then(work, work)
    busy.set(key, mine)
    try {
      return await mine
    } finally {
      if (busy.get(key) === mine) busy.delete(key)
    }
  }
}
