import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { createPostgresDatabase } from '../../../test-support/postgres-database.ts'
import { openDatabase } from '../db/database.ts'
import type { Database } from '../db/handle.ts'
import { prepareDatabase } from './prepare-database.ts'

/** An empty database of a kind, up to date and without a server on it; `close` removes it. */
export async function openBareDatabase(
  dialect: 'sqlite' | 'postgres',
  options: { queryTimeout?: number } = {},
): Promise<{ database: Database; close: () => Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'assay-bare-'))
  const postgres = dialect === 'postgres' ? await createPostgresDatabase(inject('postgresUrl')) : undefined
  const database = openDatabase({ dataDir, ...options, ...(postgres ? { databaseUrl: postgres.url } : {}) })
  await prepareDatabase(database, postgres?.url)
  return {
    database,
    async close() {
      await database.close()
      await postgres?.drop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
