import type { Database, Tx } from '../db/handle.ts'
import type { TableName } from '../db/schema.ts'
import { insertRows } from '../db/store.ts'
import { NUMBERED_TABLES, TABLES } from '../db/tables.ts'
import { AdminError } from './admin-error.ts'
import { createDumpChecker } from './check-dump.ts'
import { createFileReceiver, type DumpSummary, type FileStores } from './dump-attachments.ts'
import { readDump } from './dump-file.ts'
import type { DumpHeader } from './dump-lines.ts'
import { shapesAfter } from './dump-shapes.ts'
import type { DumpedRow } from './read-table.ts'
import { mustKnow, schemaOf, tablesOf } from './schema-state.ts'

interface Options extends FileStores {
  database: Database
  path: string
}

/**
 * Reads a whole backup and checks all of it, so that a damaged or crafted one is found before anything is stored;
 * answers its first line.
 */
async function verify(path: string): Promise<DumpHeader> {
  let header: DumpHeader | undefined
  let checker: ReturnType<typeof createDumpChecker> | undefined
  for await (const line of readDump(path)) {
    if (checker) {
      checker.take(line)
      continue
    }
    header = line as DumpHeader
    if (header.assay !== 'backup') {
      throw new AdminError('This is the export of a project, not a backup: use "assay import" for it.')
    }
    mustKnow(header.schema)
    const shapes = await shapesAfter(header.schema)
    const columnsOf = (table: string) =>
      Object.hasOwn(TABLES, table) ? [...(shapes.get(table)?.keys() ?? [])] : undefined
    checker = createDumpChecker({ header, shapes, columnsOf })
  }
  checker?.end()
  return header as DumpHeader
}

/** Throws unless the database holds nothing and is not of a newer schema than the backup. */
async function mustBeEmpty({ database }: Options, header: DumpHeader): Promise<void> {
  const { read } = database
  if ((await tablesOf(read)).has('accounts')) {
    const account = await read.db.selectFrom('accounts').select('id').limit(1).executeTakeFirst()
    if (account) {
      throw new AdminError(
        'The database is not empty, and a restore never mixes or replaces: name a new folder in ASSAY_DATA_DIR, or an empty database in DATABASE_URL.',
      )
    }
  }
  const schema = await schemaOf(read)
  if (schema !== undefined && schema > header.schema) {
    throw new AdminError('The backup is of an older version than the tables that are there: use a new, empty database.')
  }
}

async function load(tx: Tx, { path, ...stores }: Options, lastId: number): Promise<DumpSummary> {
  const summary: DumpSummary = { rows: 0, files: 0, missing: [] }
  const files = createFileReceiver(stores, (account) => account)
  let group: { table: TableName; rows: DumpedRow[] } | undefined
  const flush = async () => {
    if (group) await insertRows(tx, group.table, group.rows as never)
    group = undefined
  }
  for await (const line of readDump(path)) {
    await files.take(line)
    if ('file' in line) summary.files++
    if ('missing' in line) summary.missing.push(line.missing)
    if (!('table' in line)) continue
    const table = line.table as TableName
    if (group?.table !== table || group.rows.length >= 200) await flush()
    group ??= { table, rows: [] }
    group.rows.push(line.row)
    summary.rows++
  }
  await flush()
  await files.end()
  const { maintenance } = tx.dialect
  await maintenance.passId(tx.db, lastId)
  const known = await tablesOf(tx)
  for (const table of NUMBERED_TABLES) if (known.has(table)) await maintenance.continueNumbering(tx.db, table)
  return summary
}

/**
 * Fills an empty database of either kind, and the folder of attachments, from a backup: all of it in one transaction,
 * with the tables of the version that made it, which are then brought up to date. Throws an AdminError for a backup that
 * is damaged or newer, and for a database that holds anything.
 */
export async function restore(options: Options): Promise<DumpSummary> {
  const header = await verify(options.path)
  await mustBeEmpty(options, header)
  const { database } = options
  await database.migrate(header.schema)
  const summary = await database.write(0, (tx) => load(tx, options, header['last-id']))
  await database.migrate()
  return summary
}
