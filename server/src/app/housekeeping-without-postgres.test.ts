import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { expect, it, onTestFinished } from 'vitest'
import { createPostgresServer } from '../../../test-support/postgres-server.ts'
import { openDatabase } from '../db/database.ts'
import { createDiskBlobStore } from '../storage/disk-blob-store.ts'
import { startHousekeeping } from './housekeeping.ts'

it('housekeeping waits for a PostgreSQL that is away, and goes on by itself', async () => {
  const postgres = await createPostgresServer()
  onTestFinished(postgres.remove)
  const folder = mkdtempSync(join(tmpdir(), 'assay-housekeeping-'))
  const database = openDatabase({ databaseUrl: postgres.url, dataDir: folder })
  onTestFinished(() => database.close())
  await database.migrate()
  const warnings: string[] = []
  const logger = { warn: (_: unknown, message: string) => void warnings.push(message) } as Pick<
    FastifyBaseLogger,
    'warn'
  >
  const housekeeping = startHousekeeping({ database, blobs: createDiskBlobStore(folder), logger, soon: 20 })
  onTestFinished(housekeeping.stop)
  await postgres.stop('immediate')
  await expect.poll(() => warnings.length).toBeGreaterThan(0)
  expect(warnings[0]).toBe('housekeeping failed; it goes on by itself')
  await postgres.start()
  const row = { project_id: 1, kind: 'folder', id: 2, created_at: 3 }
  await database.write(0, async ({ db }) => void (await db.insertInto('removals').values(row).execute()))
  const left = () => database.read.db.selectFrom('removals').select('id').execute()
  await expect.poll(left).toEqual([])
})
