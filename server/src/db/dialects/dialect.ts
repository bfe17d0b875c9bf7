import type { CompiledQuery, Expression, Kysely, RawBuilder, SqlBool } from 'kysely'
import type { Schema } from '../schema.ts'

/** A table and the statement that hands it to Citus. */
export interface Distribution {
  table: string
  sql: string
}

/** Tables whose names are indexed by their letters. */
export const TRIGRAM_TABLES = ['requirements', 'tests', 'sets', 'issues', 'milestones', 'steps'] as const
export type TrigramTable = (typeof TRIGRAM_TABLES)[number]

/** Rows of cells: one array each, all in the same order of columns. */
export type CellRows = readonly (readonly unknown[])[]

/** What differs between the databases inside a query. Only this folder knows which one runs. */
export interface Dialect {
  name: 'sqlite' | 'postgres'
  /** Case-sensitive substring test with no wildcards. Both sides are folded by the caller. */
  contains(column: string, needle: string): Expression<SqlBool>
  /**
   * As `contains` on the folded name of the table known as `alias`, by an index for texts of three characters and more
   * (on PostgreSQL where the extension pg_trgm could be made).
   */
  nameContains(table: TrigramTable, alias: string, needle: string): Expression<SqlBool>
  /** LIKE over the whole text: `%` and `_` are wildcards, nothing escapes them. Both sides are folded by the caller. */
  like(column: string, pattern: string): Expression<SqlBool>
  /** Whether a column holds one of any number of numbers, which take one parameter together. */
  oneOf(column: string, numbers: readonly number[]): RawBuilder<boolean>
  /**
   * As `oneOf`, for what a query selects, which is asked once. PostgreSQL knows nothing of rows that have just come in,
   * and would compare each with each where both sides are many.
   */
  oneSelected(column: string, numbers: Expression<unknown>): RawBuilder<boolean>
  /** As `oneOf`, for an expression and texts. */
  oneText(expression: Expression<string>, texts: readonly string[]): RawBuilder<boolean>
  /** The text of a member of an object that a column holds as JSON; null where it has no such member. */
  jsonText(column: string, key: string): RawBuilder<string>
  /** Whether that member is one of some texts, or an array with one of them. */
  jsonHas(column: string, key: string, texts: readonly string[]): RawBuilder<boolean>
  /** As `oneOf`, for two columns and pairs of numbers. */
  onePairOf(columns: [string, string], pairs: readonly (readonly [number, number])[]): RawBuilder<boolean>
  /**
   * Statements that insert rows, however many. They are not built as queries are: for a hundred rows of thirty cells that
   * takes longer than to store them. `skipExisting`: rows whose key is there already are left alone.
   */
  insertMany(
    table: string,
    columns: readonly string[],
    rows: CellRows,
    options: { skipExisting: boolean },
  ): CompiledQuery[]
  /** Statements that change cells of rows of one project, each row its new cells in the order of `columns`, then its id. */
  updateMany(table: string, projectId: number, columns: readonly string[], rows: CellRows): CompiledQuery[]
  /** ` for update` where rows are locked; nothing where there is one writer anyway. Pass to `modifyEnd`. */
  forUpdate: Expression<unknown>
  /** Serialises transactions that name the same text, until the transaction ends. */
  lock(tx: Kysely<Schema>, name: string): Promise<void>
  /** As `lock`, but answers false at once when another transaction holds it. */
  tryLock(tx: Kysely<Schema>, name: string): Promise<boolean>
  maintenance: DatabaseMaintenance
}

/** What operators' commands need of a database beyond queries: the id sequence, numbering, and its own checks. */
export interface DatabaseMaintenance {
  /** The largest id given out so far; those of a block that a process holds count as given. */
  lastId(db: Kysely<Schema>): Promise<number>
  /** Takes `count` ids in a row out of the sequence, inside a transaction; answers the first. */
  takeIds(tx: Kysely<Schema>, count: number): Promise<number>
  /** Sees to it that later ids of the sequence are larger than `id`. */
  passId(tx: Kysely<Schema>, id: number): Promise<void>
  /** Goes on numbering behind the largest id of a table whose rows number themselves. */
  continueNumbering(tx: Kysely<Schema>, table: string): Promise<void>
  /** What the database finds wrong with its own file and foreign keys, a line a finding; nothing where it sees to that. */
  findDamage(db: Kysely<Schema>): Promise<string[]>
}

/** The whole database at one moment, for reads that belong together; `close` it in the end. */
export interface Snapshot {
  db: Kysely<Schema>
  close(): Promise<void>
}

/** A read was stopped because it took longer than the server allows (contract §2). */
export class QueryTooLong extends Error {}

/**
 * A transaction found, with its locks taken, that it should have locked other rows before them: it is run again from the
 * start, as one that PostgreSQL aborts, and sees then what it missed.
 */
export class LockedTooLittle extends Error {
  readonly code = '40001'
}

/** The database cannot be spread over several nodes; the message says why and what to do. */
export class NoCluster extends Error {}

/** Connections of a pool, and who waits for one. */
export interface PoolLoad {
  in_use: number
  idle: number
  waiting: number
}

/** How far a replica is behind its primary. */
export interface Lag {
  bytes: number
  seconds: number
}

/** A database as the rest of the server sees it. */
export interface Connection {
  dialect: Dialect
  /** For reads outside a transaction; sees only what is committed. */
  read: Kysely<Schema>
  /** For reads that may be long: they hold up nobody, and are stopped in the end with QueryTooLong. */
  readLong: Kysely<Schema>
  /**
   * A number that is another one as soon as anything was committed, by this process or by another: what was read under
   * one number is still true under it. Left out where that cannot be told without asking the database.
   */
  version?: () => number
  /** The same two on a read replica, which may be behind; undefined where there is none. */
  replica: { read: Kysely<Schema>; readLong: Kysely<Schema>; lag(): Promise<Lag> } | undefined
  /** Runs a job in one durable transaction; a rejected job leaves nothing behind. */
  transaction<T>(job: (tx: Kysely<Schema>) => Promise<T>): Promise<T>
  /** Reserves ids of the one sequence, ascending. Never call it inside a transaction. */
  nextIds(count: number): Promise<number[]>
  /** What waits or is in use right now, by name. */
  load(): Record<string, number>
  /** How busy its pools of connections are, by their names; none where there are no pools. */
  pools(): Record<string, PoolLoad>
  /** Reads from a snapshot hold up nobody, and nobody changes what they see. */
  openSnapshot(): Promise<Snapshot>
  /** Brings the schema up to date, or up to one migration. Safe when several processes start at once. */
  migrate(upTo?: string): Promise<void>
  /**
   * Runs the statements that hand tables to a cluster, less those for tables that it has already; answers those that
   * were run. Throws NoCluster where the database cannot be one.
   */
  distribute(plan: readonly Distribution[]): Promise<string[]>
  close(): Promise<void>
}
