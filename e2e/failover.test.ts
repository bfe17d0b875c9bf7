import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../test-support/free-port.ts'
import { runSql } from '../test-support/run-sql.ts'
import { copyAsStandby, makeCluster, startPostgres } from '../test-support/start-postgres.ts'
import { call, type Json, startForTest } from './server-process.ts'

const STREAMS = ['wal_level=replica', 'wal_keep_size=256MB', 'max_wal_senders=5', 'hot_standby=on']

describe('DATABASE_URL with several hosts', () => {
  it('means the one that is the primary, also after another was promoted', { timeout: 120_000 }, async () => {
    const own = makeCluster()
    onTestFinished(own.remove)
    const first = await startPostgres(own, STREAMS)
    onTestFinished(() => first.stop('immediate'))
    const copy = await copyAsStandby(own, first.url)
    onTestFinished(copy.remove)
    const { port } = new URL(first.url)
    const follow = `primary_conninfo=host=127.0.0.1 port=${port} user=postgres application_name=second`
    const second = await startPostgres(copy, [...STREAMS, follow], await freePort())
    onTestFinished(() => second.stop('immediate'))
    // What is acknowledged is on both, as docs/scale.md says how.
    await runSql(first.url, "alter system set synchronous_standby_names = 'second'")
    await runSql(first.url, 'select pg_reload_conf()')

    // The one that takes no writes stands first.
    const hosts = `127.0.0.1:${new URL(second.url).port},127.0.0.1:${port}`
    const DATABASE_URL = `postgres://postgres@${hosts}/postgres?target_session_attrs=read-write`
    const server = await startForTest({ env: { DATABASE_URL } })
    const project = Number((await call(server, 'GET', '/projects.json')).data[0].id)
    const author = Number((await call(server, 'GET', '/users.json')).data[0].id)
    const create = async (name: string) =>
      call(server, 'POST', `/projects/${project}/tests.json`, { data: { attributes: { name, 'author-id': author } } })
    const names: string[] = []
    for (let n = 0; n < 20; n++) {
      expect((await create(`before ${n}`)).errors).toBeUndefined()
      names.push(`before ${n}`)
    }

    await first.stop('immediate')
    expect((await create('while nobody is the primary')).errors[0].status).toBe('503')
    await runSql(second.url, 'select pg_promote()')
    for (let attempt = 0; ; attempt++) {
      const { errors } = await create(`after ${attempt}`)
      if (errors === undefined) {
        names.push(`after ${attempt}`)
        break
      }
      if (attempt > 600) throw new Error(`no host is taken for the primary:\n${server.output()}`)
      await sleep(100)
    }
    const { data } = await call(server, 'GET', `/projects/${project}/tests.json?page[size]=100`)
    expect(data.map(({ attributes }: Json) => attributes.name).sort()).toEqual(names.sort())
    expect(await server.stop()).toBe(0)
  })
})
