import { sql } from 'kysely'
import type { Reader, Tx } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'
import { insertRows } from '../../db/store.ts'
import type { Context } from '../../http/route.ts'
import type { BlobStore } from '../../storage/blob-store.ts'
import type { Carrier, UploadedFile } from './attachments.rules.ts'

export type AttachmentRow = Schema['attachments']

/** A file whose bytes are on disk already, waiting for its row. */
export interface StoredFile extends Omit<UploadedFile, 'bytes'> {
  size: number
  hash: string
}

/** Stores bytes before the transaction opens; what the transaction then does not keep is swept an hour later. */
export async function storeFiles(context: Context, files: readonly UploadedFile[]): Promise<StoredFile[]> {
  const stored: StoredFile[] = []
  for (const { name, contentType, bytes } of files) {
    const hash = await context.blobs.put(context.caller.accountId, bytes)
    stored.push({ name, contentType, size: bytes.length, hash })
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

/** The kinds below an entity, and the column that leads from them to it. */
const BELOW: Record<string, [entity: Carrier, table: string, column: string][]> = {
  tests: [
    ['test', 'tests', 'id'],
    ['step', 'steps', 'test_id'],
    ['instance', 'instances', 'test_id'],
    ['run', 'runs', 'test_id'],
    ['step-run', 'step_runs', 'test_id'],
  ],
  sets: [
    ['testset', 'sets', 'id'],
    ['instance', 'instances', 'set_id'],
    ['run', 'runs', 'set_id'],
    ['step-run', 'step_runs', 'set_id'],
  ],
  instances: [
    ['instance', 'instances', 'id'],
    ['run', 'runs', 'instance_id'],
    ['step-run', 'step_runs', 'instance_id'],
  ],
  runs: [
    ['run', 'runs', 'id'],
    ['step-run', 'step_runs', 'id'],
  ],
  steps: [['step', 'steps', 'id']],
  issues: [['issue', 'issues', 'id']],
}

/** Deletes the attachments of an entity and of everything below it; call before the rows themselves go. */
export async function deleteAttachmentsBelow(tx: Tx, projectId: number, table: string, id: number): Promise<void> {
  for (const [entity, from, column] of BELOW[table] ?? []) {
    // Step-runs know only their run; the run knows the rest.
    const ids =
      from === 'step_runs'
        ? sql`select s.id from runs r join step_runs s on s.project_id = r.project_id and s.run_id = r.id
              where r.project_id = ${projectId} and ${sql.ref(`r.${column}`)} = ${id}`
        : sql`select b.id from ${sql.table(from)} b where b.project_id = ${projectId} and ${sql.ref(`b.${column}`)} = ${id}`
    await sql`delete from attachments where project_id = ${projectId} and entity = ${entity} and entity_id in (${ids})`.execute(
      tx.db,
    )
  }
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
