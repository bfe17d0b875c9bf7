import type { Database } from '../db/handle.ts'
import { TABLE_NAMES } from '../db/tables.ts'
import type { BlobStore } from '../storage/blob-store.ts'
import { AdminError } from './admin-error.ts'
import { attachmentLines, type DumpSummary } from './dump-attachments.ts'
import { saveDump } from './dump-file.ts'
import type { DumpLine } from './dump-lines.ts'
import { readTable } from './read-table.ts'
import { schemaOf, tablesOf } from './schema-state.ts'

interface Options {
  database: Database
  blobs: BlobStore
  signal?: AbortSignal
}

async function* backupLines({ database, blobs, signal }: Options, summary: DumpSummary): AsyncGenerator<DumpLine> {
  const snapshot = await database.openSnapshot()
  try {
    const schema = await schemaOf(snapshot)
    if (schema === undefined) throw new AdminError('There is no database yet: there is nothing to back up.')
    // Read after the snapshot was taken, so that no id in it is larger.
    const lastId = await database.read.dialect.maintenance.lastId(database.read.db)
    yield { assay: 'backup', format: 1, schema, made: new Date().toISOString(), 'last-id': lastId }
    const known = await tablesOf(snapshot)
    for (const table of TABLE_NAMES) {
      const columns = known.get(table)
      // An older version may lack some.
      if (columns === undefined) continue
      for await (const rows of readTable(snapshot, table, { isKnown: (column) => columns.has(column) })) {
        signal?.throwIfAborted()
        summary.rows += rows.length
        for (const row of rows) yield { table, row }
      }
    }
    const projects = await snapshot.db.selectFrom('projects').select(['id', 'account_id']).orderBy('id').execute()
    for (const { id: projectId, account_id: accountId } of projects) {
      yield* attachmentLines(snapshot, blobs, { projectId, accountId, summary })
    }
  } finally {
    await snapshot.close()
  }
}

/**
 * Writes everything that a server holds into one file, while it serves: all rows as they were at one moment, of either
 * database and of this version or an older one, then the files of attachments.
 */
export async function backUp(options: Options, path: string): Promise<DumpSummary> {
  const summary: DumpSummary = { rows: 0, files: 0, missing: [] }
  await saveDump(path, backupLines(options, summary), options.signal)
  return summary
}
