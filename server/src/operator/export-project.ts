import type { Database } from '../db/handle.ts'
import type { BlobStore } from '../storage/blob-store.ts'
import { attachmentLines, type DumpSummary } from './dump-attachments.ts'
import type { DumpLine } from './dump-lines.ts'
import { createRowMapper } from './map-row.ts'
import { EXPORTED_TABLES, OF_USERS } from './project-columns.ts'
import { type DumpedRow, readTable } from './read-table.ts'
import { mustBeCurrent, NEWEST_SCHEMA } from './schema-state.ts'

interface Options {
  database: Database
  blobs: BlobStore
  projectId: number
  signal?: AbortSignal
}

/**
 * The lines of a project's export: its rows as they were at one moment, the users that they name, the files of its
 * attachments. Counts into `summary`. Throws an AdminError for a database of another version.
 */
export async function* exportProject(
  { database, blobs, projectId, signal }: Options,
  summary: DumpSummary,
): AsyncGenerator<DumpLine> {
  const snapshot = await database.openSnapshot()
  const { db } = snapshot
  try {
    await mustBeCurrent(snapshot)
    const lastId = await database.read.dialect.maintenance.lastId(database.read.db)
    yield { assay: 'project', format: 1, schema: NEWEST_SCHEMA, made: new Date().toISOString(), 'last-id': lastId }
    const project = await db.selectFrom('projects').selectAll().where('id', '=', projectId).executeTakeFirstOrThrow()
    const { account_id: accountId } = project
    const users = new Map(
      (await db.selectFrom('users').select(OF_USERS).where('account_id', '=', accountId).execute()).map((user) => [
        user.id,
        user,
      ]),
    )
    const named = new Set<number>()
    const written = createRowMapper((id) => {
      if (users.has(id)) named.add(id)
      return id
    })
    summary.rows++
    yield { table: 'projects', row: written('projects', { ...project }) }
    for (const table of EXPORTED_TABLES) {
      if (table === 'projects') continue
      for await (const rows of readTable(snapshot, table, { projectId })) {
        signal?.throwIfAborted()
        summary.rows += rows.length
        for (const row of rows) yield { table, row: written(table, row) }
      }
    }
    for (const id of [...named].sort((a, b) => a - b)) yield { table: 'users', row: users.get(id) as DumpedRow }
    yield* attachmentLines(snapshot, blobs, { projectId, accountId, summary })
  } finally {
    await snapshot.close()
  }
}
