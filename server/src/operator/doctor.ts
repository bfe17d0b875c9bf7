import type { Snapshot } from '../db/dialects/dialect.ts'
import type { Database } from '../db/handle.ts'
import type { BlobStore } from '../storage/blob-store.ts'
import { checkCounters, checkSequence } from './check-counters.ts'
import { checkFiles, countOrphans } from './check-files.ts'
import { checkRollUps } from './check-roll-ups.ts'
import type { Finding } from './finding.ts'
import { UNFINISHED } from './import-project.ts'
import { mustBeCurrent } from './schema-state.ts'

interface Options {
  database: Database
  blobs: BlobStore
  now: number
  repair: boolean
  /** Told of each finding as it is found. */
  report(finding: { text: string; repaired: boolean }): void
  signal?: AbortSignal
}

export interface DoctorSummary {
  projects: number
  found: number
  repaired: number
  /** Files that nothing refers to: no fault, and gone within an hour of a running server. */
  orphans: number
}

/** Projects that an import left half-done; the background removes them once they are marked as deleted. */
async function* checkImports({ db }: Snapshot, now: number): AsyncGenerator<Finding> {
  const rows = await db.selectFrom('projects').select(['id', 'name']).where('deleted_at', '=', UNFINISHED).execute()
  for (const { id, name } of rows) {
    yield {
      text: `project ${id} "${name}": its import was broken off, or is running`,
      repair: (tx) =>
        tx.db
          .updateTable('projects')
          .set({ deleted_at: now })
          .where('id', '=', id)
          .where('deleted_at', '=', UNFINISHED)
          .execute(),
    }
  }
}

async function* check(
  snapshot: Snapshot,
  { database, blobs, now }: Options,
  summary: DoctorSummary,
): AsyncGenerator<Finding> {
  const { db } = snapshot
  const { dialect } = database.read
  const { maintenance } = dialect
  for (const text of await maintenance.findDamage(db)) yield { text: `database: ${text}` }
  const projects = await db.selectFrom('projects').select(['id', 'account_id', 'deleted_at']).orderBy('id').execute()
  // Read after the snapshot was taken, so that no id in it may be larger.
  const lastId = await maintenance.lastId(database.read.db)
  const ids = projects.map(({ id }) => id)
  yield* checkSequence(db, ids, lastId)
  yield* checkImports(snapshot, now)
  for (const { id: projectId, account_id: accountId, deleted_at: deletedAt } of projects) {
    // One that is being removed, or filled, keeps nothing that fits.
    if (deletedAt !== null) continue
    summary.projects++
    yield* checkCounters(db, projectId)
    yield* checkRollUps({ db, dialect }, projectId)
    yield* checkFiles(snapshot, blobs, { projectId, accountId })
  }
  summary.orphans = await countOrphans(database.read, blobs, now)
}

/**
 * Checks the database's own file, everything that is kept beside what it is computed from, and the files of attachments,
 * as they were at one moment, beside a server that goes on serving. With `repair` what is computed is set right, each
 * finding in a short transaction. Throws an AdminError for a database of another version.
 */
export async function examine(options: Options): Promise<DoctorSummary> {
  const { database, repair, report, signal } = options
  const summary: DoctorSummary = { projects: 0, found: 0, repaired: 0, orphans: 0 }
  const snapshot = await database.openSnapshot()
  try {
    await mustBeCurrent(snapshot)
    for await (const finding of check(snapshot, options, summary)) {
      signal?.throwIfAborted()
      summary.found++
      const mend = repair ? finding.repair : undefined
      if (mend) {
        await database.write(0, mend)
        summary.repaired++
      }
      report({ text: finding.text, repaired: mend !== undefined })
    }
  } finally {
    await snapshot.close()
  }
  return summary
}
