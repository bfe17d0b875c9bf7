import type { Kysely } from 'kysely'
import type { Deed } from '../core/journal.ts'
import { tally } from '../core/tally.ts'
import type { Connection, Dialect, Lag, PoolLoad, Snapshot } from './dialects/dialect.ts'
import { type PassingFailure, passingFailure } from './dialects/passing-failure.ts'
import { openPostgres } from './dialects/postgres.ts'
import { hostsOf, shownHosts } from './dialects/postgres-hosts.ts'
import type { PoolSizes } from './dialects/postgres-pools.ts'
import { openSqlite } from './dialects/sqlite.ts'
import { distributions } from './distribution.ts'
import { createMemory, type Memory } from './memory.ts'
import { createReplicaChoice, type Readers } from './replica.ts'
import type { Schema } from './schema.ts'
import { type CountChange, storeCounts } from './store.ts'

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
  /** What it does when the job is done, in this order: rows that everybody shares are locked as late as can be. */
  last: LastSteps
}

interface LastSteps {
  /** Work on other rows that everybody shares, by a key that says what comes first; once a key. */
  work: Map<string, () => Promise<void>>
  counts: CountChange[]
  /** Projects whose mark moves, 0 for the account's. */
  marks: Set<number>
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
  /** Notes that the transaction changes a project (0: the account), so that its mark moves where there is a replica. */
  noteWrite(tx: Tx, projectId: number): void
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

async function runLastSteps(tx: Tx, moveMark: (tx: Tx, projectId: number) => Promise<void>): Promise<void> {
  for (const [, work] of [...tx.last.work].sort(([a], [b]) => (a < b ? -1 : 1))) await work()
  await storeCounts(tx)
  for (const projectId of [...tx.last.marks].sort((a, b) => a - b)) await moveMark(tx, projectId)
}

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
            const tx: Tx = { db, dialect, nextId, journal: [], queued: false, last }
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
