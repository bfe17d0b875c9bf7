import { freePort } from './free-port.ts'
import { makeCluster, type RunningPostgres, startPostgres } from './start-postgres.ts'

/** A PostgreSQL of a test's own, on a port of 127.0.0.1 that it keeps. */
export interface PostgresServer {
  url: string
  start(): Promise<void>
  stop: RunningPostgres['stop']
  signal: RunningPostgres['signal']
  /** Stops it and removes its files. */
  remove(): Promise<void>
}

/** Makes a throw-away PostgreSQL and starts it. Throws an error with its log when it does not start. */
export async function createPostgresServer(): Promise<PostgresServer> {
  const cluster = makeCluster()
  const port = await freePort()
  const start = () => startPostgres(cluster, ['max_connections=200', 'max_locks_per_transaction=256'], port)
  let running: RunningPostgres = await start()
  return {
    url: running.url,
    async start() {
      running = await start()
    },
    stop: (mode) => running.stop(mode),
    signal: (signal) => running.signal(signal),
    async remove() {
      await running.stop()
      cluster.remove()
    },
  }
}
