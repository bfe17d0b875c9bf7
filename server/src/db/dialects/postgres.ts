import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { runMigrations } from '../run-migrations.ts'
import type { Schema } from '../schema.ts'
import type { ColumnTypes, Connection, Dialect } from './dialect.ts'

const TYPES: ColumnTypes = { text: 'text collate "C"', integer: 'bigint', double: 'double precision', keyed: '' }

const INT8 = 20
const NUMERIC = 1700

/** Advisory locks take a 64-bit key; hashtextextended makes one of any text. */
const lockKey = (name: string) => sql`hashtextextended(${name}, 0)`

const DIALECT: Dialect = {
  name: 'postgres',
  contains: (column, needle) => sql`strpos(${sql.ref(column)}, ${needle}) > 0`,
  forUpdate: sql`for update`,
  async lock(tx, name) {
    await sql`select pg_advisory_xact_lock(${lockKey(name)})`.execute(tx)
  },
  async tryLock(tx, name) {
    const { rows } = await sql<{ got: boolean }>`select pg_try_advisory_xact_lock(${lockKey(name)}) as got`.execute(tx)
    return rows[0]?.got === true
  },
}

/** Aborted by PostgreSQL for the sake of another transaction: worth another try (contract §1.10). */
const RETRIED = new Set(['40001', '40P01'])
const RETRIES = 3

/** Opens a pool on `url`. Connects on first use. `size` bounds the connections of this process. */
export function openPostgres({ url, size = 20 }: { url: string; size?: number }): Connection {
  const types: pg.CustomTypesConfig = {
    // Ids, times and counts stay below 2^53, so they are numbers as on SQLite.
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format as 'text'),
  }
  const pool = new pg.Pool({ connectionString: url, max: size, types, application_name: 'assay' })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })

  return {
    dialect: DIALECT,
    read: db,
    async transaction(job) {
      for (let attempt = 0; ; attempt++) {
        try {
          return await db.transaction().setIsolationLevel('read committed').execute(job)
        } catch (error) {
          const code = (error as { code?: string }).code ?? ''
          if (!RETRIED.has(code) || attempt >= RETRIES) throw error
        }
      }
    },
    async nextIds(count) {
      if (count === 0) return []
      const { rows } = await sql<{ id: number }>`
        select nextval('ids') as id from generate_series(1, ${count}::int)`.execute(db)
      return rows.map((row) => row.id)
    },
    async migrate() {
      await db.connection().execute(async (connection) => {
        await sql`select pg_advisory_lock(${lockKey('assay migrations')})`.execute(connection)
        try {
          await sql`create sequence if not exists ids as bigint`.execute(connection)
          await runMigrations(connection, TYPES, (work) => connection.transaction().execute(work))
        } finally {
          await sql`select pg_advisory_unlock(${lockKey('assay migrations')})`.execute(connection)
        }
      })
    },
    close: () => db.destroy(),
  }
}
