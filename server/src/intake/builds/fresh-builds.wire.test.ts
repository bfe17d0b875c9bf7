import { sql } from 'kysely'
import { beforeAll, expect, it } from 'vitest'
import type { Tx } from '../../db/handle.ts'
import { onPostgres } from '../../test/build-app.ts'
import { suspectsOf } from '../flaky/flaky.store.ts'
import { testsInBuild } from '../matching/matching.store.ts'
import { countMissing } from './builds.store.ts'
import { countDifferences, pageOfDifferences } from './compare.store.ts'
import { missedSelect } from './results.list.ts'

// A build is asked about right after it came in, when PostgreSQL's statistics know nothing of it and it expects one row
// where there are thousands: whoever joins two builds then compares each row with each.

const CASES = 3000
const MISSED = 1000

const reportOf = (count: number, failing: number) =>
  `<testsuite name="s">${Array.from(
    { length: count },
    (_, n) => `<testcase classname="C" name="case ${n}">${n < failing ? '<failure message="no"/>' : ''}</testcase>`,
  ).join('')}</testsuite>`

onPostgres('builds that have just come in', (app) => {
  let one: number
  let other: number
  let importId: number
  beforeAll(async () => {
    await sql`alter table results set (autovacuum_enabled = false)`.execute(app().database.read.db)
    const upload = async (key: string, report: string) => {
      const query = `set-name=S&pipeline=p&branch=main&commit=abc&build-key=${key}`
      const { body } = await app().call('POST', app().p(`/imports.json?${query}`), report)
      return { id: Number(body.data.id), build: Number(body.data.attributes['build-id']) }
    }
    await upload('zero', reportOf(CASES, 0))
    await sql`analyze`.execute(app().database.read.db)
    one = (await upload('one', reportOf(CASES, CASES - MISSED))).build
    const last = await upload('other', reportOf(CASES - MISSED, 10))
    other = last.build
    importId = last.id
  }, 120_000)

  /** What a job answers, and how many rows of results it looked at. */
  async function visited<T>(job: (tx: Tx) => Promise<T>): Promise<{ answer: T; rows: number }> {
    return app().database.write(1, async (tx) => {
      const read = async () => {
        const { rows } = await sql<{ n: string }>`
          select seq_tup_read + idx_tup_fetch as n from pg_stat_xact_user_tables where relname = 'results'`.execute(
          tx.db,
        )
        return Number(rows[0]?.n)
      }
      // What the connection did before may still be counted with it.
      const before = await read()
      return { answer: await job(tx), rows: (await read()) - before }
    })
  }

  it('are compared, and searched for what is missing, row by row', async () => {
    const { projectId } = app()
    const place = { projectId, build: other, base: one }
    const asked: Record<string, [(tx: Tx) => Promise<unknown>, unknown]> = {
      missing: [(tx) => countMissing(tx, projectId, { ...place, variants: [''] }), MISSED],
      'rows with the missing': [
        async (tx) => (await missedSelect(place)(tx).execute()).filter((row) => row.change === 'missing').length,
        MISSED,
      ],
      differences: [(tx) => countDifferences(tx, projectId, { one, other }).then((groups) => groups.length), 2],
      'a page of them': [
        (tx) => pageOfDifferences(tx, projectId, { one, other, from: 0, most: 50 }).then((rows) => rows.length),
        50,
      ],
      suspects: [
        (tx) =>
          suspectsOf(tx, { projectId, buildId: other, importId, commit: 'abc', most: CASES }).then((ids) => ids.length),
        CASES - MISSED,
      ],
      'tests of a build': [
        async (tx) => {
          const { rows } = await sql<{ id: number }>`select id from tests where project_id = ${projectId}`.execute(
            tx.db,
          )
          const ids = rows.map(({ id }) => Number(id))
          return (await testsInBuild(tx, projectId, other, ids)).size
        },
        CASES - MISSED,
      ],
    }
    for (const [name, [job, expected]] of Object.entries(asked)) {
      const { answer, rows } = await visited(job)
      expect(answer, name).toEqual(expected)
      expect(rows, name).toBeGreaterThan(0)
      expect(rows, name).toBeLessThan(10 * CASES)
    }
  })
})
