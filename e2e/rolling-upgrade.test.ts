import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { freePort } from '../server/src/test/free-port.ts'
import { call, type Json, placeOn, spawnServer, startForTest } from './server-process.ts'

/** What the migration of a later release does, when it is one that this release can run beside (docs/scale.md). */
const LATER = [
  'alter table tests add column later_note text',
  'alter table runs add column later_number bigint not null default 7',
  'create index later_index on runs (project_id, later_number)',
  'create table later_things (project_id bigint not null, id bigint not null, primary key (project_id, id))',
  "insert into migrations values ('209901010000-later', 1)",
]

describe('a later release beside this one', () => {
  it('leaves servers that run at work; a start is refused', { timeout: 60_000 }, async () => {
    const place = await placeOn('postgres')
    const { ASSAY_DATA_DIR: dataDir, ...env } = place
    const server = await startForTest({ env, dataDir })
    const project = Number((await call(server, 'GET', '/projects.json')).data[0].id)
    const author = Number((await call(server, 'GET', '/users.json')).data[0].id)
    const p = (path: string) => `/projects/${project}${path}`
    /** Makes, changes, runs, clones, finds and deletes; answers what was refused. */
    const work = async (): Promise<Json[]> => {
      const answers: Json[] = []
      const send = async (method: string, path: string, body?: object) => {
        const answer = await call(server, method, p(path), body)
        answers.push(answer)
        return answer
      }
      const data = (attributes: object) => ({ data: { attributes } })
      const test = await send(
        'POST',
        '/tests.json',
        data({ name: 'test', 'author-id': author, steps: [{ name: 'one' }] }),
      )
      const set = await send('POST', '/sets.json', data({ name: 'set', 'test-ids': [Number(test.data.id)] }))
      await send('PUT', `/tests/${test.data.id}.json`, data({ name: 'renamed' }))
      await send('POST', `/tests/${test.data.id}/clone.json`, data({ 'author-id': author }))
      await send('POST', `/sets/${set.data.id}/clone.json`)
      await send(
        'POST',
        '/runs/auto_create.json',
        data({ 'set-id': Number(set.data.id), 'test-id': Number(test.data.id) }),
      )
      await send('GET', `/tests.json?ptql=${encodeURIComponent('"Name" = "renamed"')}`)
      await send('GET', `/runs.json?set-ids=${set.data.id}`)
      await send('DELETE', `/tests/${test.data.id}.json`)
      return answers.filter(({ errors }) => errors !== undefined)
    }
    expect(await work()).toEqual([])

    const client = new pg.Client({ connectionString: place.DATABASE_URL })
    await client.connect()
    for (const statement of LATER) await client.query(statement)
    await client.end()
    expect(await work()).toEqual([])

    const { ended, output } = spawnServer({ env, dataDir }, await freePort())
    expect(await ended).toBe(2)
    expect(output()).toContain('newer version of Assay (209901010000-later)')
    expect(await work()).toEqual([])
    expect(await server.stop()).toBe(0)
  })
})
