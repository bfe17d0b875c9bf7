import type { Writable } from 'node:stream'
import { openDatabase } from '../db/database.ts'
import { openBlobStore } from '../storage/open-blob-store.ts'
import { openSpool, type Spool } from '../storage/spool.ts'
import { accountOf, projectOf } from './admin.ts'
import { backUp } from './backup.ts'
import { type DoctorSummary, examine } from './doctor.ts'
import type { DumpSummary } from './dump-attachments.ts'
import { saveDump, writeDump } from './dump-file.ts'
import { exportProject } from './export-project.ts'
import { type ImportSummary, importProject } from './import-project.ts'
import { restore } from './restore.ts'
import { mustBeCurrent } from './schema-state.ts'

/** Which data it is, and where large files wait. */
export type MaintenanceSettings = Parameters<typeof openDatabase>[0] & Parameters<typeof openBlobStore>[0]

/** What an operator does with the whole of the data, without a token. */
export interface Maintenance {
  backUp(path: string): Promise<DumpSummary>
  restore(path: string): Promise<DumpSummary>
  /** `project`: id or name. `to`: a new file, or a stream that is open. */
  exportProject(o: { accountId?: number; project: string; to: string | Writable }): Promise<DumpSummary>
  importProject(o: { accountId?: number; path: string; name?: string }): Promise<ImportSummary>
  examine(o: { repair: boolean; report(finding: { text: string; repaired: boolean }): void }): Promise<DoctorSummary>
  close(): Promise<void>
}

/**
 * Opens the database that the settings name as it is, without bringing it up to date: a backup is made before an upgrade.
 * `signal` ends what runs.
 */
export function openMaintenance(config: MaintenanceSettings, signal: AbortSignal): Maintenance {
  const database = openDatabase({ ...config, idBlock: 1, databaseTimeout: undefined })
  const blobs = openBlobStore(config)
  const base = { database, blobs, signal }
  /** Runs what takes files, with a place where they wait. */
  async function withSpool<T>(work: (spool: Spool) => Promise<T>): Promise<T> {
    const spool = openSpool(`${config.dataDir}/spool`)
    try {
      return await work(spool.forRequest())
    } finally {
      spool.close()
    }
  }
  return {
    backUp: (path) => backUp(base, path),
    restore: (path) => withSpool((spool) => restore({ database, blobs, spool, path })),
    async exportProject({ accountId: given, project, to }) {
      await mustBeCurrent(database.read)
      const accountId = await accountOf(database, given)
      const projectId = await projectOf(database.read, accountId, project)
      const summary: DumpSummary = { rows: 0, files: 0, missing: [] }
      const lines = exportProject({ ...base, projectId }, summary)
      if (typeof to === 'string') await saveDump(to, lines, signal)
      else await writeDump(to, lines, signal)
      return summary
    },
    async importProject({ accountId: given, path, name }) {
      await mustBeCurrent(database.read)
      const accountId = await accountOf(database, given)
      const named = name === undefined ? {} : { name }
      return withSpool((spool) => importProject({ ...base, spool, path, accountId, now: Date.now(), ...named }))
    },
    examine: (options) => examine({ ...base, ...options, now: Date.now() }),
    close: () => database.close(),
  }
}
