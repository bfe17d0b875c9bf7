import { sql } from 'kysely'
import { beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { up as addPingsAndDueTimes } from '../../db/migrations/202611242201-add-pings-and-due-times.ts'
import type { ColumnTypes } from '../../db/migrations/schema-builder.ts'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

const PATH = '/api/v1/automated_tests/next_test.json'
const HOUR = 3_600_000
const iso = (ms: number) => `${new Date(ms).toISOString().slice(0, -5)}Z`
const ago = (seconds: number) => iso(Date.now() - seconds * 1000)

onEveryDatabase('the next test of an agent', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })
  // Each test begins without work.
  beforeEach(async () => {
    for (const { id } of (await app.get(app.p('/sets.json'))).body.data) await app.del(app.p(`/sets/${id}.json`))
  })

  const make = async (path: string, attributes: Json, more: Json = {}): Promise<Json> => {
    const answer = await app.post(app.p(path), { data: { attributes, ...more } })
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }
  const put = async (path: string, attributes: Json) => {
    const answer = await app.put(app.p(path), { data: { attributes } })
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }
  const makeTest = (fields: Json = { script_path: '/opt/pay.sh' }, more: Json = {}) =>
    make('/tests.json', {
      name: 'Pay',
      'author-id': app.ownerId,
      'test-type': 'xBotTest',
      'automated-fields': fields,
      ...more,
    })
  const makeSet = (testIds: unknown[], attributes: Json = {}) =>
    make('/sets.json', { name: 'Nightly', ...attributes }, { instances: { 'test-ids': testIds } })
  const instanceOf = async (set: Json, index = 0): Promise<string> =>
    (await app.get(app.p(`/instances.json?set-ids=${set.id}`))).body.data[index].id
  const next = async (query = '', options = {}): Promise<Json> => {
    const answer = await app.get(`${PATH}${query}`, options)
    expect(answer.status, answer.text).toBe(200)
    return answer.body
  }
  const isDue = async () => 'instance' in (await next())
  /** Lets every claim run out. */
  const release = () =>
    app.database.write(0, async ({ db }) => {
      await db.updateTable('instances').set({ claimed_until: 1 }).where('claimed_until', 'is not', null).execute()
    })
  const run = (instance: string) => make('/runs.json', { 'instance-id': instance, 'exit-code': 0 })

  it('is told in the words of the agent, and claimed', async () => {
    const test = await makeTest({ script_path: '/opt/pay.sh', results_path: '/tmp/results', num_of_results: 3 })
    const set = await makeSet([test.id], { 'planned-execution': ago(60) })
    const instance = await instanceOf(set)
    const before = Date.now()
    const answer = await app.get(`${PATH}?client_id=a&xbot_version=1.4`)
    const after = Date.now()
    expect(answer.body).toEqual({
      instance: { id: Number(instance), timeout_in_seconds: 3600 },
      test: {
        id: Number(test.id),
        path_to_application: '/opt/pay.sh',
        path_to_results: '/tmp/results',
        num_of_files_to_upload: 3,
      },
      testSet: { id: Number(set.id), name: 'Nightly' },
    })
    expect(answer.headers['content-type']).toContain('application/json')
    const none = await app.get('/api/automated_tests/next_test?client_id=a')
    expect([none.status, none.text]).toEqual([200, '{}'])
    const row = await app.database.read.db
      .selectFrom('instances')
      .select('claimed_until')
      .where('id', '=', Number(instance))
      .executeTakeFirstOrThrow()
    const claimedAt = Number(row.claimed_until) - 3_900_000
    expect([claimedAt >= before, claimedAt <= after]).toEqual([true, true])
    expect(await isDue()).toBe(false)
    await release()
    expect(await isDue()).toBe(true)
    const bare = await makeTest()
    await makeSet([bare.id], { 'planned-execution': ago(90) })
    expect((await next()).test).toEqual({
      id: Number(bare.id),
      path_to_application: '/opt/pay.sh',
      path_to_results: '',
      num_of_files_to_upload: 0,
    })
  })

  it('is one of an xBotTest with a script path, whose time has come', async () => {
    const scripted = await makeTest()
    for (const test of [
      await makeTest({}),
      await makeTest({ script_path: '  ' }),
      await makeTest({ script_path: '/x' }, { 'test-type': 'ApiTest' }),
      await makeTest({ script_path: '/x' }, { 'test-type': 'ScriptedTest' }),
    ]) {
      await makeSet([test.id], { 'planned-execution': ago(60) })
    }
    await makeSet([scripted.id])
    const later = await makeSet([scripted.id], { 'planned-execution': iso(Date.now() + 3_600_000) })
    expect(await next()).toEqual({})
    await put(`/sets/${later.id}.json`, { 'planned-execution': ago(5) })
    expect((await next()).testSet.id).toBe(Number(later.id))
  })

  it('goes by the instance’s planned execution, else by its set’s', async () => {
    const test = await makeTest()
    const set = await makeSet([test.id], { 'planned-execution': ago(60) })
    const instance = await instanceOf(set)
    await put(`/instances/${instance}.json`, { 'planned-execution': iso(Date.now() + 3_600_000) })
    expect(await isDue()).toBe(false)
    await put(`/instances/${instance}.json`, { 'planned-execution': null })
    expect(await isDue()).toBe(true)
    await release()
    await put(`/sets/${set.id}.json`, { 'planned-execution': null })
    expect(await isDue()).toBe(false)
    await put(`/instances/${instance}.json`, { 'planned-execution': ago(60) })
    await put(`/sets/${set.id}.json`, { 'planned-execution': iso(Date.now() + 3_600_000) })
    expect(await isDue()).toBe(true)
    const own = { 'set-id': set.id, 'test-id': test.id, 'planned-execution': ago(30) }
    const added = await make('/instances.json', own)
    expect((await next()).instance.id).toBe(Number(added.id))
    const created = await make('/runs/auto_create.json', { 'set-id': set.id, 'test-id': (await makeTest()).id })
    expect(created.type).toBe('runs')
    expect(await isDue()).toBe(false)
  })

  it('follows the test: its type and its script path', async () => {
    const test = await makeTest({}, { 'test-type': 'ApiTest' })
    const set = await makeSet([test.id, (await makeTest({})).id], { 'planned-execution': ago(60) })
    const change = async (attributes: Json) => {
      await put(`/tests/${test.id}.json`, attributes)
      const due = await isDue()
      await release()
      return due
    }
    expect(await change({ 'test-type': 'xBotTest' })).toBe(false)
    expect(await change({ 'automated-fields': { script_path: '/x' } })).toBe(true)
    expect(await change({ 'automated-fields': { script_path: null } })).toBe(false)
    expect(await change({ 'automated-fields': { script_path: '/y' }, name: 'z' })).toBe(true)
    expect((await next()).test.path_to_application).toBe('/y')
    await release()
    expect(await change({ 'test-type': 'ScriptedTest' })).toBe(false)
    await run(await instanceOf(set))
    expect(await change({ 'test-type': 'xBotTest' })).toBe(false)
  })

  it('is over with a run created after its time, and ordered again by a new time', async () => {
    const test = await makeTest()
    const set = await makeSet([test.id], { 'planned-execution': ago(60) })
    const instance = await instanceOf(set)
    expect(await isDue()).toBe(true)
    const made = await run(instance)
    expect(await isDue()).toBe(false)
    expect((await app.del(app.p(`/runs/${made.id}.json`))).status).toBe(200)
    expect(await isDue()).toBe(true)
    await run(instance)
    await put(`/sets/${set.id}.json`, { 'planned-execution': ago(120) })
    expect(await isDue()).toBe(false)
    await app.database.write(0, async ({ db }) => {
      await db
        .updateTable('runs')
        .set({ created_at: Date.now() - 10_000 })
        .where('instance_id', '=', Number(instance))
        .execute()
    })
    await put(`/sets/${set.id}.json`, { 'planned-execution': ago(1) })
    expect(await isDue()).toBe(true)
  })

  it('counts when a run was created, not its run-date; one before the time ends only the claim', async () => {
    const test = await makeTest()
    const set = await makeSet([test.id], { 'planned-execution': ago(3600) })
    const instance = await instanceOf(set)
    const manual = { 'instance-id': instance, 'run-type': 'ManualRun', 'run-date': ago(9000), 'tester-id': app.ownerId }
    await make('/runs.json', manual)
    expect(await isDue()).toBe(false)
    const now = Date.now
    let ahead = 0
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + ahead)
    onTestFinished(() => clock.mockRestore())
    await put(`/instances/${instance}.json`, { 'planned-execution': iso(Date.now() + HOUR) })
    await run(instance)
    expect(await isDue()).toBe(false)
    ahead = HOUR
    expect(await isDue()).toBe(true)
    expect(await isDue()).toBe(false)
    // Planned in half an hour and claimed for longer: any new run ends the claim, and only one of then the order.
    await app.database.write(0, async ({ db }) => {
      await db
        .updateTable('instances')
        .set({ due_at: Date.now() + HOUR / 2 })
        .where('id', '=', Number(instance))
        .execute()
    })
    await run(instance)
    expect(await isDue()).toBe(false)
    ahead += HOUR / 2
    expect(await isDue()).toBe(true)
  })

  it('fits the client: a test for one client goes to nobody else', async () => {
    const mine = await makeTest({ script_path: '/mine', client_type: 'linux' })
    const anybody = await makeTest({ script_path: '/any', client_type: ' ' })
    await makeSet([mine.id, anybody.id], { 'planned-execution': ago(60) })
    const paths = async (query: string) => {
      const found = [await next(query), await next(query)].map((task) => task.test?.path_to_application)
      await release()
      return found
    }
    expect(await paths('?client_id=linux')).toEqual(['/mine', '/any'])
    expect(await paths('?client_id=windows')).toEqual(['/any', undefined])
    expect(await paths('?client_id=Linux')).toEqual(['/any', undefined])
    expect(await paths('')).toEqual(['/any', undefined])
    expect(await paths('?client_id=')).toEqual(['/any', undefined])
  })

  it('comes in the order of due time, set and instance, over all projects, past more than a page of others', async () => {
    const test = await makeTest()
    const other = await makeTest({ script_path: '/x', client_type: 'elsewhere' })
    const foreign = await makeSet([], { 'planned-execution': ago(500) })
    const many = Array.from({ length: 60 }, () => ({ attributes: { 'set-id': foreign.id, 'test-id': other.id } }))
    expect((await app.post(app.p('/instances.json'), { data: many })).status).toBe(200)
    const [a, b] = [
      await makeSet([test.id], { name: 'a', 'planned-execution': ago(60) }),
      await makeSet([test.id], { name: 'b', 'planned-execution': ago(60) }),
    ]
    await make('/instances.json', { 'set-id': a.id, 'test-id': test.id })
    await make('/instances.json', { 'set-id': a.id, 'test-id': test.id, 'planned-execution': ago(300) })
    const project = (await app.post('/projects.json', { data: { attributes: { name: `P${app.dialect}` } } })).body.data
    const p = (path: string) => `/projects/${project.id}${path}`
    const attributes = { name: 't', 'author-id': app.ownerId, 'test-type': 'xBotTest' }
    const there = await app.post(p('/tests.json'), {
      data: { attributes: { ...attributes, 'automated-fields': { script_path: '/there' } } },
    })
    const set = { name: 'there', 'planned-execution': ago(200) }
    const sets = { data: { attributes: set, instances: { 'test-ids': [there.body.data.id] } } }
    const setThere = (await app.post(p('/sets.json'), sets)).body.data
    const order = []
    for (let task = await next(); task.instance; task = await next()) order.push(task)
    expect(order.map((task) => task.testSet.name)).toEqual(['a', 'there', 'a', 'a', 'b'])
    const ofA = order.filter((task) => task.testSet.name === 'a').map((task) => task.instance.id)
    expect(ofA[1]).toBeLessThan(ofA[2])
    expect(order.at(-1).testSet.id).toBe(Number(b.id))
    await app.del(p(`/sets/${setThere.id}.json`))
  })

  it('goes to one agent only, however many ask at once', async () => {
    const test = await makeTest()
    const set = await makeSet([], { 'planned-execution': ago(60) })
    const five = Array.from({ length: 5 }, () => ({ attributes: { 'set-id': set.id, 'test-id': test.id } }))
    await app.post(app.p('/instances.json'), { data: five })
    const tasks = await Promise.all(Array.from({ length: 12 }, () => next()))
    const ids = tasks.flatMap((task) => task.instance?.id ?? [])
    expect(ids).toHaveLength(5)
    expect(new Set(ids).size).toBe(5)
  })

  it('is not part of a clone that was due before', async () => {
    const test = await makeTest()
    const set = await makeSet([test.id], { 'planned-execution': ago(60) })
    const instance = await instanceOf(set)
    await put(`/instances/${instance}.json`, { 'planned-execution': ago(30) })
    expect(await isDue()).toBe(true)
    const clone = await app.post(app.p(`/sets/${set.id}/clone.json`))
    expect(clone.status).toBe(200)
    expect(await isDue()).toBe(false)
    const planned = { data: { attributes: { 'planned-execution': ago(10) } } }
    const second = (await app.post(app.p(`/sets/${set.id}/clone.json`), planned)).body.data
    expect((await next()).testSet.id).toBe(Number(second.id))
  })

  it('is for tokens that may run tests, in the projects where they may', async () => {
    const test = await makeTest()
    await makeSet([test.id], { 'planned-execution': ago(60) })
    const commenter = await app.person('commenter@example.org', 'Commenters')
    const tester = await app.person('tester@example.org', 'Testers')
    const stranger = await app.person('stranger@example.org', null)
    for (const { token } of [commenter, stranger]) {
      const refused = await app.get(PATH, { token })
      expect([refused.status, refused.body.error]).toEqual([403, titles(refused)[0]])
    }
    const none = await app.get(PATH, { token: null })
    expect([none.status, none.headers['www-authenticate'], none.body.error]).toEqual([
      401,
      'Basic realm="Assay"',
      titles(none)[0],
    ])
    const headers = { authorization: `custom api_token=${tester.token}` }
    expect('instance' in (await next('', { token: null, headers }))).toBe(true)
    const other = await app.otherAccount()
    await release()
    expect(await next('', { token: other.token })).toEqual({})
  })

  it('is there too for what was planned before due times were kept', async () => {
    const [test, plain] = [await makeTest(), await makeTest({}, { name: 'plain' })]
    const set = await makeSet([test.id, plain.id], { 'planned-execution': ago(60) })
    const done = await makeSet([test.id], { 'planned-execution': ago(90) })
    await run(await instanceOf(done))
    await app.database.write(0, async ({ db }) => {
      await db.updateTable('instances').set({ due_at: null }).execute()
      await sql`alter table webhook_messages drop column delivery_id`.execute(db)
    })
    expect(await isDue()).toBe(false)
    await app.database.write(0, ({ db }) => addPingsAndDueTimes(db, { integer: 'bigint' } as ColumnTypes))
    expect((await next()).instance.id).toBe(Number(await instanceOf(set)))
    expect(await isDue()).toBe(false)
  })

  it('answers GET only, and keeps no Idempotency-Key', async () => {
    for (const method of ['HEAD', 'POST', 'PUT', 'DELETE']) {
      const answer = await app.call(method, PATH)
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, 'GET'])
    }
    const test = await makeTest()
    await makeSet([test.id], { 'planned-execution': ago(60) })
    const headers = { 'idempotency-key': 'poll' }
    expect('instance' in (await next('', { headers }))).toBe(true)
    expect(await next('', { headers })).toEqual({})
    const unknown = await app.get('/api/v1/automated_tests.json')
    expect([unknown.status, unknown.body.error]).toEqual([404, titles(unknown)[0]])
    expect(titles(unknown)[0]).toContain('/api/v2')
  })
})

onEveryDatabase(
  'a limit of calls',
  (get) => {
    it('does not count polls', async () => {
      for (let i = 0; i < 5; i++) expect((await get().get(PATH)).status).toBe(200)
      expect((await get().get(PATH)).headers['x-ratelimit-limit']).toBeUndefined()
      expect((await get().get('/me.json')).headers['x-ratelimit-remaining']).toBe('1')
    })
  },
  { rateLimit: 2 },
)
