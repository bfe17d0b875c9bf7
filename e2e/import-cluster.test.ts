import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createPostgresDatabase } from '../test-support/postgres-database.ts'
import { call, callAll, type Json, newFolder, type ServerProcess, startServer } from './server-process.ts'
import { brokenLinks, keptAndComputed, readProject } from './stored-project.ts'

/** Builds whose shards come to both servers at once; `ASSAY_CLUSTER_WRITES=600` makes it a long run. */
const BUILDS = Math.ceil(Number(process.env.ASSAY_CLUSTER_WRITES ?? 40) / 20)

const SHARDS = 4
const VARIANTS = ['linux', 'windows']

/** Tests of each shard, and those that every shard runs. */
const OWN = 80
const SHARED = 20

/** A shard of a build: some tests of its own, and some that all shards have, so that they are made at once. */
function shardOf(className: string, shard: number): string {
  const names = [
    ...Array.from({ length: OWN }, (_, n) => `own ${shard} ${n}`),
    ...Array.from({ length: SHARED }, (_, n) => `shared ${n}`),
  ]
  const cases = names.map((name, n) => {
    const failure = n % 10 === 0 ? '<failure message="broke">at cart.ts:7</failure>' : ''
    return `<testcase classname="${className}" name="${name}" file="src/shard.test.ts">${failure}</testcase>`
  })
  return `<testsuite name="shard">${cases.join('\n')}</testsuite>`
}

describe('two servers that import the shards of one build at once', () => {
  let database: Awaited<ReturnType<typeof createPostgresDatabase>>
  let nodes: ServerProcess[] = []
  let project = 0

  beforeAll(async () => {
    database = await createPostgresDatabase(inject('postgresUrl'))
    const [env, dataDir] = [{ DATABASE_URL: database.url }, newFolder()]
    nodes = await Promise.all([1, 2].map(() => startServer({ env, dataDir })))
    project = Number((await call(nodes[0] as ServerProcess, 'GET', '/projects.json')).data[0].id)
  })
  afterAll(async () => {
    await Promise.allSettled(nodes.map((node) => node.stop()))
    await database?.drop()
  })

  async function deliver(node: ServerProcess, query: string, body: string, key: string): Promise<Json> {
    for (;;) {
      const answer = await fetch(
        `${node.url}/api/v2/projects/${project}/imports.json?set-name=shards&pipeline=p&${query}`,
        {
          method: 'POST',
          headers: { pttoken: node.token, 'idempotency-key': key },
          body,
        },
      )
      const parsed = (await answer.json()) as Json
      if (answer.status === 200) return { id: parsed.data.id, ...parsed.data.attributes }
      expect(answer.status, JSON.stringify(parsed)).toBe(409)
      await sleep(200)
    }
  }

  /** Sends every shard of a build at once, to one server and the other in turn, and each to both of them. */
  async function send(key: string, className: string): Promise<Json> {
    const parts = VARIANTS.flatMap((variant) => Array.from({ length: SHARDS }, (_, n) => ({ variant, shard: n + 1 })))
    const receipts = await Promise.all(
      parts.flatMap(({ variant, shard }) =>
        nodes.map((node) =>
          deliver(
            node,
            `build-key=${key}&variant=${variant}&shard=${shard}/${SHARDS}`,
            shardOf(className, shard),
            `${key} ${variant} ${shard}`,
          ),
        ),
      ),
    )
    // The same delivery is one import, whichever server took it.
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(parts.length)
    for (const receipt of receipts) {
      expect(receipt).toMatchObject({ state: 'stored', stored: OWN + SHARED, refused: 0, runs: OWN + SHARED })
    }
    const build = receipts[0]?.['build-id']
    return (await call(nodes[1] as ServerProcess, 'GET', `/projects/${project}/builds/${build}.json`)).data
  }

  const TESTS = SHARDS * OWN + SHARED

  async function expectWhole(build: Json, builds: number): Promise<void> {
    expect(build.attributes).toMatchObject({
      state: 'complete',
      results: TESTS * VARIANTS.length,
      'missing-shards': [],
      missing: 0,
    })
    const stored = await readProject(database.url, project)
    const { kept, computed } = keptAndComputed(stored)
    expect(kept).toEqual(computed)
    expect(brokenLinks(stored)).toEqual([])
    expect(stored.tests).toHaveLength(TESTS)
    expect(new Set(stored.tests.map(({ name }) => name)).size).toBe(TESTS)
    expect(stored.instances).toHaveLength(TESTS * VARIANTS.length)
    expect(new Set(stored.instances.map((row) => `${row.set_id} ${row.number}`)).size).toBe(stored.instances.length)
    expect(stored.runs).toHaveLength(builds * VARIANTS.length * SHARDS * (OWN + SHARED))
  }

  it('make no test or instance twice, and count right', { timeout: 60_000 + BUILDS * 30_000 }, async () => {
    for (let n = 1; n <= BUILDS; n++) await expectWhole(await send(`same ${n}`, 'Cart'), n)
    const [failure] = await callAll(nodes[0] as ServerProcess, `/projects/${project}/failures.json?sort=-occurrences`)
    expect(failure?.attributes['builds-count']).toBe(BUILDS)
  })

  it('join tests under another name once', { timeout: 120_000 }, async () => {
    const build = await send('renamed', 'Basket')
    await expectWhole(build, BUILDS + 1)
    expect(build.attributes).toMatchObject({ 'new-tests': 0, 'moved-tests': TESTS })
    const tests = await callAll(nodes[0] as ServerProcess, `/projects/${project}/tests.json`)
    expect(tests.every(({ attributes }) => attributes.name.startsWith('Basket › '))).toBe(true)
    const pairs = await callAll(nodes[0] as ServerProcess, `/projects/${project}/builds/${build.id}/renames.json`)
    expect(pairs.map(({ attributes }) => attributes.state)).toEqual(Array(TESTS).fill('joined'))
  })
})
