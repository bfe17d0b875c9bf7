import { sql } from 'kysely'
import type { Reader } from '../db/handle.ts'
import type { TableName } from '../db/schema.ts'
import { keyOf } from '../db/tables.ts'

export type DumpedRow = Record<string, string | number | null>

/** Rows that are held in memory at a time; some carry texts of megabytes. */
const BATCH = 200

/**
 * The rows of a table in the order of its key, a batch at a time; of one project when given. An older version may lack
 * a column of the key: `isKnown` says so.
 */
export async function* readTable(
  { db }: Pick<Reader, 'db'>,
  table: TableName,
  { projectId, isKnown = () => true }: { projectId?: number; isKnown?(column: string): boolean } = {},
): AsyncGenerator<DumpedRow[]> {
  const keys = keyOf(table)
    .slice(projectId === undefined ? 0 : 1)
    .filter(isKnown)
  const columns = sql.join(keys.map((key) => sql.ref(key)))
  let last: DumpedRow | undefined
  do {
    const conditions = [
      ...(projectId === undefined ? [] : [sql`project_id = ${projectId}`]),
      ...(last === undefined ? [] : [sql`(${columns}) > (${sql.join(keys.map((key) => last?.[key]))})`]),
    ]
    const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`
    const { rows } = await sql<DumpedRow>`select * from ${sql.table(table)} ${where}
      order by ${columns} limit ${BATCH}`.execute(db)
    if (rows.length > 0) yield rows
    last = rows.length < BATCH ? undefined : rows.at(-1)
  } while (last !== undefined)
}
