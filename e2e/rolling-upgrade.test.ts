import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freePort } from '../test-support/free-port.ts'
import { call, type Json, placeOn, type ServerProcess, spawnServer, startForTest } from './server-process.ts'
import { copyTree } from './tree-copy.ts'

/** A migration of a later release, when it is one that this release can run beside (docs/scale.md). */
const LATER = `import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [
    'alter table tests add column later_note text',
    'alter table runs add column later_number bigint not null default 7',
    'create index later_index on runs (project_id, later_number)',
    'create table later_things (project_id bigint not null, id bigint not null, primary key (project_id, id))',
  ]) await sql.raw(statement).execute(db)
}
`
const NAME = '209901010000-later'

/** The command that starts a later release: this one, and a migration more. */
function laterRelease(): [string, ...string[]] {
  const { root, add, edit } = copyTree()
  const migrations = 'server/src/db/migrations'
  add(`${migrations}/${NAME}.ts`, LATER)
  edit(`${migrations}/all.ts`, (text) =>
    text
      .replace('interface Migration', `import * as later from './${NAME}.ts'\n\ninterface Migration`)
      .replace(/(MIGRATIONS: Record<string, Migration> = \{[^}]*)\}/, `$1  '${NAME}': later,\n}`),
  )
  return [process.execPath, '--disable-warning=ExperimentalWarning', join(root, 'server/src/app/main.ts')]
}

describe('a later release beside this one', () => {
  it('both serve one database at once; a start of this one is refused', { timeout: 120_000 }, async () => {
    const place = await placeOn('postgres')
    const { ASSAY_DATA_DIR: dataDir, ...env } = place
    const server = await startForTest({ env, dataDir })
    const project = Number((await call(server, 'GET', '/projects.json')).data[0].id)
    const author = Number((await call(server, 'GET', '/users.json')).data[0].id)
    const p = (path: string) => `/projects/${project}${path}`
    /** Makes, changes, runs, clones, finds and deletes, each on the next of the servers; answers what was refused. */
    const work = async (...servers: ServerProcess[]): Promise<Json[]> => {
      let turn = 0
      const answers: Json[] = []
      const send = async (method: string, path: string, body?: object) => {
        const answer = await call(servers[turn++ % servers.length] as ServerProcess, method, p(path), body)
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
    expect(await work(server)).toEqual([])

    const later = await startForTest({ env, dataDir, command: laterRelease() })
    expect(await work(later)).toEqual([])
    expect(await work(server, later)).toEqual([])
    expect(await work(later, server)).toEqual([])
    expect((await Promise.all([work(server), work(later), work(server, later)])).flat()).toEqual([])

    const { ended, output } = spawnServer({ env, dataDir }, await freePort())
    expect(await ended).toBe(2)
    expect(output()).toContain(`newer version of Assay (${NAME})`)
    expect(await work(server, later)).toEqual([])
    expect(await later.stop()).toBe(0)
    expect(await work(server)).toEqual([])
    expect(await server.stop()).toBe(0)
  })
})
