import type { DatabaseSync, StatementSync } from 'node:sqlite'
// Types only: a reading process needs no query builder, and stays small without it.
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'

const MAX_CACHED_STATEMENTS = 500

interface CachedStatement {
  statement: StatementSync
  returnsRows: boolean
}

type Parameter = string | number | bigint | null | Uint8Array

function toParameter(value: unknown): Parameter {
  if (value === undefined) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  return value as Parameter
}

/** A Kysely connection over one synchronous node:sqlite handle, with its prepared statements kept. */
export function connectionOver(database: () => DatabaseSync): DatabaseConnection {
  const cache = new Map<string, CachedStatement>()
  const prepare = (text: string): CachedStatement => {
    const known = cache.get(text)
    if (known) return known
    const statement = database().prepare(text)
    const entry = { statement, returnsRows: statement.columns().length > 0 }
    if (cache.size >= MAX_CACHED_STATEMENTS) cache.delete(cache.keys().next().value as string)
    cache.set(text, entry)
    return entry
  }
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const { statement, returnsRows } = prepare(sql)
      const bound = parameters.map(toParameter)
      if (returnsRows) return { rows: statement.all(...bound) as R[] }
      return { rows: [], numAffectedRows: BigInt(statement.run(...bound).changes) }
    },
    // biome-ignore lint/correctness/useYield: Kysely asks for the method; nothing here streams
    async *streamQuery() {
      throw new Error('SQLite queries are not streamed')
    },
  }
}
