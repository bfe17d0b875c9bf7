import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databaseBehindPgBouncer } from '../../../test-support/pgbouncer.ts'
import { openDatabase } from './database.ts'
import { QueryTooLong } from './dialects/dialect.ts'

describe.each(['session', 'transaction'] as const)('a database behind PgBouncer in %s mode', (mode) => {
  it('keeps the limit of long reads, and to them alone', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'assay-pgbouncer-'))
    const database = openDatabase({ databaseUrl: await databaseBehindPgBouncer(mode), dataDir, queryTimeout: 400 })
    onTestFinished(() => database.close())
    await database.migrate()
    const endless = sql`
      with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 1000000000)
      select count(*) from numbers`
    for (const { reason } of (await Promise.allSettled(
      [1, 2, 3].map(() => endless.execute(database.readLong.db)),
    )) as PromiseRejectedResult[]) {
      expect(reason).toBeInstanceOf(QueryTooLong)
    }
    const limits = await Promise.all(
      Array.from({ length: 8 }, () =>
        sql<{ statement_timeout: string }>`show statement_timeout`.execute(database.read.db),
      ),
    )
    expect([...new Set(limits.map(({ rows }) => rows[0]?.statement_timeout))]).toEqual(['0'])
  })
})
