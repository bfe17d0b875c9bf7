import type { TestProject } from 'vitest/node'
import { CITUS_URL } from './citus.ts'
import { createPostgresServer } from './postgres-server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL where tests may create databases. */
    postgresUrl: string
  }
}

/** Starts a throw-away PostgreSQL for the whole test run, or uses TEST_CITUS_URL or TEST_DATABASE_URL. Vitest's global set-up. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = CITUS_URL ?? process.env.TEST_DATABASE_URL
  if (given) {
    project.provide('postgresUrl', given)
    return async () => {}
  }
  const server = await createPostgresServer()
  project.provide('postgresUrl', server.url)
  return server.remove
}
