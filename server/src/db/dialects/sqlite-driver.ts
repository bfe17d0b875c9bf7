import type { DatabaseSync, StatementSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

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
function connectionOver(database: () => DatabaseSync): DatabaseConnection {
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

/**
 * Kysely over one node:sqlite handle, opened at the first query. There is no pool and no lock: whoever opens transactions on it (the write queue)
 * keeps others off.
 */
export function kyselyOver<T>(open: () => DatabaseSync): Kysely<T> {
  let opened: DatabaseSync | undefined
  const database = () => {
    opened ??= open()
    return opened
  }
  const connection = connectionOver(database)
  const begin = () => connection.executeQuery({ sql: 'savepoint kysely', parameters: [] } as unknown as CompiledQuery)
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: async () => void (await begin()),
    commitTransaction: async () => database().exec('release kysely'),
    rollbackTransaction: async () => database().exec('rollback to kysely; release kysely'),
    releaseConnection: async () => {},
    destroy: async () => opened?.close(),
  }
  const dialect: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
  return new Kysely<T>({ dialect })
}
