import type { Kysely } from 'kysely'
import type { Deed } from '../core/journal.ts'
import { tally } from '../core/tally.ts'
import type { Connection, Dialect, Lag, PoolLoad, Snapshot } from './dialects/dialect.ts'
import { type PassingFailure, passingFailure } from './dialects/passing-failure.ts'
import { openPostgres } from './dialects/postgres.ts'
import { openSqlite } from './dialects/sqlite.ts'
import { distributions } from './distribution.ts'
import { createMemory, type Memory } from './memory.ts'
import { createReplicaChoice, type Readers } from './replica.ts'
import type { Schema } from './schema.ts'

/** What a store function works with: inside a transaction only this is in scope. */
export interface Tx {
  db: Kysely<Schema>
  dialect: Dialect
  /** The next id reserved for this request; ids ascend in the order of asking. */
  nextId(): number
  /** What the transaction has done so far, kept with it at its end. */
  journal: Deed[]
  /** Whether it queued webhook messages, whose delivery starts soon after the commit. */
  queued: boolean
}

/** For reads outside a transaction. */
export interface Reader extends Pick<Tx, 'db' | 'dialect'> {
  /** Remembers what was read until anything is committed; absent where nothing may be remembered. */
  memory?: Memory
}

export interface Database extends Readers {
  hasReplica: boolean
  /** What shows a project: the read replica once it has all that was written to the project, else the primary. */
  readersOf(projectId: number): Promise<Readers>
  /** Marks, as the last step of a transaction, that a project (0: the account) changed; nothing without a replica. */
  noteWrite(tx: Tx, projectId: number): Promise<void>
  /**
   * Runs a job in one durable transaction. `ids` is how many ids it is likely to need; when it asks for more the
   * transaction is rolled back, more are reserved, and it runs again from the start (ids are never fetched inside a
   * transaction, contract §1.10), so a job must do nothing but database work.
   */
  write<T>(ids: number, job: (tx: Tx) => Promise<T>): Promise<T>
  /** What waits or is in use right now, by name. */
  load(): Record<string, number>
  /** How busy its pools of connections are, by their names; none where there are no pools. */
  pools(): Record<string, PoolLoad>
  /** How far the replica is behind; undefined where there is none. Throws when it does not answer. */
  replicaLag(): Promise<Lag | undefined>
  /** The whole database at one moment, for reads that belong together. */
  openSnapshot(): Promise<Snapshot>
  /** Brings the schema up to date, or up to one migration. */
  migrate(upTo?: string): Promise<void>
  /** Spreads the tables over a Citus cluster; answers what it ran. Throws NoCluster where that cannot be. */
  distribute(): Promise<string[]>
  close(): Promise<void>
}

/** Thrown by `nextId` when the reserved ids are used up; never leaves this file. */
class IdsExhausted extends Error {}

/** Wraps a connection with the id reservation of contract §1.10. */
export function createDatabase(connection: Connection, warn: (message: string) => void): Database {
  const { dialect, replica, version } = connection
  const memory = version && createMemory(version)
  const primary: Readers = {
    read: { db: connection.read, dialect, ...(memory ? { memory } : {}) },
    readLong: { db: connection.readLong, dialect },
  }
  const second: Readers | undefined = replica && {
    read: { db: replica.read, dialect },
    readLong: { db: replica.readLong, dialect },
  }
  return {
    ...primary,
    hasReplica: second !== undefined,
    ...createReplicaChoice(primary, second, warn),
    async write(ids, job) {
      let reserved = await connection.nextIds(ids)
      for (;;) {
        let used = 0
        try {
          return await connection.transaction((db) => {
            used = 0
            const nextId = () => {
              const id = reserved[used++]
              if (id === undefined) throw new IdsExhausted()
              return id
            }
            return job({ db, dialect, nextId, journal: [], queued: false })
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
  /** Told what an operator should know. */
  warn?: (message: string) => void
}): Database {
  const { databaseUrl, databaseReadUrl, dataDir, idBlock, queryTimeout = 20_000, warn = () => {} } = options
  return createDatabase(
    databaseUrl === undefined
      ? openSqlite({ file: `${dataDir}/assay.db`, idBlock, queryTimeout })
      : openPostgres({ url: databaseUrl, readUrl: databaseReadUrl, queryTimeout }),
    warn,
  )
}

const HINTS: Partial<Record<PassingFailure, string>> = {
  locked: 'Another process holds the database; end it, or wait until it is done.',
  full: 'The disk is full; make room, then start again.',
  unwritable: 'The user of this process must be able to write to the folder and to every file in it.',
  away: 'Start PostgreSQL, or correct the address.',
}

/** What could not be opened, why, and what to do; never with the password of a URL. */
function explained(error: unknown, { databaseUrl, dataDir }: { databaseUrl?: string; dataDir: string }): Error {
  const failure = passingFailure(error)
  const place =
    databaseUrl === undefined
      ? `ASSAY_DATA_DIR: cannot use ${dataDir}/assay.db`
      : `DATABASE_URL: cannot use PostgreSQL at ${new URL(databaseUrl).host}`
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
