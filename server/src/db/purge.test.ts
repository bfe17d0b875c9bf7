import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { startHousekeeping } from '../app/housekeeping.ts'
import { type Json, onEveryDatabase, type TestApp } from '../test/build-app.ts'
import { recordSql } from '../test/record-sql.ts'
import { purgeProjects } from './purge.ts'
import { TABLES } from './tables.ts'

const HOUR = 3_600_000
const never = new AbortController().signal

/** Tables with a `project_id`, as the database itself knows them, and how many rows of a project each holds. */
async function rowsOf(app: TestApp, projectId: number): Promise<Record<string, number>> {
  const { db } = app.database.read
  const counts: Record<string, number> = {}
  for (const { name, columns } of await db.introspection.getTables()) {
    if (!columns.some((column) => column.name === 'project_id')) continue
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from ${sql.table(name)} where project_id = ${projectId}`.execute(db)
    counts[name] = Number(rows[0]?.n)
  }
  return counts
}

/** One made-up row for every table that holds none of the project yet. */
async function fillTheRest(app: TestApp, projectId: number): Promise<void> {
  const counts = await rowsOf(app, projectId)
  // Parents come first.
  const order = Object.keys(TABLES)
  const tables = (await app.database.read.db.introspection.getTables()).sort(
    (a, b) => order.indexOf(a.name) - order.indexOf(b.name),
  )
  await app.database.write(0, async ({ db }) => {
    for (const { name, columns } of tables) {
      if (counts[name] !== 0) continue
      const known: Record<string, unknown> = { project_id: projectId, kind: 'folder' }
      for (const parent of ['test', 'instance', 'import', 'build', 'failure', 'rename']) {
        const { rows } = await sql<{ id: number }>`
          select min(id) as id from ${sql.table(`${parent}s`)} where project_id = ${projectId}`.execute(db)
        known[`${parent}_id`] = Number(rows[0]?.id)
      }
      known.from_test_id = known.test_id
      const cell = (type: string) => (/text|char/i.test(type) ? '[]' : 1_000_000 + projectId)
      const row = Object.fromEntries(
        columns.map((column) => [column.name, known[column.name] ?? cell(column.dataType)]),
      )
      await db
        .insertInto(name as 'tests')
        .values(row as never)
        .execute()
    }
  })
}

async function fillProject(app: TestApp, name: string): Promise<number> {
  const make = async (path: string, body: Json): Promise<Json> => {
    const answer = await app.post(path, body)
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }
  const id = Number((await make('/projects.json', { data: { attributes: { name } } })).id)
  const p = (path: string) => `/projects/${id}${path}`
  const named = (word: string, more: Json = {}) => ({
    data: { attributes: { name: word, title: word, 'author-id': app.ownerId, ...more } },
  })
  const field = await make(p('/custom_fields.json'), {
    data: {
      attributes: { name: 'f', 'field-format': 'list', entities: ['Test', 'TestSet'], 'possible-values': ['a', 'b'] },
    },
  })
  const fields = { 'custom-fields': { [`---f-${field.id}`]: 'a' }, tags: ['one'] }
  const test = await make(p('/tests.json'), { data: { ...named('t', fields).data, steps: [{ name: 's' }] } })
  const set = await make(p('/sets.json'), { data: { ...named('s').data, instances: { 'test-ids': [test.id] } } })
  const [instance] = (await app.get(p(`/instances.json?set-ids=${set.id}`))).body.data
  const run = {
    attributes: { 'instance-id': instance.id },
    steps: [{ name: 'x', status: 'PASSED', files: [{ filename: 'a', content_encoded: 'YQ==' }] }],
  }
  for (let i = 0; i < 6; i++) await make(p('/runs.json'), { data: Array.from({ length: 100 }, () => run) })
  const issue = await make(p('/issues.json'), named('i'))
  const requirement = await make(p('/requirements.json'), named('r'))
  await make(p('/milestones.json'), named('m'))
  await app.post(p(`/requirements/${requirement.id}/relationships/tests.json`), { data: { id: test.id } })
  await app.post(p(`/issues/${issue.id}/relationships/tests.json`), { data: { id: test.id } })
  const report = '<testsuite name="s"><testcase name="c"><failure message="broke"/></testcase></testsuite>'
  await make(p('/imports.json?set-name=reports'), report)
  const projects = [{ id, groups: [] }]
  await app.put(`/users/${app.ownerId}/projects.json`, { data: { projects } })
  await fillTheRest(app, id)
  return id
}

onEveryDatabase('a deleted project', (get) => {
  it('leaves no row in any table, and the rows of others alone', async () => {
    const app = get()
    const id = await fillProject(app, 'Doomed')
    const other = await fillProject(app, 'Spared')
    const before = await rowsOf(app, id)
    expect(Object.entries(before).filter(([, count]) => count === 0)).toEqual([['memberships', 0]])
    const spared = await rowsOf(app, other)
    await app.del(`/projects/${id}.json?confirm=Doomed`)

    const now = Date.now()
    await recordSql(() => purgeProjects(app.database, { now, signal: never }))
    const left = Object.entries(await rowsOf(app, id)).filter(([, count]) => count > 0)
    expect(left.map(([table]) => table).sort()).toEqual(['counters', 'custom_fields', 'groups', 'issue_statuses'])
    await recordSql(() => purgeProjects(app.database, { now: now + HOUR, signal: never }))
    expect(Object.entries(await rowsOf(app, id)).filter(([, count]) => count > 0)).toEqual([])
    const { db } = app.database.read
    expect(await db.selectFrom('projects').select('id').where('id', '=', id).execute()).toEqual([])
    expect(await rowsOf(app, other)).toEqual(spared)
    expect((await app.get(`/projects/${other}/tests.json`)).body.meta['total-count']).toBe(2)
  })

  it('is emptied further by the next call, whatever stopped the last one', async () => {
    const app = get()
    const id = await fillProject(app, 'Interrupted')
    await app.del(`/projects/${id}.json?confirm=Interrupted`)
    await expect(
      purgeProjects(app.database, { now: Date.now(), signal: AbortSignal.abort(new Error('stop')) }),
    ).rejects.toThrow('stop')
    const half = await rowsOf(app, id)
    expect(half.tests).toBeGreaterThan(0)
    await purgeProjects(app.database, { now: Date.now() + HOUR, deletedSince: Date.now() + 1, signal: never })
    expect(await rowsOf(app, id)).toEqual(half)
    await Promise.all([1, 2, 3].map(() => purgeProjects(app.database, { now: Date.now() + HOUR, signal: never })))
    expect(Object.values(await rowsOf(app, id)).every((count) => count === 0)).toBe(true)
  })
})

onEveryDatabase('housekeeping', (get) => {
  const blobs = { put: async () => '', putFile: async () => {}, open: async () => undefined, sweep: async () => 0 }

  it('purges and sweeps soon after a deletion, and what it finds at its start', async () => {
    const app = get()
    const { db } = app.database.read
    const warnings: unknown[] = []
    const start = () =>
      recordSql(() =>
        startHousekeeping({
          database: app.database,
          blobs,
          logger: { warn: (problem: unknown) => warnings.push(problem) } as never,
          soon: 20,
        }),
      )
    const first = await fillProject(app, 'Before the start')
    await app.del(`/projects/${first}.json?confirm=Before the start`)
    const housekeeping = start()
    const runsOf = async (id: number) => (await rowsOf(app, id)).runs
    await expect.poll(() => runsOf(first)).toBe(0)

    const attributes = { name: 'gone', 'field-format': 'text', entities: ['Test'] }
    const field = (await app.post(app.p('/custom_fields.json'), { data: { attributes } })).body.data.id
    const test = await app.post(app.p('/tests.json'), {
      data: { attributes: { name: 't', 'author-id': app.ownerId, 'custom-fields': { [`---f-${field}`]: 'x' } } },
    })
    expect((await app.del(app.p(`/custom_fields/${field}.json`))).status).toBe(200)
    const removals = async () => (await db.selectFrom('removals').selectAll().execute()).length
    await expect.poll(removals).toBe(0)
    const row = await db
      .selectFrom('tests')
      .select('custom_fields')
      .where('project_id', '=', app.projectId)
      .where('id', '=', Number(test.body.data.id))
      .executeTakeFirstOrThrow()
    expect(row.custom_fields).toBe('{}')

    const second = await fillProject(app, 'While it runs')
    await app.del(`/projects/${second}.json?confirm=While it runs`)
    await expect.poll(() => runsOf(second)).toBe(0)
    await housekeeping.stop()
    const third = await fillProject(app, 'After it stopped')
    await app.del(`/projects/${third}.json?confirm=After it stopped`)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await runsOf(third)).toBe(601)
    expect(warnings).toEqual([])
  })

  it('goes on after a failure', async () => {
    const app = get()
    const warnings: string[] = []
    const broken = { ...app.database, read: undefined } as never
    const logger = { warn: (_details: unknown, message: string) => warnings.push(message) } as never
    const housekeeping = startHousekeeping({ database: broken, blobs, logger, soon: 10 })
    await expect.poll(() => warnings.length).toBeGreaterThan(1)
    await housekeeping.stop()
    expect(new Set(warnings)).toEqual(new Set(['housekeeping failed; it goes on by itself']))
  })
})
