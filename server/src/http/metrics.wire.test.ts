import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp } from '../test/build-app.ts'

const RECEIVER = 'https://receiver.example.org/hook'

/** The value of a series as `/metrics` shows it; undefined when it is not there. */
async function series(app: TestApp, name: string): Promise<number | undefined> {
  const { text } = await app.get('/metrics')
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.slice(name.length + 1))
}

/** By how much series grow while something happens, in the order of their names. */
async function growth(app: TestApp, names: string[], told: () => Promise<void>): Promise<number[]> {
  const read = async () => Promise.all(names.map(async (name) => (await series(app, name)) as number))
  const before = await read()
  await told()
  const after = await read()
  return after.map((value, index) => value - (before[index] as number))
}

async function makeInstance(app: TestApp, name: string): Promise<number> {
  const test = await app.post(app.p('/tests.json'), { data: { attributes: { name, 'author-id': app.ownerId } } })
  const body = { data: { attributes: { name }, instances: { 'test-ids': [Number(test.body.data.id)] } } }
  const set = await app.post(app.p('/sets.json'), body)
  const [instance] = (await app.get(app.p(`/instances.json?set-ids=${set.body.data.id}`))).body.data
  return Number(instance.id)
}

onEveryDatabase(
  'the metrics of an operator',
  (get) => {
    it('tell how many webhook messages are due, and how long the oldest has been', async () => {
      const app = get()
      const attributes = { name: 'secret-hook-name', url: RECEIVER, events: ['test.created'] }
      expect((await app.post(app.p('/webhooks.json'), { data: { attributes } })).status).toBe(200)
      for (const name of ['secret-a', 'secret-b']) await makeInstance(app, name)
      await app.database.write(0, async ({ db }) => {
        const minute = Date.now() - 60_000
        await db.updateTable('webhook_messages').set({ next_attempt_at: minute }).execute()
        await db
          .updateTable('webhook_messages')
          .set({ next_attempt_at: Date.now() + 60_000 })
          .where('id', 'in', (query) => query.selectFrom('webhook_messages').select(({ fn }) => fn.max('id').as('id')))
          .execute()
      })
      expect(await series(app, 'assay_webhook_messages_due')).toBe(1)
      expect(await series(app, 'assay_webhook_oldest_due_seconds')).toBeGreaterThanOrEqual(60)
      const { text } = await app.get('/metrics')
      for (const hidden of ['secret', RECEIVER, app.token]) expect(text).not.toContain(hidden)
      const ours = text.split('\n').filter((line) => /^assay_(?!http_)/.test(line))
      expect(ours.filter((line) => /="\d+"/.test(line))).toEqual([])
    })

    it('count results by their way in once they are committed, and no repeat', async () => {
      const app = get()
      const id = await makeInstance(app, 'counted')
      const run = { attributes: { 'instance-id': id, 'exit-code': 0 } }
      const ways = ['single', 'bulk', 'auto_create', 'v1']
      const names = ways.flatMap((way) => [
        `assay_result_uploads_total{way="${way}"}`,
        `assay_runs_stored_total{way="${way}"}`,
      ])
      const post = async (path: string, body: Json, headers: Record<string, string> = {}) =>
        (await app.post(path, body, { headers })).status
      const grown = await growth(app, names, async () => {
        const headers = { 'idempotency-key': 'once' }
        expect(await post(app.p('/runs.json'), { data: run }, headers)).toBe(200)
        expect(await post(app.p('/runs.json'), { data: run }, headers)).toBe(200)
        expect(await post(app.p('/runs.json'), { data: { attributes: { 'instance-id': 987654 } } })).toBe(422)
        expect(await post(app.p('/runs.json'), { data: [run, run, run] })).toBe(200)
        const set = (await app.get(app.p(`/instances/${id}.json`))).body.data.attributes['set-id']
        const attributes = { 'set-id': set, 'test-attributes': { name: 'counted' }, 'exit-code': 0 }
        expect(await post(app.p('/runs/auto_create.json'), { data: { attributes } })).toBe(200)
        const v1 = `/api/v1/automated_tests/upload_test_result.json?instance_id=${id}&exit_code=0`
        expect(await post(v1, undefined)).toBe(200)
      })
      expect(grown).toEqual([1, 1, 1, 3, 1, 1, 1, 1])
    })

    it('count errors of the database', async () => {
      const app = get()
      const rename = (from: string, to: string) =>
        app.database.write(0, async ({ db }) => void (await sql.raw(`alter table ${from} rename to ${to}`).execute(db)))
      const grown = await growth(app, ['assay_database_errors_total{cause="other"}'], async () => {
        await rename('milestones', 'elsewhere')
        try {
          expect((await app.get(app.p('/milestones.json'))).status).toBe(500)
        } finally {
          await rename('elsewhere', 'milestones')
        }
        expect((await app.get(app.p('/milestones.json'))).status).toBe(200)
      })
      expect(grown).toEqual([1])
    })

    it('count 503 by cause', async () => {
      const app = get()
      const [cause, hinder] = app.dialect === 'sqlite' ? (['locked', lockFile] as const) : (['full', fillDisk] as const)
      const names = [`assay_unavailable_total{cause="${cause}"}`, `assay_database_errors_total{cause="${cause}"}`]
      const grown = await growth(app, names, async () => {
        const mend = await hinder(app)
        try {
          const body = { data: { attributes: { name: 'x', 'author-id': app.ownerId } } }
          expect((await app.post(app.p('/tests.json'), body)).status).toBe(503)
        } finally {
          await mend()
        }
      })
      expect(grown).toEqual([1, 1])
    })

    it('count the transactions that PostgreSQL ended because of a deadlock, and those that ran again', async () => {
      const app = get()
      const names = ['aborts', 'retries'].map((what) => `assay_transaction_${what}_total{cause="deadlock"}`)
      const isPostgres = app.dialect === 'postgres'
      const grown = await growth(app, names, async () => {
        let arrived = 0
        /** Locks two names in the order given; the first time, only once both have one. */
        const lockBoth = ([one, two]: [string, string]) => {
          let first = true
          return app.database.write(0, async ({ db, dialect }) => {
            await dialect.lock(db, one)
            if (first) arrived++
            first = false
            while (isPostgres && arrived < 2) await new Promise((resolve) => setTimeout(resolve, 5))
            await dialect.lock(db, two)
          })
        }
        await Promise.all([lockBoth(['a', 'b']), lockBoth(['b', 'a'])])
      })
      expect(grown).toEqual(isPostgres ? [1, 1] : [0, 0])
    })

    it('count the transactions that needed more ids than were reserved', async () => {
      const app = get()
      const grown = await growth(app, ['assay_transaction_retries_total{cause="ids"}'], () =>
        app.database.write(1, async (tx) => void [tx.nextId(), tx.nextId()]),
      )
      expect(grown).toEqual([1])
    })

    it('tell of connections in use, idle and waited for, and of the build', async () => {
      const app = get()
      const { text } = await app.get('/metrics')
      const pools = text.match(/^assay_database_pool\{.*$/gm) ?? []
      if (app.dialect === 'sqlite') {
        expect(pools).toEqual([])
        expect(text).toContain('assay_database_load{what="waiting_writes"} 0')
      } else {
        const states = ['in_use', 'idle', 'waiting']
        const wanted = ['short', 'long'].flatMap((pool) => states.map((state) => `pool="${pool}",state="${state}"`))
        expect(pools.map((line) => line.slice(line.indexOf('{') + 1, line.indexOf('}')))).toEqual(wanted)
        expect(await series(app, 'assay_database_pool{pool="short",state="idle"}')).toBeGreaterThan(0)
      }
      expect(text).toMatch(
        new RegExp(
          `^assay_build_info\\{version="\\d[^"]*",node="v24[^"]*",database="${app.dialect}",schema="\\d{12}-`,
          'm',
        ),
      )
      // Whatever can happen has its series from the start.
      expect(text).toContain('assay_s3_failures_total{operation="list"} ')
      expect(text).toContain('assay_redis_failures_total{during="count"} ')
    })
  },
  { measured: true },
)

/** Holds the write lock of SQLite, as another process would. */
async function lockFile(app: TestApp): Promise<() => Promise<void>> {
  const other = new DatabaseSync(join(dirname(app.files), 'assay.db'))
  other.exec('begin immediate')
  return async () => {
    other.exec('rollback')
    other.close()
  }
}

/** Makes PostgreSQL say that its disk is full as soon as a test is stored. */
async function fillDisk(app: TestApp): Promise<() => Promise<void>> {
  const run = (text: string) => app.database.write(0, async ({ db }) => void (await sql.raw(text).execute(db)))
  await run(`create function full_disk() returns trigger language plpgsql as
    $$ begin raise exception 'no room' using errcode = '53100'; end $$`)
  await run('create trigger full_disk before insert on tests execute function full_disk()')
  return async () => {
    await run('drop trigger full_disk on tests')
    await run('drop function full_disk')
  }
}

describe('with a replica', () => {
  onEveryDatabase(
    'the metrics',
    (get) => {
      it('tell how many reads it answered, and how far it is behind', async () => {
        const app = get()
        const isPostgres = app.dialect === 'postgres'
        const grown = await growth(app, ['assay_replica_choices_total{outcome="replica"}'], async () => {
          expect((await app.get(app.p('/tests.json'))).status).toBe(200)
        })
        expect(grown).toEqual([isPostgres ? 1 : 0])
        // One that replicates itself is never behind; SQLite has none.
        expect(await series(app, 'assay_replica_lag_seconds')).toBe(isPostgres ? 0 : undefined)
        expect(await series(app, 'assay_replica_lag_bytes')).toBe(isPostgres ? 0 : undefined)
        expect(await series(app, 'assay_database_pool{pool="replica_short",state="waiting"}')).toBe(
          isPostgres ? 0 : undefined,
        )
      })
    },
    { measured: true, replicated: true },
  )
})
