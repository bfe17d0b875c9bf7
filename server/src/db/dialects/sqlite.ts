import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { CompiledQuery, sql } from 'kysely'
import { privateFile, privateFolder } from '../../storage/private-files.ts'
import type { ColumnTypes } from '../migrations/schema-builder.ts'
import { runMigrations } from '../run-migrations.ts'
import type { Schema } from '../schema.ts'
import { type CellRows, type Connection, type Dialect, NoCluster, TRIGRAM_TABLES } from './dialect.ts'
import { createIdBlocks } from './id-blocks.ts'
import { insertText } from './insert-text.ts'
import type { RepeatedQuery } from './sqlite-connection.ts'
import { kyselyOver, kyselyReading } from './sqlite-driver.ts'
import { SQLITE_MAINTENANCE } from './sqlite-maintenance.ts'
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
  async indexLetters(db, table) {
    const run = (statement: string) => sql.raw(statement).execute(db)
    const letters = lettersOf(table)
    // It keeps which rows have which letters, not the names: those stand in the table.
    await run(`create virtual table ${letters} using fts5 (name_folded, content = '', contentless_delete = 1,
      detail = none, tokenize = "trigram case_sensitive 1")`)
    const add = (row: string) => `insert into ${letters} (rowid, name_folded) values (${row}.id, ${row}.name_folded)`
    const drop = `delete from ${letters} where rowid = old.id`
    const renamed = 'when old.name_folded <> new.name_folded'
    await run(`create trigger ${letters}_added after insert on ${table} begin ${add('new')}; end`)
    await run(`create trigger ${letters}_dropped after delete on ${table} begin ${drop}; end`)
    await run(`create trigger ${letters}_renamed after update of name_folded on ${table} ${renamed}
      begin ${drop}; ${add('new')}; end`)
    await run(`insert into ${letters} (rowid, name_folded) select id, name_folded from ${table}`)
  },
}

const lettersOf = (table: string) => `${table}_letters`

/** Letters of a text in threes, as the index holds them: every third and the last, which together cover the text. */
function inThrees(text: string): string[] {
  const letters = [...text]
  const last = letters.length - 3
  const starts = letters.flatMap((_, index) => ((index % 3 === 0 && index < last) || index === last ? index : []))
  return starts.map((start) => letters.slice(start, start + 3).join(''))
}

/**
 * Rows of these tables go in by the hundred and the ten: the index of letters writes what it has to disk at the end of
 * each statement. A few sizes, so that there are a few prepared statements.
 */
const WITH_TRIGRAMS: ReadonlySet<string> = new Set(TRIGRAM_TABLES)
const GROUPS = [100, 10, 1]

/** Rows in as few groups of the given sizes as hold them all in order, each group's cells behind one another. */
function inGroups(rows: CellRows, sizes: readonly number[]) {
  let from = 0
  return sizes.flatMap((size) => {
    const members: unknown[][] = []
    for (; from + size <= rows.length; from += size) members.push(rows.slice(from, from + size).flat())
    return members.length > 0 ? { size, members } : []
  })
}

/** One prepared statement for any number of rows is smaller, and quicker, than one with a parameter for every cell of all. */
const repeated = (text: string, repeatedWith: CellRows): RepeatedQuery => ({ ...CompiledQuery.raw(text), repeatedWith })

const DIALECT: Dialect = {
  name: 'sqlite',
  contains: (column, needle) => sql`instr(${sql.ref(column)}, ${needle}) > 0`,
  nameContains(table, alias, needle) {
    const contains = sql<boolean>`instr(${sql.ref(`${alias}.name_folded`)}, ${needle}) > 0`
    const threes = inThrees(needle).map((three) => `"${three.replaceAll('"', '""')}"`)
    if (threes.length === 0) return contains
    const letters = sql.table(lettersOf(table))
    return sql`${sql.ref(`${alias}.id`)} in (select rowid from ${letters} where ${letters} match ${threes.join(' ')})
      and ${contains}`
  },
  like: (column, pattern) => sql`${sql.ref(column)} like ${pattern}`,
  oneOf: (column, numbers) => sql`${sql.ref(column)} in (select value from json_each(${numbers}))`,
  oneSelected: (column, numbers) => sql`${sql.ref(column)} in ${numbers}`,
  oneText: (expression, texts) => sql`${expression} in (select value from json_each(${texts}))`,
  jsonText: (column, key) => sql`cast(${sql.ref(column)} ->> ${`$."${key}"`} as text)`,
  jsonHas: (column, key, texts) => sql`exists (
    select 1 from json_each(${sql.ref(column)}, ${`$."${key}"`}) where value in (select value from json_each(${texts})))`,
  onePairOf: ([first, second], pairs) => sql`(${sql.ref(first)}, ${sql.ref(second)}) in (
    select value ->> 0, value ->> 1 from json_each(${pairs}))`,
  insertMany(table, columns, rows, options) {
    const cells = `(${columns.map(() => '?').join(', ')})`
    return inGroups(rows, WITH_TRIGRAMS.has(table) ? GROUPS : [1]).map(({ size, members }) =>
      repeated(insertText(table, columns, `values ${Array(size).fill(cells).join(', ')}`, options), members),
    )
  },
  updateMany(table, projectId, columns, rows) {
    const cells = columns.map((column) => `"${column}" = ?`).join(', ')
    const text = `update "${table}" set ${cells} where "id" = ? and "project_id" = ?`
    const parameters = rows.map((row) => [...row, projectId])
    return [repeated(text, parameters)]
  },
  forUpdate: sql``,
  // One writer: whoever is inside a transaction is alone.
  lock: async () => {},
  tryLock: async () => true,
  maintenance: SQLITE_MAINTENANCE,
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
  if (!readOnly) {
    database.exec('pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full')
    // 32 MB: a batch of an import is larger than the usual 8, which would be copied into the file at every commit.
    database.exec('pragma wal_autocheckpoint = 4000')
  }
  database.exec('pragma cache_size = -32000; pragma temp_store = memory')
  return database
}

/**
 * The number that SQLite changes whenever another connection commits, as the reading connection sees it. It is asked
 * for once in a turn of the event loop, and after every commit of this process: nobody can have heard of a commit of
 * another process in this turn.
 */
function createVersion(reading: () => DatabaseSync) {
  let statement: StatementSync | undefined
  let known: number | undefined
  const forget = () => {
    known = undefined
  }
  return {
    forget,
    current() {
      if (known === undefined) {
        statement ??= reading().prepare('pragma data_version')
        known = Number((statement.get() as { data_version: number }).data_version)
        setImmediate(forget)
      }
      return known
    },
  }
}

/**
 * Opens (and creates) the embedded database: WAL, synchronous=FULL, one writing connection behind the write queue and
 * one reading connection. Throws when the file cannot be opened.
 */
export function openSqlite({ file, idBlock = 1000, queryTimeout }: Options): Connection {
  privateFolder(dirname(file))
  // What stands beside it takes its rights from it, unless it is there already.
  for (const suffix of ['', '-wal', '-shm']) if (suffix === '' || existsSync(file + suffix)) privateFile(file + suffix)
  const writing = open(file, false)
  const write = kyselyOver<Schema>(() => writing)
  // Opened at the first query, after migrate, so that it sees the statistics.
  let opened: DatabaseSync | undefined
  const reading = () => {
    opened ??= open(file, true)
    return opened
  }
  const read = kyselyOver<Schema>(reading)
  const version = createVersion(reading)
  const pool = createReadingPool({ file, timeout: queryTimeout })
  const readLong = kyselyReading<Schema>(pool.connection, pool.close)
  const queue = createWriteQueue(writing)
  const nextIds = createIdBlocks(idBlock, (size) =>
    queue.push(async () => {
      const { rows } = await sql<{ value: number }>`
        update id_sequence set value = value + ${size} returning value`.execute(write)
      return (rows[0] as { value: number }).value
    }),
  )

  return {
    dialect: DIALECT,
    read,
    readLong,
    version: version.current,
    replica: undefined,
    transaction: (job) => queue.push(() => job(write)).finally(version.forget),
    nextIds,
    load: () => ({ waiting_writes: queue.length(), long_reads: pool.running() }),
    pools: () => ({}),
    async openSnapshot() {
      const db = kyselyOver<Schema>(() => open(file, true))
      await sql`begin`.execute(db)
      // The moment is that of the first read.
      await sql`select count(*) from sqlite_schema`.execute(db)
      return { db, close: () => db.destroy() }
    },
    async migrate(upTo) {
      writing.exec('pragma busy_timeout = 5000')
      await sql`create table if not exists id_sequence (only_row integer primary key, value integer not null)`.execute(
        write,
      )
      await sql`insert or ignore into id_sequence values (1, 0)`.execute(write)
      await runMigrations(TYPES, (work) => queue.push(() => work(write)), upTo)
      await queue.push(async () => describeLargeProjects(writing))
      // From here on the queue waits for other writers itself, without holding up reads.
      writing.exec('pragma busy_timeout = 0')
    },
    async distribute() {
      throw new NoCluster('SQLite runs on one machine: set DATABASE_URL to the coordinator of a Citus cluster.')
    },
    async close() {
      await queue.idle()
      await read.destroy()
      if (opened?.isOpen) opened.close()
      await readLong.destroy()
      await write.destroy()
    },
  }
}
