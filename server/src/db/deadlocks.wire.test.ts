import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { onPostgres, type TestApp } from '../test/build-app.ts'
import type { Endpoint } from '../test/call-endpoint.ts'
import { createBattlefield, type Writer, writersOn } from '../test/deadlock-world.ts'

// Transactions that lock rows in different orders end in deadlocks, which PostgreSQL breaks and the server hides by
// running one of them again, until there are too many. So they are counted where they are broken.

/** How often each group of writers meets; `ASSAY_DEADLOCK_ROUNDS=20` is the long run. */
const ROUNDS = Number(process.env.ASSAY_DEADLOCK_ROUNDS ?? 1)

/** So many writers meet at once, and so often each of them writes. */
const GROUP = 24
const CALLS = 2

const ENTITIES = ['issue', 'requirement', 'test', 'testset']

const WRITING: Endpoint[] = readFileSync(new URL('../../../docs/endpoints.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t'))
  .filter(([method, path]) => method !== 'GET' || path?.includes('next_test'))
  .flatMap(([method = '', path = '', , , permission = '']): Endpoint[] =>
    permission.includes('entity:') && method === 'POST' && /attachments|comments/.test(path)
      ? ENTITIES.map((entity) => ({ method, path, entity }))
      : [{ method, path }],
  )

/** Groups of `size` in which any two of `count` members meet at least once. */
function groupsOfPairs(count: number, size: number): number[][] {
  const open = Array.from(
    { length: count },
    (_, i) => new Set(Array.from({ length: count }, (_, k) => k).filter((k) => k !== i)),
  )
  const groups: number[][] = []
  while (open.some((partners) => partners.size > 0)) {
    const group: number[] = []
    const gain = (i: number) =>
      group.length === 0 ? (open[i] as Set<number>).size : group.filter((k) => open[i]?.has(k)).length
    while (group.length < Math.min(size, count)) {
      const free = open.map((_, i) => i).filter((i) => !group.includes(i))
      group.push(free.reduce((best, i) => (gain(i) > gain(best) ? i : best)))
    }
    for (const i of group) for (const k of group) open[i]?.delete(k)
    groups.push(group)
  }
  return groups
}

/** How many deadlocks PostgreSQL broke in the database of the app; ends its sessions, which tell of them at their end. */
async function deadlocksOf(app: TestApp): Promise<number> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(app.database.read.db)
  const admin = new pg.Client({ connectionString: inject('postgresUrl') })
  await admin.connect()
  try {
    const sessions = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1'
    while ((await admin.query(sessions, [rows[0]?.name])).rows.length > 0) await sleep(50)
    const counted = await admin.query('select deadlocks from pg_stat_database where datname = $1', [rows[0]?.name])
    return Number(counted.rows[0].deadlocks)
  } finally {
    await admin.end()
  }
}

/** What a writer may be told when another was faster: that a thing is gone, taken, or in the way, or enough mails asked for. */
const REFUSALS = new Set([200, 403, 404, 409, 422, 429])

async function fight(writers: readonly Writer[]): Promise<string[]> {
  const turns = writers.flatMap((writer) => Array<Writer>(CALLS).fill(writer)).sort(() => Math.random() - 0.5)
  const failed: string[] = []
  const run = async ({ name, run }: Writer) => {
    const { status, text } = await run()
    if (!REFUSALS.has(status)) failed.push(`${name}: ${status} ${text.slice(0, 300)}`)
  }
  await Promise.all(turns.map(run))
  return failed
}

describe('groups of writers', () => {
  it('let each meet every other', () => {
    const met = new Set(groupsOfPairs(50, 8).flatMap((group) => group.flatMap((i) => group.map((k) => `${i} ${k}`))))
    expect(met.size).toBe(50 * 50)
  })
})

onPostgres(
  'writers that meet at the same rows',
  (get) => {
    it('never wait for each other in a circle, whichever two they are', {
      timeout: 300_000 + ROUNDS * 300_000,
    }, async () => {
      const app = get()
      const background = 2
      const groups = groupsOfPairs(WRITING.length + background, GROUP)
      const failed: string[] = []
      for (let round = 0; round < ROUNDS; round++) {
        for (const [n, group] of groups.entries()) {
          const field = await createBattlefield(app, `field ${round} ${n}`)
          const writers = writersOn(app, field, WRITING)
          expect(writers.length).toBe(WRITING.length + background)
          failed.push(...(await fight(group.map((i) => writers[i] as Writer))))
        }
      }
      expect(failed).toEqual([])
      expect(await deadlocksOf(app)).toBe(0)
    })

    it('nor do deletions of tests and uploads that make tests', { timeout: 120_000 * ROUNDS }, async () => {
      const app = get()
      const { worlds, project } = await createBattlefield(app, 'uploads')
      const set = worlds[0]?.sets
      const upload = async (name: string) => {
        const body = { data: { attributes: { 'set-id': set, 'exit-code': 0 }, 'test-attributes': { name } } }
        const answer = await app.post(`/projects/${project}/runs/auto_create.json`, body)
        return answer.status
      }
      const ids: number[] = []
      for (let n = 0; n < 24; n++) {
        await upload(`known ${n}`)
        const { body } = await app.get(`/projects/${project}/tests.json?name_exact=known ${n}`)
        ids.push(Number(body.data[0].id))
      }
      const statuses = await Promise.all([
        ...ids.map(async (id) => (await app.del(`/projects/${project}/tests/${id}.json`)).status),
        ...Array.from({ length: 60 * ROUNDS }, (_, n) => upload(`new ${n % 30}`)),
      ])
      expect([...new Set(statuses)]).toEqual([200])
      expect(await deadlocksOf(app)).toBe(0)
    })
  },
  { record: false, checked: false },
)
