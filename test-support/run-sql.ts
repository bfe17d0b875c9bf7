import pg from 'pg'

const INT8 = pg.types.builtins.INT8

/** Large integers are numbers, as they are on SQLite. */
const types = { getTypeParser: (oid: number) => (oid === INT8 ? Number : pg.types.getTypeParser(oid)) }

/** Runs a statement on a PostgreSQL, on a connection of its own, and answers its rows. */
// biome-ignore lint/suspicious/noExplicitAny: rows are asserted on, column by column
export async function runSql<Row = any>(url: string, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, types: types as pg.CustomTypesConfig })
  await client.connect()
  try {
    return (await client.query(sql, [...values])).rows
  } finally {
    await client.end()
  }
}
