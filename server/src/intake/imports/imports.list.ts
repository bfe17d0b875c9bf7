import { MAX_TOLD } from '../../core/limits.ts'
import type { Reader } from '../../db/handle.ts'
import { BY_ID_DESCENDING } from '../../db/list.ts'
import type { Schema } from '../../db/schema.ts'
import { idsFilter, type ResourceList, textsFilter } from '../../engine/resource-list.ts'
import { imports } from './imports.resource.ts'

export type WantedRow = Schema['wanted_files']

/** Files that an import still wants, in their order. */
async function wantedFilesOf(
  { db, dialect }: Reader,
  projectId: number,
  importIds: readonly number[],
  most: number,
): Promise<WantedRow[]> {
  if (importIds.length === 0) return []
  return db
    .selectFrom('wanted_files')
    .selectAll()
    .where('project_id', '=', projectId)
    .where(dialect.oneOf('import_id', importIds))
    .where('hash', 'is', null)
    .orderBy('import_id')
    .orderBy('position')
    .limit(most)
    .execute()
}

export const importsList: ResourceList = {
  resource: imports,
  order: BY_ID_DESCENDING,
  filters: [
    idsFilter('t.build_id', 'build-ids', 'build-id'),
    idsFilter('t.set_id', 'set-ids', 'set-id'),
    textsFilter('state', 't.state', 'Only those in these states: receiving, stored, cut, refused'),
  ],
  async complete(reader, rows) {
    if (rows.length === 0) return
    const ids = rows.map((row) => Number(row.id))
    const most = rows.length === 1 ? MAX_TOLD.wantedFiles : MAX_TOLD.wantedFiles * 2
    const wanted = await wantedFilesOf(reader, Number(rows[0]?.project_id), ids, most)
    const byImport = Map.groupBy(wanted, (file) => file.import_id)
    for (const row of rows) {
      const own = (byImport.get(Number(row.id)) ?? []).slice(0, MAX_TOLD.wantedFiles)
      row.wanted_files = own.map(({ path, run_id: runId }) => ({ path, 'run-id': runId }))
    }
  },
}
