import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

/** A database as the server's settings name it: a file in a folder, or a PostgreSQL. */
export interface StoredIn {
  dataDir: string
  databaseUrl?: string | undefined
}

/** What is in a cell: both databases keep yes and no as 1 and 0, and moments as milliseconds. */
export type Cell = string | number | null

/** Large integers are numbers, as they are on SQLite. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number) =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid)) as pg.CustomTypesConfig['getTypeParser'],
}

async function onPostgres(url: string, sql: string, values: readonly Cell[]): Promise<Record<string, Cell>[]> {
  const client = new pg.Client({ connectionString: url, types })
  await client.connect()
  try {
    return (await client.query(sql, [...values])).rows
  } finally {
    await client.end()
  }
}

function onSqlite(dataDir: string, sql: string, values: readonly Cell[]): Record<string, Cell>[] {
  const file = join(dataDir, 'assay.db')
  // An empty database would be made where none is.
  if (!existsSync(file)) throw new Error(`there is no ${file}`)
  const database = new DatabaseSync(file)
  try {
    database.exec('pragma busy_timeout = 10000')
    return database.prepare(sql).all(Object.fromEntries(values.map((value, n) => [`$${n + 1}`, value]))) as Record<
      string,
      Cell
    >[]
  } finally {
    database.close()
  }
}

/**
 * Runs one statement past the server, which may be running; values stand as $1, $2, … in it. Answers the rows that it
 * has.
 */
export async function storedRows<Row = Record<string, Cell>>(
  { dataDir, databaseUrl }: StoredIn,
  sql: string,
  ...values: Cell[]
): Promise<Row[]> {
  const rows = databaseUrl ? await onPostgres(databaseUrl, sql, values) : onSqlite(dataDir, sql, values)
  return rows as Row[]
}
