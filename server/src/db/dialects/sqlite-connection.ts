import type { DatabaseSync, StatementSync } from 'node:sqlite'
// Types only: a reading process needs no query builder, and stays small without it.
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { createPause } from '../../core/pause.ts'

const MAX_CACHED_STATEMENTS = 500

interface CachedStatement {
  statement: StatementSync
  /** Makes an object of the cells of a row; undefined for statements that return none. */
  toRow: ((cells: unknown[]) => unknown) | undefined
}

/** A statement that runs once for each row of parameters. */
export interface RepeatedQuery extends CompiledQuery {
  repeatedWith: readonly (readonly unknown[])[]
}

/**
 * A function that makes rows of one shape. node:sqlite's own objects are dictionaries, slow to make and slow to read;
 * a literal with the columns as its keys is neither.
 */
function rowMaker(statement: StatementSync): CachedStatement['toRow'] {
  const columns = statement.columns().map(({ name }) => JSON.stringify(name))
  if (columns.length === 0) return undefined
  const literal = columns.map((name, index) => `${name}: cells[${index}]`).join(', ')
  return new Function('cells', `return { ${literal} }`) as CachedStatement['toRow']
}

type Parameter = string | number | bigint | null | Uint8Array

/** SQLite knows no booleans and no lists: a list goes as JSON, for `json_each`. */
function toParameter(value: unknown): Parameter {
  if (value === undefined) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (Array.isArray(value)) return JSON.stringify(value)
  return value as Parameter
}

/** A Kysely connection over one synchronous node:sqlite handle, with its prepared statements kept. */
export function connectionOver(database: () => DatabaseSync): DatabaseConnection {
  const cache = new Map<string, CachedStatement>()
  const prepare = (text: string): CachedStatement => {
    const known = cache.get(text)
    if (known) return known
    const statement = database().prepare(text)
    statement.setReturnArrays(true)
    const entry = { statement, toRow: rowMaker(statement) }
    if (cache.size >= MAX_CACHED_STATEMENTS) cache.delete(cache.keys().next().value as string)
    cache.set(text, entry)
    return entry
  }
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const { sql, parameters, repeatedWith } = query as CompiledQuery & Partial<RepeatedQuery>
      const { statement, toRow } = prepare(sql)
      if (repeatedWith) {
        const pause = createPause()
        for (const row of repeatedWith) {
          await pause()
          statement.run(...row.map(toParameter))
        }
        return { rows: [], numAffectedRows: BigInt(repeatedWith.length) }
      }
      const bound = parameters.map(toParameter)
      if (toRow) return { rows: (statement.all(...bound) as unknown as unknown[][]).map(toRow) as R[] }
      return { rows: [], numAffectedRows: BigInt(statement.run(...bound).changes) }
    },
    // biome-ignore lint/correctness/useYield: Kysely asks for the method; nothing here streams
    async *streamQuery() {
      throw new Error('SQLite queries are not streamed')
    },
  }
}
