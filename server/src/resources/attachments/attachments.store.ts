import type { Reader, Tx } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'
import { insertRows } from '../../db/store.ts'
import type { Context } from '../../engine/route.ts'
import type { BlobStore } from '../../storage/blob-store.ts'
import { type Carrier, sizeOf, type UploadedFile } from './attachments.rules.ts'

export type AttachmentRow = Schema['attachments']

/** A file whose bytes are on disk already, waiting for its row. */
export interface StoredFile extends Omit<UploadedFile, 'content'> {
  size: number
  hash: string
}

/** Stores bytes before the transaction opens; what the transaction then does not keep is swept an hour later. */
export async function storeFiles(context: Context, files: readonly UploadedFile[]): Promise<StoredFile[]> {
  const stored: StoredFile[] = []
  const { accountId } = context.caller
  for (const file of files) {
    const { name, contentType, content } = file
    const inMemory = Buffer.isBuffer(content)
    if (!inMemory) await context.blobs.putFile(accountId, content)
    const hash = inMemory ? await context.blobs.put(accountId, content) : content.hash
    stored.push({ name, contentType, size: sizeOf(file), hash })
  }
  return stored
}

/** Rows for files of one entity; ids ascend in input order. */
export function attachmentRows(
  tx: Tx,
  o: { projectId: number; entity: Carrier; entityId: number; files: readonly StoredFile[]; now: number },
): AttachmentRow[] {
  return o.files.map(({ name, contentType, size, hash }) => ({
    project_id: o.projectId,
    id: tx.nextId(),
    entity: o.entity,
    entity_id: o.entityId,
    name,
    size,
    content_type: contentType,
    hash,
    created_at: o.now,
  }))
}

export async function insertAttachments(tx: Tx, rows: AttachmentRow[]): Promise<void> {
  await insertRows(tx, 'attachments', rows)
}

/** Removes files that no attachment of their account refers to any more. */
export async function sweepAttachments(reader: Reader, blobs: BlobStore, now: number): Promise<number> {
  return blobs.sweep(async (accountId, hash) => {
    const row = await reader.db
      .selectFrom('attachments as a')
      .innerJoin('projects as p', 'p.id', 'a.project_id')
      .select('a.id')
      .where('p.account_id', '=', accountId)
      .where('a.hash', '=', hash)
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }, now)
}

/** Names and hashes of the files of one entity. */
export async function filesOf({ db }: Pick<Reader, 'db'>, projectId: number, entity: Carrier, entityId: number) {
  return db
    .selectFrom('attachments')
    .select(['name', 'hash'])
    .where('project_id', '=', projectId)
    .where('entity', '=', entity)
    .where('entity_id', '=', entityId)
    .execute()
}
