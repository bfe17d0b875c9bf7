import { tally } from '../core/tally.ts'
import { createCache } from './cache.ts'
import type { Connection } from './dialects/dialect.ts'
import { openPostgres } from './dialects/postgres.ts'
import { hostsOf, shownHosts } from './dialects/postgres-hosts.ts'
import type { PoolSizes } from './dialects/postgres-pools.ts'
import { openSqlite } from './dialects/sqlite.ts'
import { type TransientError, transientError } from './dialects/transient-error.ts'
import { distributions } from './distribution.ts'
import type { Database, Readers, Tx } from './handle.ts'
import { createReplicaChoice } from './replica.ts'
import { storeCounts } from './store.ts'

/** Thrown by `nextId` when the reserved ids are used up; never leaves this file. */
class IdsExhausted extends Error {}

async function runLastSteps(tx: Tx, moveMark: (tx: Tx, projectId: number) => Promise<void>): Promise<void> {
  for (const [, work] of [...tx.last.work].sort(([a], [b]) => (a < b ? -1 : 1))) await work()
  await storeCounts(tx)
  for (const projectId of [...tx.last.marks].sort((a, b) => a - b)) await moveMark(tx, projectId)
}

/** Wraps a connection with the id reservation of contract §1.10. */
export function createDatabase(connection: Connection, warn: (message: string) => void): Database {
  const { dialect, replica, version } = connection
  const cache = version && createCache(version)
  const primary: Readers = {
    read: { db: connection.read, dialect, ...(cache ? { cache } : {}) },
    readLong: { db: connection.readLong, dialect },
  }
  const second: Readers | undefined = replica && {
    read: { db: replica.read, dialect },
    readLong: { db: replica.readLong, dialect },
  }
  const choice = createReplicaChoice(primary, second, warn)
  return {
    ...primary,
    hasReplica: second !== undefined,
    readersOf: choice.readersOf,
    noteWrite: (tx, projectId) => void tx.last.marks.add(projectId),
    async write(ids, job) {
      let reserved = await connection.nextIds(ids)
      for (;;) {
        let used = 0
        try {
          return await connection.transaction(async (db) => {
            used = 0
            const nextId = () => {
              const id = reserved[used++]
              if (id === undefined) throw new IdsExhausted()
              return id
            }
            const last = { work: new Map(), counts: [], marks: new Set<number>() }
            const tx: Tx = { db, dialect, nextId, auditEntries: [], queued: false, last }
            const value = await job(tx)
            await runLastSteps(tx, choice.moveMark)
            return value
          })
        } catch (error) {
          if (!(error instanceof IdsExhausted)) throw error
          tally('assay_transaction_retries_total', 'ids')
          reserved = reserved.concat(await connection.nextIds(Math.max(16, reserved.length * 3)))
        }
      }
    },
    load: connection.load,
    pools: connection.pools,
    replicaLag: async () => replica?.lag(),
    openSnapshot: connection.openSnapshot,
    migrate: connection.migrate,
    distribute: () => connection.distribute(distributions()),
    close: connection.close,
  }
}

/** Opens PostgreSQL when a URL is given, else the embedded database in `dataDir`. */
export function openDatabase(options: {
  databaseUrl?: string
  /** A read replica of it. */
  databaseReadUrl?: string | undefined
  dataDir: string
  idBlock?: number
  /** Milliseconds after which a long read is stopped. */
  queryTimeout?: number
  /** Milliseconds that PostgreSQL may take for one statement; left out: as long as it likes. */
  databaseTimeout?: number | undefined
  /** Connections to PostgreSQL. */
  pools?: PoolSizes
  /** Told what an operator should know. */
  warn?: (message: string) => void
}): Database {
  const { databaseUrl, databaseReadUrl, dataDir, idBlock, queryTimeout = 20_000, warn = () => {} } = options
  const { databaseTimeout: statementTimeout, pools: sizes = { short: 20, long: 5 } } = options
  return createDatabase(
    databaseUrl === undefined
      ? openSqlite({ file: `${dataDir}/assay.db`, idBlock, queryTimeout })
      : openPostgres({
          urls: hostsOf(databaseUrl) ?? [databaseUrl],
          readUrls: databaseReadUrl === undefined ? undefined : [databaseReadUrl],
          sizes,
          statementTimeout,
          queryTimeout,
        }),
    warn,
  )
}

const HINTS: Partial<Record<TransientError, string>> = {
  locked: 'Another process holds the database; end it, or wait until it is done.',
  full: 'The disk is full; make room, then start again.',
  unwritable: 'The user of this process must be able to write to the folder and to every file in it.',
  away: 'Start PostgreSQL, or correct the address.',
}

/** What could not be opened, why, and what to do; never with the password of a URL. */
function explained(error: unknown, { databaseUrl, dataDir }: { databaseUrl?: string; dataDir: string }): Error {
  const failure = transientError(error)
  const place =
    databaseUrl === undefined
      ? `ASSAY_DATA_DIR: cannot use ${dataDir}/assay.db`
      : `DATABASE_URL: cannot use PostgreSQL at ${shownHosts(databaseUrl)}`
  // A host with several addresses fails once for each, and says nothing of its own.
  const [first] = error instanceof AggregateError ? error.errors : [error]
  const hint = (failure && HINTS[failure]) ?? ''
  return new Error(`${place}: ${(first as Error).message}. ${hint}`.trim(), { cause: error })
}

/** Opens the database that the settings name and brings it up to date. Throws an error written for the operator. */
export async function openCurrentDatabase(options: Parameters<typeof openDatabase>[0]): Promise<Database> {
  let database: Database | undefined
  try {
    database = openDatabase(options)
    await database.migrate()
    return database
  } catch (error) {
    await database?.close()
    throw explained(error, options)
  }
}
