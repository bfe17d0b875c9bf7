/**
 * A failure that passes by itself or is for the operator to end, while the server goes on: `locked` by another process,
 * `full` disk, `unwritable` folder or file, `away`: the database, or a part of the machine it needs, does not answer.
 */
export type TransientError = 'locked' | 'full' | 'unwritable' | 'away'

/** SQLite's primary result codes. */
const OF_SQLITE: Record<number, TransientError> = {
  5: 'locked',
  6: 'locked',
  8: 'unwritable',
  10: 'unwritable',
  13: 'full',
  14: 'unwritable',
}

/** PostgreSQL's SQLSTATEs and the codes of system calls. */
const BY_CODE: [RegExp, TransientError][] = [
  [/^(40001|40P01|55P03)$/, 'locked'],
  [/^(53100|ENOSPC|EDQUOT|EFBIG)$/, 'full'],
  [/^(25006|EROFS|EACCES|EPERM|EIO)$/, 'unwritable'],
  [/^(08\d{3}|53\d{3}|57P0\d|57014)$/, 'away'],
  [/^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|E(HOST|NET)UNREACH|ENOTFOUND|EAI_AGAIN|EMFILE|ENFILE)$/, 'away'],
]

/** What the PostgreSQL client says of a connection that is gone; it gives no code. */
const LOST_CONNECTION =
  /^(Connection terminated|Client was closed|Client has encountered a connection error|timeout exceeded when trying to connect)/

/** Which transient error an error of the database or of a file is; undefined for every other error. */
export function transientError(error: unknown): TransientError | undefined {
  const { code, errcode, message } = error as { code?: unknown; errcode?: number; message?: unknown }
  if (errcode !== undefined) return OF_SQLITE[errcode & 0xff]
  if (typeof code === 'string') return BY_CODE.find(([pattern]) => pattern.test(code))?.[1]
  return typeof message === 'string' && LOST_CONNECTION.test(message) ? 'away' : undefined
}
