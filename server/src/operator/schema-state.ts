import { sql } from 'kysely'
import type { Reader } from '../db/handle.ts'
import { MIGRATIONS } from '../db/migrations/all.ts'
import { AdminError } from './admin-error.ts'

const NAMES = Object.keys(MIGRATIONS)

/** The migration that this version ends with. */
export const NEWEST_SCHEMA = NAMES.at(-1) as string

/** A database's tables, each with its columns. */
export async function tablesOf({ db }: Pick<Reader, 'db'>): Promise<Map<string, Set<string>>> {
  const tables = await db.introspection.getTables()
  return new Map(tables.map(({ name, columns }) => [name, new Set(columns.map((column) => column.name))]))
}

/** The last migration that a database has seen; undefined for an empty one. Throws when it is of a newer version. */
export async function schemaOf(reader: Pick<Reader, 'db'>): Promise<string | undefined> {
  if (!(await tablesOf(reader)).has('migrations')) return undefined
  const { rows } = await sql<{ name: string }>`select name from migrations order by name`.execute(reader.db)
  const last = rows.at(-1)?.name
  if (last !== undefined && !NAMES.includes(last)) {
    throw new AdminError(`The database is of a newer version of Assay (${last}); use that one.`)
  }
  return last
}

/** Throws unless a database is as this version has it. */
export async function mustBeCurrent(reader: Pick<Reader, 'db'>): Promise<void> {
  const schema = await schemaOf(reader)
  if (schema === undefined) throw new AdminError('There is no database yet: run "assay init" first.')
  if (schema !== NEWEST_SCHEMA) {
    throw new AdminError('The database is of an older version of Assay: start the server, or run "assay init", first.')
  }
}

/** Throws unless a dump's schema is one that this version knows. */
export function mustKnow(schema: string): void {
  if (NAMES.includes(schema)) return
  throw new AdminError(`The file was made by a newer version of Assay (${schema}); use that one.`)
}
