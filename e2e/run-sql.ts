import pg from 'pg'
import type { Json } from './server-process.ts'

/** Runs a statement on a database, on a connection of its own, and answers its rows. */
export async function runSql(url: string, sql: string): Promise<Json[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
