import { sql } from 'kysely'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { openDatabase } from '../server/src/db/database.ts'
import { QueryTooLong } from '../server/src/db/dialects/dialect.ts'
import { startPgBouncer } from '../test-support/pgbouncer.ts'
import { createPostgresDatabase } from '../test-support/postgres-database.ts'
import { call, type Json, newFolder, type ServerProcess, startForTest } from './server-process.ts'

/** An empty database, reached through a PgBouncer of its own. */
async function behindPooler(mode: 'session' | 'transaction'): Promise<string> {
  const { url, drop } = await createPostgresDatabase(inject('postgresUrl'))
  onTestFinished(drop)
  const pooler = await startPgBouncer(mode, url)
  onTestFinished(pooler.stop)
  return pooler.url
}

describe.each(['session', 'transaction'] as const)('PgBouncer in %s mode', (mode) => {
  it('is no hindrance to servers that start together on an empty database, nor to anything that they do', async () => {
    const env = {
      DATABASE_URL: await behindPooler(mode),
      ASSAY_DATABASE_POOL: '10',
      ASSAY_DATABASE_LONG_POOL: '3',
    }
    const servers = await Promise.all([1, 2].map(() => startForTest({ env })))
    const [server] = servers as [ServerProcess]
    const project = Number((await call(server, 'GET', '/projects.json')).data[0].id)
    const p = (path: string) => `/projects/${project}${path}`
    const set = await call(server, 'POST', p('/sets.json'), { data: { attributes: { name: 'set' } } })
    const upload = (name: string, n: number) =>
      call(servers[n % 2] as ServerProcess, 'POST', p('/runs/auto_create.json'), {
        data: { attributes: { 'set-id': set.data.id, 'exit-code': 0 }, 'test-attributes': { name } },
      })
    const runs: Json[] = await Promise.all(Array.from({ length: 40 }, (_, n) => upload(`test ${n % 20}`, n)))
    expect(runs.filter(({ data }) => data === undefined)).toEqual([])
    const ids = runs.map(({ data }) => data.id)
    expect(new Set(ids).size).toBe(40)

    const found = async (query: string) => {
      const answers: Json[] = await Promise.all(servers.map((each) => call(each, 'GET', p(`/tests.json?${query}`))))
      return answers.map(({ meta, errors }) => meta?.['total-count'] ?? errors)
    }
    expect(await found(`ptql=${encodeURIComponent('ID > 0')}`)).toEqual([20, 20])
    expect(await found('name_like=test')).toEqual([20, 20])
    for (const each of servers) expect(await each.stop()).toBe(0)
  })

  it('keeps the limit of long reads, and to them alone', async () => {
    const database = openDatabase({ databaseUrl: await behindPooler(mode), dataDir: newFolder(), queryTimeout: 400 })
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
