import { CompiledQuery, sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { insertRows } from '../../db/store.ts'
import { type Json, onEveryDatabase, type TestApp } from '../../test/build-app.ts'
import { type PlanNode, rowsVisited } from '../../test/rows-visited.ts'
import { countBeside } from './test-status.store.ts'

onEveryDatabase('the status of a test', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })
  const make = async (path: string, data: object): Promise<Json> => (await app.post(app.p(path), { data })).body.data
  const newTest = (name: string) => make('/tests.json', { attributes: { name, 'author-id': app.ownerId } })
  const newSet = (name: string) => make('/sets.json', { attributes: { name } })
  const newInstance = (set: Json, test: Json) =>
    make('/instances.json', { attributes: { 'set-id': set.id, 'test-id': test.id } })
  const result = (instance: Json, code: number, rest: object = {}) => ({
    attributes: { 'instance-id': instance.id, 'exit-code': code, ...rest },
  })
  const run = (instance: Json, code: number, rest: object = {}) => make('/runs.json', result(instance, code, rest))
  const status = async ({ id }: Json) =>
    (await app.get(app.p(`/tests/${id}.json`))).body.data.attributes['run-status'] as string

  it('is that of the latest run where the test stands once in the set', async () => {
    const test = await newTest('once')
    const [monday, tuesday] = [await newSet('monday'), await newSet('tuesday')]
    const first = await newInstance(monday, test)
    const second = await newInstance(tuesday, test)
    expect(await status(test)).toBe('NO RUN')
    await run(first, 1)
    expect(await status(test)).toBe('FAILED')
    await run(second, 0)
    expect(await status(test)).toBe('PASSED')
    await run(first, 0)
    await run(second, 1)
    expect(await status(test)).toBe('FAILED')
  })

  it.each([
    ['the failing row last', [0, 0, 1]],
    ['the failing row first', [1, 0, 0]],
  ])('counts all rows of an outline in one set, %s', async (_, codes) => {
    const test = await newTest('rows')
    const set = await newSet('rows')
    const rows = [await newInstance(set, test), await newInstance(set, test), await newInstance(set, test)]
    const requirement = await make('/requirements.json', {
      attributes: { name: 'covered', 'author-id': app.ownerId },
      traceability: { 'test-ids': [test.id] },
    })
    const covered = async () =>
      (await app.get(app.p(`/requirements/${requirement.id}.json`))).body.data.attributes['run-status']
    for (const [index, row] of rows.entries()) await run(row, codes[index] as number)
    expect([await status(test), await covered()]).toEqual(['FAILED', 'FAILED'])
    await make(
      '/runs.json',
      rows.map((row, index) => result(row, codes[index] as number)),
    )
    expect([await status(test), await covered()]).toEqual(['FAILED', 'FAILED'])
    await run(rows[codes.indexOf(1)] as Json, 0)
    expect([await status(test), await covered()]).toEqual(['PASSED', 'PASSED'])
  })

  it('leaves out instances without a run and those of other sets', async () => {
    const test = await newTest('partly')
    const [old, now] = [await newSet('old'), await newSet('now')]
    await run(await newInstance(old, test), 1)
    const first = await newInstance(now, test)
    const second = await newInstance(now, test)
    await run(first, 0)
    expect(await status(test)).toBe('PASSED')
    await make('/runs.json', { ...result(second, 0), steps: [{ status: 'BLOCKED' }] })
    expect(await status(test)).toBe('BLOCKED')
    const answer = await app.get(app.p(`/tests.json?ptql=${encodeURIComponent('"Run Status" = BLOCKED')}`))
    expect(answer.body.data.map(({ id }: Json) => id)).toContain(test.id)
  })

  it('hears of an earlier run beside the latest one, and of what is taken away', async () => {
    const test = await newTest('earlier')
    const [set, other] = [await newSet('with both'), await newSet('elsewhere')]
    const [first, second] = [await newInstance(set, test), await newInstance(set, test)]
    const manual = { 'run-type': 'ManualRun', 'tester-id': app.ownerId, 'run-date': '2020-02-02' }
    const passed = await run(first, 0)
    const failed = await run(second, 1, manual)
    expect(await status(test)).toBe('FAILED')
    // Neither the latest run nor beside it.
    await run(await newInstance(other, test), 1, manual)
    await app.del(app.p(`/runs/${failed.id}.json`))
    expect(await status(test)).toBe('PASSED')
    await run(second, 1, manual)
    await app.put(app.p(`/runs/${failed.id}.json`), { data: { attributes: { 'run-date': '2020-03-03' } } })
    expect(await status(test)).toBe('FAILED')
    await app.del(app.p(`/instances/${second.id}.json`))
    expect(await status(test)).toBe('PASSED')
    await app.del(app.p(`/runs/${passed.id}.json`))
    expect(await status(test)).toBe('FAILED')
    await app.del(app.p(`/sets/${other.id}.json`))
    expect(await status(test)).toBe('NO RUN')
  })

  it('is right after rows of it were uploaded all at once', async () => {
    const test = await newTest('at once')
    const set = await newSet('at once')
    const rows = []
    for (let n = 0; n < 6; n++) rows.push(await newInstance(set, test))
    for (const failing of rows.keys()) {
      const answers = await Promise.all(
        rows.map((row, n) => app.post(app.p('/runs.json'), { data: result(row, n === failing ? 1 : 0) })),
      )
      expect(answers.map((answer) => answer.status)).toEqual(rows.map(() => 200))
      expect(await status(test)).toBe('FAILED')
    }
    await Promise.all(rows.map((row) => run(row, 0)))
    expect(await status(test)).toBe('PASSED')
  })

  describe('with 100,000 instances in other sets', () => {
    const OTHERS = 100_000
    let instance: Json
    let test: Json
    beforeAll(async () => {
      test = await newTest('everywhere')
      const [elsewhere, here] = [await newSet('elsewhere'), await newSet('here')]
      const template = await newInstance(elsewhere, test)
      instance = await newInstance(here, test)
      await newInstance(here, test)
      const { db } = app.database.read
      const stored = await db
        .selectFrom('instances')
        .selectAll()
        .where('project_id', '=', app.projectId)
        .where('id', '=', Number(template.id))
        .executeTakeFirstOrThrow()
      // Ids and numbers of their own, far behind those given out.
      const made = Array.from({ length: OTHERS }, (_, n) => ({
        ...stored,
        id: 1_000_000_000 + n,
        number: 1000 + n,
        last_run_at: 1000,
        last_run_created_at: 1000,
        last_run_id: 1,
      }))
      for (let at = 0; at < OTHERS; at += 5000) {
        await app.database.write(0, (tx) => insertRows(tx, 'instances', made.slice(at, at + 5000)))
      }
      if (app.dialect === 'postgres') await sql`analyze instances`.execute(db)
    }, 120_000)

    it('is found by the index over test and set', async () => {
      await run(instance, 1)
      expect(await status(test)).toBe('FAILED')
      const { db } = app.database.read
      const query = countBeside(app.database.read, { projectId: app.projectId, instanceIds: [Number(instance.id)] })
      const { sql: text, parameters } = query.compile()
      const explain = app.dialect === 'postgres' ? 'explain (analyze, format json)' : 'explain query plan'
      const { rows } = await db.executeQuery<Json>(CompiledQuery.raw(`${explain} ${text}`, [...parameters]))
      if (app.dialect === 'postgres') {
        const { Plan: plan } = rows[0]['QUERY PLAN'][0] as { Plan: PlanNode }
        expect(rowsVisited(plan), JSON.stringify(plan, null, 1)).toBeLessThan(10)
      } else {
        const steps = rows.map((step) => String(step.detail))
        expect(steps.join('\n')).toContain('instances_by_test (project_id=? AND test_id=? AND set_id=?)')
        expect(steps.filter((step) => /^SCAN (?!json_each)/.test(step))).toEqual([])
      }
    })
  })
})
