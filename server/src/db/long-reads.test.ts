import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBareDatabase } from '../test/bare-database.ts'
import { QueryTooLong } from './dialects/dialect.ts'

type Bare = Awaited<ReturnType<typeof openBareDatabase>>

/** Where a read must end by itself, and where it is stopped: starting a process for it counts, on a slow machine too. */
const [PATIENT, SOON] = [600_000, 2000]

describe.each(['sqlite', 'postgres'] as const)('long reads on %s', (dialect) => {
  let patient: Bare
  let hasty: Bare
  beforeAll(async () => {
    patient = await openBareDatabase(dialect, { queryTimeout: PATIENT })
    hasty = await openBareDatabase(dialect, { queryTimeout: SOON })
  })
  afterAll(async () => {
    await patient?.close()
    await hasty?.close()
  })

  /** Counts to `n`; a thousand million takes minutes. */
  const count = ({ database }: Bare, n: number) =>
    sql<{ n: number }>`
      with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${sql.lit(n)})
      select count(*) as n from numbers`.execute(database.readLong.db)

  it('answer like other reads, and say what is wrong', async () => {
    const { rows } = await count(patient, 1000)
    expect(Number(rows[0]?.n)).toBe(1000)
    await expect(sql`select nonsense from nowhere`.execute(patient.database.readLong.db)).rejects.toThrow('nowhere')
  })

  it('are stopped, hold up neither each other nor short ones, and work again afterwards', async () => {
    const endless = [1, 2, 3].map(() => count(hasty, 1_000_000_000))
    const short = await sql<{ one: number }>`select 1 as one`.execute(hasty.database.read.db)
    expect(short.rows).toEqual([{ one: 1 }])
    for (const { status, reason } of (await Promise.allSettled(endless)) as PromiseRejectedResult[]) {
      expect([status, reason instanceof QueryTooLong]).toEqual(['rejected', true])
    }
    expect(Number((await count(hasty, 10)).rows[0]?.n)).toBe(10)
  })
})
