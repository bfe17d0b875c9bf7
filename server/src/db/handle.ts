import type { Kysely } from 'kysely'
import type { AuditEntry } from '../core/audit.ts'
import type { Dialect, Lag, PoolLoad, Snapshot } from './dialects/dialect.ts'
import type { Schema } from './schema.ts'

/** What a store function works with: inside a transaction only this is in scope. */
export interface Tx {
  db: Kysely<Schema>
  dialect: Dialect
  /** The next id reserved for this request; ids ascend in the order of asking. */
  nextId(): number
  /** What the transaction has done so far, kept with it at its end. */
  auditEntries: AuditEntry[]
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

/** A change of a kept count. */
export interface CountChange {
  projectId: number
  name: string
  change: number
}

/** Answers of small reads that every request repeats. */
export interface Cache {
  /** What `key` names as it is now: remembered, or read and then remembered. */
  cached<T>(key: string, read: () => Promise<T>): Promise<T> | T
}

/** For reads outside a transaction. */
export interface Reader extends Pick<Tx, 'db' | 'dialect'> {
  /** Keeps what was read until anything is committed; absent where nothing may be kept. */
  cache?: Cache
}

/** What a request reads with. */
export interface Readers {
  /** For reads outside a transaction. */
  read: Reader
  /** For reads that may be long: they hold up nobody, and are stopped in the end with QueryTooLong. */
  readLong: Reader
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
