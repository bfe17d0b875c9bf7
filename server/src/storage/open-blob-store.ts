import type { BlobStore } from './blob-store.ts'
import { createDiskBlobStore } from './disk-blob-store.ts'
import { createS3BlobStore, type S3Options } from './s3-blob-store.ts'

/** The place of attachments that the settings name: S3 when it is configured, else a folder beside the database. */
export function openBlobStore({ s3, dataDir }: { s3: S3Options | undefined; dataDir: string }): BlobStore {
  return s3 ? createS3BlobStore(s3) : createDiskBlobStore(`${dataDir}/attachments`)
}
