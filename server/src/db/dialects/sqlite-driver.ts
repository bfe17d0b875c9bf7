import type { DatabaseSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { connectionOver } from './sqlite-connection.ts'

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
  return kyselyWith(driver)
}

function kyselyWith<T>(driver: Driver): Kysely<T> {
  const dialect: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
  return new Kysely<T>({ dialect })
}

/** Kysely that only reads, over a connection that is shared by all of its queries. */
export function kyselyReading<T>(connection: DatabaseConnection, close: () => void): Kysely<T> {
  const refuse = async () => {
    throw new Error('This connection only reads')
  }
  return kyselyWith({
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: async () => {},
    destroy: async () => close(),
  })
}
