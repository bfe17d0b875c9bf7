import { ApiError } from '../core/errors.ts'
import { QueryTooLong } from '../db/dialects/dialect.ts'
import type { Database, Readers } from '../db/handle.ts'

/**
 * Does what only shows a project with the readers that may show it, and anything else (no project) with the primary.
 * What fails on a replica for any reason but the request's own is asked of the primary.
 */
export function reading<T>(
  database: Database,
  projectId: number | undefined,
  work: (readers: Readers) => Promise<T>,
): Promise<T> {
  return projectId === undefined || !database.hasReplica ? work(database) : readingReplica(database, projectId, work)
}

async function readingReplica<T>(
  database: Database,
  projectId: number,
  work: (readers: Readers) => Promise<T>,
): Promise<T> {
  const readers = await database.readersOf(projectId)
  try {
    return await work(readers)
  } catch (error) {
    if (readers.read === database.read || error instanceof ApiError || error instanceof QueryTooLong) throw error
    return work(database)
  }
}
