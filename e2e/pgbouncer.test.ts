import { describe, expect, it } from 'vitest'
import { databaseBehindPgBouncer } from '../test-support/pgbouncer.ts'
import { call, type Json, type ServerProcess, startForTest } from './server-process.ts'

describe.each(['session', 'transaction'] as const)('PgBouncer in %s mode', (mode) => {
  it('is no hindrance to servers that start together on an empty database, nor to anything that they do', async () => {
    const env = {
      DATABASE_URL: await databaseBehindPgBouncer(mode),
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
})
