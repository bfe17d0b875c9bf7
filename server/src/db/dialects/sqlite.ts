import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { runMigrations } from '../run-migrations.ts'
import type { Schema } from '../schema.ts'
import { type ColumnTypes, type Connection, type Dialect, NoCluster } from './dialect.ts'
import { kyselyOver, kyselyReading } from './sqlite-driver.ts'
import { createReadingPool } from './sqlite-reading-pool.ts'
import { describeLargeProjects } from './sqlite-statistics.ts'
import { createWriteQueue } from './write-queue.ts'

const TYPES: ColumnTypes = {
  text: 'text',
  integer: 'integer',
  double: 'real',
  keyed: 'without rowid',
  numbered: { id: 'id integer primary key autoincrement', key: 'unique (project_id, id)' },
  async nextIds(db, count) {
    const { rows } = await sql<{ value: number }>`
      update id_sequence set value = value + ${count} returning value`.execute(db)
    const { value } = rows[0] as { value: number }
    return Array.from({ length: count }, (_, i) => value - count + 1 + i)
  },
}

const DIALECT: Dialect = {
  name: 'sqlite',
  contains: (column, needle) => sql`instr(${sql.ref(column)}, ${needle}) > 0`,
  like: (column, pattern) => sql`${sql.ref(column)} like ${pattern}`,
  oneOf: (column, numbers) => sql`${sql.ref(column)} in (select value from json_each(${JSON.stringify(numbers)}))`,
  onePairOf: ([first, second], pairs) => sql`(${sql.ref(first)}, ${sql.ref(second)}) in (
    select value ->> 0, value ->> 1 from json_each(${JSON.stringify(pairs)}))`,
  forUpdate: sql``,
  // One writer: whoever is inside a transaction is alone.
  lock: async () => {},
  tryLock: async () => true,
}

interface Options {
  file: string
  /** Ids reserved at a time; what is not used of a block when the process ends is a gap. */
  idBlock?: number
  /** Milliseconds after which a long read is stopped. */
  queryTimeout: number
}

function open(file: string, readOnly: boolean): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly, timeout: 5000, enableForeignKeyConstraints: true })
  if (!readOnly) database.exec('pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full')
  database.exec('pragma cache_size = -32000; pragma temp_store = memory')
  return database
}

/**
 * Opens (and creates) the embedded database: WAL, synchronous=FULL, one writing connection behind the write queue and
 * one reading connection. Throws when the file cannot be opened.
 */
export function openSqlite({ file, idBlock = 1000, queryTimeout }: Options): Connection {
  mkdirSync(dirname(file), { recursive: true })
  const writing = open(file, false)
  const write = kyselyOver<Schema>(() => writing)
  // Opened after migrate, so that it sees the statistics.
  const read = kyselyOver<Schema>(() => open(file, true))
  const pool = createReadingPool({ file, timeout: queryTimeout })
  const readLong = kyselyReading<Schema>(pool.connection, pool.close)
  const queue = createWriteQueue(writing)
  const reserved = { next: 0, end: 0 }

  async function reserve(count: number): Promise<void> {
    const size = Math.max(count, idBlock)
    const end = await queue.push(async () => {
      const { rows } = await sql<{ value: number }>`
        update id_sequence set value = value + ${size} returning value`.execute(write)
      return (rows[0] as { value: number }).value
    })
    reserved.next = end - size + 1
    reserved.end = end + 1
  }

  return {
    dialect: DIALECT,
    read,
    readLong,
    replica: undefined,
    transaction: (job) => queue.push(() => job(write)),
    async nextIds(count) {
      while (reserved.end - reserved.next < count) await reserve(count)
      const first = reserved.next
      reserved.next += count
      return Array.from({ length: count }, (_, i) => first + i)
    },
    load: () => ({ waiting_writes: queue.length(), long_reads: pool.running() }),
    async migrate() {
      await sql`create table if not exists id_sequence (only_row integer primary key, value integer not null)`.execute(
        write,
      )
      await sql`insert or ignore into id_sequence values (1, 0)`.execute(write)
      await runMigrations(write, TYPES, (work) => queue.push(() => work(write)))
      await queue.push(async () => describeLargeProjects(writing))
    },
    async distribute() {
      throw new NoCluster('SQLite runs on one machine: set DATABASE_URL to the coordinator of a Citus cluster.')
    },
    async close() {
      await queue.idle()
      await read.destroy()
      await readLong.destroy()
      await write.destroy()
    },
  }
}
