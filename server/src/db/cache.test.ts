import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cached } from './cache.ts'
import { openDatabase } from './database.ts'
import type { Database } from './handle.ts'

const write = (database: Database, name: string) =>
  database.write(0, async ({ db }) => void (await db.insertInto('settings').values({ name, value: '1' }).execute()))

it('is forgotten as soon as anything was committed, by this process or by another', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'assay-memory-'))
  const [own, other] = [openDatabase({ dataDir }), openDatabase({ dataDir })]
  try {
    await own.migrate()
    await other.migrate()
    let reads = 0
    const count = () =>
      cached(own.read, 'settings', async () => {
        reads++
        const rows = await own.read.db.selectFrom('settings').select('name').execute()
        return rows.length
      })
    const before = await count()
    expect(await count()).toBe(before)
    expect(reads).toBe(1)
    await write(own, 'mine')
    expect(await count()).toBe(before + 1)
    await write(other, 'theirs')
    // A commit of another process is seen from the next turn of the event loop on.
    await new Promise((resolve) => setImmediate(resolve))
    expect(await count()).toBe(before + 2)
    expect(reads).toBe(3)
  } finally {
    await own.close()
    await other.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
})
