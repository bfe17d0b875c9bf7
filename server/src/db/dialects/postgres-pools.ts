import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import type { Schema } from '../schema.ts'
import { QueryTooLong } from './dialect.ts'

const INT8 = 20
const NUMERIC = 1700

const TYPE_PARSERS: pg.CustomTypesConfig = {
  // Ids, times and counts stay below 2^53, so they are numbers as on SQLite.
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format as 'text'),
}

/** How long PostgreSQL may take for each kind of thing, in milliseconds; left out: as long as it likes. */
export interface Patience {
  /** For a connection, in use by others or to a machine that does not answer. */
  connect: number
  /** For one statement. */
  statement: number | undefined
}

/** Beyond the limit that PostgreSQL keeps itself: then it hangs, or the way to it does. */
const GRACE = 2000

const STATEMENT_TIMEOUT = '57014'
const READ_ONLY = '25006'

/** PostgreSQL, or the way to it, does not answer; it passes. */
class DatabaseSilent extends Error {
  readonly code = 'ETIMEDOUT'
}

/** No host is a primary right now; it passes. */
class NoPrimary extends Error {
  readonly code = '57P03'
}

/** Rejects when an answer does not come within so many milliseconds. */
function inTime<T>(answer: Promise<T>, limit: number | undefined): Promise<T> {
  if (limit === undefined) return answer
  return new Promise((resolve, reject) => {
    const silent = () => reject(new DatabaseSilent(`PostgreSQL did not answer within ${limit} ms`))
    const timer = setTimeout(silent, limit)
    answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

type Query = (text: string, parameters: readonly unknown[]) => Promise<pg.QueryResult>

/** Pools on the hosts of one database, of which the primary is used. */
export interface HostPools {
  connect(): Promise<{ client: pg.PoolClient; host: number }>
  /** A host did not answer: others are asked first. */
  suspect(host: number): void
  counts(): { total: number; idle: number; waiting: number }
  end(): Promise<void>
  options: object
}

/** Opens a pool of up to `max` connections on each host; they connect on first use. */
function openHosts(urls: readonly string[], max: number, patience: Patience): HostPools {
  const options = {
    types: TYPE_PARSERS,
    application_name: 'assay',
    // Nothing else is said at the start of a session: poolers refuse what they do not know.
    connectionTimeoutMillis: Math.ceil(patience.connect / urls.length),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    max,
  }
  const pools = urls.map((connectionString) => new pg.Pool({ ...options, connectionString }))
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  // One in use tells whoever waits for its answer; when nobody does, its next query fails.
  for (const each of pools) {
    each.on('error', () => {})
    each.on('connect', (client) => client.on('error', () => {}))
  }
  const primaries = new WeakSet<pg.PoolClient>()
  let current = 0

  async function isPrimary(client: pg.PoolClient): Promise<boolean> {
    if (primaries.has(client)) return true
    const question = "select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as refuses"
    const { rows } = await inTime(client.query(question), options.connectionTimeoutMillis)
    if (rows[0]?.refuses === false) primaries.add(client)
    return primaries.has(client)
  }

  async function connectTo(host: number): Promise<pg.PoolClient | undefined> {
    const client = await (pools[host] as pg.Pool).connect()
    if (pools.length === 1) return client
    try {
      if (await isPrimary(client)) return client
    } catch (error) {
      client.release(true)
      throw error
    }
    client.release(true)
    return undefined
  }

  return {
    async connect() {
      const first = current
      let failure: unknown
      for (let tried = 0; tried < pools.length; tried++) {
        const host = (first + tried) % pools.length
        try {
          const client = await connectTo(host)
          if (client !== undefined) {
            current = host
            return { client, host }
          }
        } catch (error) {
          failure = error
        }
      }
      if (pools.length === 1) throw failure
      const why = failure === undefined ? 'all of them are replicas' : (failure as Error).message
      throw new NoPrimary(`None of the hosts of DATABASE_URL takes writes: ${why}`)
    },
    suspect(host) {
      if (current === host) current = (host + 1) % pools.length
    },
    counts: () => ({
      total: pools.reduce((sum, pool) => sum + pool.totalCount, 0),
      idle: pools.reduce((sum, pool) => sum + pool.idleCount, 0),
      waiting: pools.reduce((sum, pool) => sum + pool.waitingCount, 0),
    }),
    async end() {
      await Promise.all(pools.map((pool) => pool.end()))
    },
    options,
  }
}

/** How a pool sends what Kysely asks for, given how to send it as it is. */
type Sender = (send: Query) => Query

/**
 * As the pool, but for connections on which an answer did not come, or which a primary that is none any more has: they
 * fail at once from then on, and are closed instead of given back.
 */
function guarded(hosts: HostPools, limit: number | undefined, sender: Sender): PostgresPool {
  return {
    async connect() {
      const { client, host } = await hosts.connect()
      let broken: Error | undefined
      const send: Query = async (text, parameters) => {
        if (broken) throw broken
        try {
          return await inTime(client.query(text, [...parameters]), limit === undefined ? undefined : limit + GRACE)
        } catch (error) {
          const isSilent = error instanceof DatabaseSilent
          if (isSilent) hosts.suspect(host)
          if (isSilent || (error as { code?: string }).code === READ_ONLY) broken = error as Error
          throw error
        }
      }
      return {
        query: sender(send) as unknown as PostgresPoolClient['query'],
        release: (destroy?: boolean) => client.release(broken ?? destroy),
      }
    },
    end: hosts.end,
    options: hosts.options,
  }
}

const opensTransaction = (text: string) => text === 'begin' || text.startsWith('start transaction')

/**
 * Tells PostgreSQL the limit with each transaction, in the message that opens it: a setting of the session would be
 * refused or lost by a pooler.
 */
const limited =
  (limit: number | undefined): Sender =>
  (send) =>
  (text, parameters) =>
    limit !== undefined && opensTransaction(text)
      ? send(`${text}; set local statement_timeout = ${limit}`, [])
      : send(text, parameters)

/** Each query in a read-only transaction of its own, with the limit; when that is over it rejects with QueryTooLong. */
const stopped =
  (limit: number): Sender =>
  (send) =>
  async (text, parameters) => {
    await send(`begin read only; set local statement_timeout = ${limit}`, [])
    try {
      const result = await send(text, parameters)
      await send('commit', [])
      return result
    } catch (error) {
      // On a connection that is gone this fails too, and the pool does not get it back.
      await send('rollback', []).catch(() => {})
      throw (error as { code?: string }).code === STATEMENT_TIMEOUT ? new QueryTooLong() : error
    }
  }

const kyselyOn = (pool: PostgresPool) => new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })

/** How many connections one process opens at most, for short work and for reads that may be long. */
export interface PoolSizes {
  short: number
  long: number
}

/** Two pools on one server (or the primary among several), for short work and for long reads. */
export function openPools(urls: readonly string[], sizes: PoolSizes, patience: Patience, queryTimeout: number) {
  const pool = openHosts(urls, sizes.short, patience)
  const longPool = openHosts(urls, sizes.long, patience)
  const read = kyselyOn(guarded(pool, patience.statement, limited(patience.statement)))
  const readLong = kyselyOn(guarded(longPool, queryTimeout, stopped(queryTimeout)))
  return {
    pool,
    longPool,
    read,
    readLong,
    async close() {
      await read.destroy()
      await readLong.destroy()
    },
  }
}

/** A connection for work that takes as long as it takes, closed after it: migrations, and moving tables to a cluster. */
export async function withPatience<T>(
  urls: readonly string[],
  connect: number,
  work: (db: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  const db = kyselyOn(guarded(openHosts(urls, 1, { connect, statement: undefined }), undefined, limited(undefined)))
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}
