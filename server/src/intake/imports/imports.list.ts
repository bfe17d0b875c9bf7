import { MAX_TOLD } from '../../core/limits.ts'
import { BY_ID_DESCENDING, whereIn } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import { documented, type Filter, idsFilter, type ResourceList } from '../../engine/resource-list.ts'
import { imports } from './imports.resource.ts'
import { wantedFilesOf } from './imports.store.ts'

const withState: Filter = (listing, { query }) => {
  const states = query.list('state')
  return states === undefined ? listing : whereIn(listing, 't.state', states)
}

export const importsList: ResourceList = {
  resource: imports,
  order: BY_ID_DESCENDING,
  filters: [
    idsFilter('t.build_id', 'build-ids', 'build-id'),
    idsFilter('t.set_id', 'set-ids', 'set-id'),
    documented(withState, parameter('state', 'Only those in these states: receiving, stored, cut, refused')),
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
