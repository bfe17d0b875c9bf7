import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { runSql } from './run-sql.ts'

/** A database as the server's settings name it: a file in a folder, or a PostgreSQL. */
export interface StoredIn {
  dataDir: string
  databaseUrl: string | undefined
}

/** What is in a cell: both databases keep yes and no as 1 and 0, and moments as milliseconds. */
export type Cell = string | number | null

function onSqlite(dataDir: string, sql: string, values: readonly Cell[]): unknown[] {
  const file = join(dataDir, 'assay.db')
  // An empty database would be made where none is.
  if (!existsSync(file)) throw new Error(`there is no ${file}`)
  const database = new DatabaseSync(file, { timeout: 10_000 })
  try {
    const named = Object.fromEntries(values.map((value, n) => [`$${n + 1}`, value]))
    // Rows without a prototype would equal no literal.
    return database
      .prepare(sql)
      .all(named)
      .map((row) => ({ ...row }))
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
  return databaseUrl ? runSql<Row>(databaseUrl, sql, values) : (onSqlite(dataDir, sql, values) as Row[])
}
