import type { TestProject } from 'vitest/node'
import { makeCluster, startPostgres } from './start-postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL where tests may create databases. */
    postgresUrl: string
  }
}

/** Starts a throw-away PostgreSQL for the whole test run, or uses TEST_DATABASE_URL. Vitest's global set-up. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.env.TEST_DATABASE_URL) {
    project.provide('postgresUrl', process.env.TEST_DATABASE_URL)
    return async () => {}
  }
  const cluster = makeCluster()
  const server = await startPostgres(cluster, ['max_connections=200', 'max_locks_per_transaction=256'])
  project.provide('postgresUrl', server.url)
  return async () => {
    await server.stop()
    cluster.remove()
  }
}
