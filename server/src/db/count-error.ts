import { tally } from '../core/tally.ts'
import { QueryTooLong } from './dialects/dialect.ts'
import { transientError } from './dialects/transient-error.ts'

/** Whether an error comes from SQLite, from PostgreSQL, or from the way to it; not from a file or a programming error. */
function isOfDatabase(error: object): boolean {
  return 'errcode' in error || 'severity' in error || transientError(error) === 'away'
}

/** Counts an error that ended a request or background work, if it is one of the database. */
export function countDatabaseError(error: unknown): void {
  if (error instanceof QueryTooLong) tally('assay_database_errors_total', 'too_long')
  else if (error instanceof Error && isOfDatabase(error)) {
    tally('assay_database_errors_total', transientError(error) ?? 'other')
  }
}
