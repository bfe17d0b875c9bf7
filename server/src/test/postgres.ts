import type { TestProject } from 'vitest/node'
import { createPostgresServer } from './postgres-server.ts'

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
  const server = await createPostgresServer()
  project.provide('postgresUrl', server.url)
  return server.remove
}
