import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { freePort } from '../test-support/free-port.ts'
import { createPostgresDatabase } from '../test-support/postgres-database.ts'
import { runSql } from '../test-support/run-sql.ts'
import {
  type Cluster,
  copyAsStandby,
  makeCluster,
  type RunningPostgres,
  startPostgres,
} from '../test-support/start-postgres.ts'
import { call, type Json, newFolder, type ServerProcess, spawnServer, startServer } from './server-process.ts'

const STREAMS = ['wal_level=replica', 'wal_keep_size=256MB', 'max_wal_senders=5']

describe('two servers with a streaming replica', () => {
  const clusters: Cluster[] = []
  let primary: RunningPostgres
  let replica: RunningPostgres
  let standby: { cluster: Cluster; settings: string[]; port: number }
  let nodes: ServerProcess[] = []
  let [here, there] = [0, 0]
  let author = 0

  const [first, second] = [() => nodes[0] as ServerProcess, () => nodes[1] as ServerProcess]
  const names = async (node: ServerProcess, project: number, query = '') => {
    const { data } = await call(node, 'GET', `/projects/${project}/tests.json${query}`)
    return data.map(({ attributes }: Json) => attributes.name)
  }
  const create = async (node: ServerProcess, project: number, name: string): Promise<number> => {
    const body = { data: { attributes: { name, 'author-id': author } } }
    return Number((await call(node, 'POST', `/projects/${project}/tests.json`, body)).data.id)
  }
  const series = async (node: ServerProcess, name: string) => {
    const answer = await fetch(`${node.url}/metrics`, { headers: { pttoken: node.token } })
    const line = (await answer.text()).split('\n').find((each) => each.startsWith(`${name} `))
    return Number(line?.slice(name.length + 1))
  }
  /** Changes a name past the servers: no mark tells of it. */
  const renameBehind = (project: number, name: string) =>
    runSql(primary.url, `update tests set name = '${name}' where project_id = ${project}`)

  /** Waits until the replica has replayed everything that the primary wrote. */
  async function caughtUp(): Promise<void> {
    const [{ lsn }] = (await runSql(primary.url, 'select pg_current_wal_insert_lsn() as lsn')) as [Json]
    for (let n = 0; n < 1200; n++) {
      const [row] = await runSql(replica.url, `select pg_last_wal_replay_lsn() >= '${lsn}' as done`)
      if (row.done) return
      await sleep(50)
    }
    throw new Error('the replica does not catch up')
  }

  beforeAll(async () => {
    clusters.push(makeCluster())
    const [first] = clusters as [Cluster]
    primary = await startPostgres(first, STREAMS)
    clusters.push(await copyAsStandby(first, primary.url))
    const { port } = new URL(primary.url)
    const follow = `primary_conninfo=host=127.0.0.1 port=${port} user=postgres`
    standby = {
      cluster: clusters[1] as Cluster,
      settings: [...STREAMS, follow, 'hot_standby=on'],
      port: await freePort(),
    }
    replica = await startPostgres(standby.cluster, standby.settings, standby.port)
    const env = { DATABASE_URL: primary.url, DATABASE_READ_URL: replica.url, ASSAY_QUERY_TIMEOUT_SECONDS: '10' }
    const dataDir = newFolder()
    nodes = await Promise.all([1, 2].map(() => startServer({ env, dataDir })))
    author = Number((await call(nodes[0] as ServerProcess, 'GET', '/users.json')).data[0].id)
    const make = async (name: string) =>
      Number(
        (await call(nodes[0] as ServerProcess, 'POST', '/projects.json', { data: { attributes: { name } } })).data.id,
      )
    here = await make('Here')
    there = await make('There')
    await create(nodes[0] as ServerProcess, here, 'first')
    await create(nodes[0] as ServerProcess, there, 'far')
    await caughtUp()
  }, 120_000)

  afterAll(async () => {
    await Promise.allSettled(nodes.map((node) => node.stop()))
    await replica?.stop()
    await primary?.stop()
    for (const cluster of clusters) cluster.remove()
  })

  it('read from it, but nothing that is older than what was acknowledged, on either server', async () => {
    await runSql(replica.url, 'select pg_wal_replay_pause()')
    try {
      // The replica is what is read: it does not know the new name.
      await renameBehind(there, 'renamed')
      for (const node of nodes) {
        expect(await names(node, there)).toEqual(['far'])
        expect(await names(node, there, '?name_like=a')).toEqual(['far'])
      }
      // A write is seen by the next read, whatever server is asked, in lists, shows, counts and queries.
      const id = await create(first(), here, 'second')
      for (const node of nodes) {
        expect(await names(node, here)).toEqual(['first', 'second'])
        expect(await names(node, here, `?ptql=${encodeURIComponent('Name = second')}`)).toEqual(['second'])
        expect((await call(node, 'GET', `/projects/${here}/tests/${id}.json`)).data.attributes.name).toBe('second')
        expect((await call(node, 'GET', `/projects/${here}/tests.json?page[size]=1`)).meta['total-count']).toBe(2)
      }
      // The other project was not written to: it goes on reading the replica.
      expect(await names(second(), there)).toEqual(['far'])
      // The operator sees how far it is behind, and who answered instead.
      expect(await series(first(), 'assay_replica_lag_bytes')).toBeGreaterThan(0)
      expect(await series(first(), 'assay_replica_choices_total{outcome="behind"}')).toBeGreaterThan(0)
      expect(await series(first(), 'assay_replica_choices_total{outcome="replica"}')).toBeGreaterThan(0)
      // What concerns the account is read from the primary, and projects see it.
      await call(first(), 'POST', '/users.json', {
        data: { attributes: { email: 'r@example.org', 'display-name': 'R' } },
      })
      expect((await call(second(), 'GET', '/users.json')).data).toHaveLength(2)
      expect(await names(second(), there)).toEqual(['renamed'])
    } finally {
      await runSql(replica.url, 'select pg_wal_replay_resume()')
    }
    await caughtUp()
    await renameBehind(here, 'behind')
    await caughtUp()
    expect(await names(first(), here)).toEqual(['behind', 'behind'])
  })

  it('refuse a token at once although the replica still knows it', async () => {
    await caughtUp()
    const made = await call(first(), 'POST', '/tokens.json', { data: { attributes: { name: 'Short-lived' } } })
    await caughtUp()
    await runSql(replica.url, 'select pg_wal_replay_pause()')
    try {
      const ask = async (node: ServerProcess) =>
        (
          await fetch(`${node.url}/api/v2/projects/${here}/tests.json`, {
            headers: { pttoken: made.data.attributes.token },
          })
        ).status
      expect(await ask(second())).toBe(200)
      await call(first(), 'DELETE', `/tokens/${made.data.id}.json`)
      for (const node of nodes) expect(await ask(node)).toBe(401)
    } finally {
      await runSql(replica.url, 'select pg_wal_replay_resume()')
    }
  })

  it('never show a reader less than was acknowledged, under load', async () => {
    const seen: string[] = []
    const clients = Array.from({ length: 8 }, async (_, client) => {
      for (let n = 0; n < 25; n++) {
        const [writer, reader] = (client + n) % 2 === 0 ? [first(), second()] : [second(), first()]
        const id = await create(writer, here, `load ${client} ${n}`)
        const answer = await call(reader, 'GET', `/projects/${here}/tests/${id}.json`)
        seen.push(answer.data?.attributes.name)
        expect(answer.data?.attributes.name, JSON.stringify(answer)).toBe(`load ${client} ${n}`)
      }
    })
    await Promise.all(clients)
    expect(seen).toHaveLength(200)
  })

  it('go on when it stops, say so once, and come back to it', async () => {
    await caughtUp()
    await replica.stop()
    for (const node of nodes) {
      for (let n = 0; n < 5; n++) expect((await names(node, there)).length).toBe(1)
    }
    const said = (node: ServerProcess, what: string) => node.output().split(what).length - 1
    for (const node of nodes) expect(said(node, 'the replica is away')).toBe(1)
    await create(first(), here, 'meanwhile')
    expect(await names(second(), here, '?name_exact=meanwhile')).toEqual(['meanwhile'])

    replica = await startPostgres(standby.cluster, standby.settings, standby.port)
    await caughtUp()
    for (let n = 0; n < 600 && !nodes.every((node) => said(node, 'the replica is back') > 0); n++) {
      for (const node of nodes) await names(node, there)
      await sleep(100)
    }
    for (const node of nodes) expect(said(node, 'the replica is back')).toBe(1)
    await runSql(replica.url, 'select pg_wal_replay_pause()')
    try {
      await renameBehind(there, 'renamed again')
      expect(await names(first(), there)).toEqual(['renamed'])
    } finally {
      await runSql(replica.url, 'select pg_wal_replay_resume()')
    }
  })
})

describe('a replica that lets us in and cannot answer', () => {
  it('is covered for by the primary', async () => {
    const [main, odd] = await Promise.all([1, 2].map(() => createPostgresDatabase(inject('postgresUrl'))))
    const urls = { DATABASE_URL: String(main?.url), DATABASE_READ_URL: String(odd?.url) }
    // It has every mark, and none of the tables.
    await runSql(urls.DATABASE_READ_URL, 'create table counters (project_id bigint, name text, value bigint)')
    await runSql(
      urls.DATABASE_READ_URL,
      "insert into counters select id, 'writes', 1000000 from generate_series(0, 1000) as id",
    )
    const server = await startServer({ env: urls })
    try {
      const project = (await call(server, 'GET', '/projects.json')).data[0].id
      const author = (await call(server, 'GET', '/users.json')).data[0].id
      const body = { data: { attributes: { name: 'there', 'author-id': author } } }
      const { id } = (await call(server, 'POST', `/projects/${project}/tests.json`, body)).data
      for (const query of ['', `?ptql=${encodeURIComponent('Name = there')}`]) {
        const list = await call(server, 'GET', `/projects/${project}/tests.json${query}`)
        expect(list.data.map((row: Json) => row.id)).toEqual([id])
      }
      expect((await call(server, 'GET', `/projects/${project}/tests/${id}.json`)).data.id).toBe(id)
      expect((await call(server, 'GET', `/projects/${project}/tests/1.json`)).errors[0].status).toBe('404')
    } finally {
      await server.stop()
      await main?.drop()
      await odd?.drop()
    }
  })
})

describe('the setting', () => {
  it('needs a primary', async () => {
    const { ended, output } = spawnServer({ env: { DATABASE_READ_URL: 'postgres://localhost/x' } }, await freePort())
    expect(await ended).toBe(2)
    expect(output()).toContain('DATABASE_READ_URL names a replica of DATABASE_URL, which is not set')
  })
})
