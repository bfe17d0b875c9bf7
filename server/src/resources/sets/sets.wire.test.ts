import { beforeAll, describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp } from '../../test/build-app.ts'

onEveryDatabase('sets, instances and tests', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })
  const makeTest = async (name: string, rest: object = {}) =>
    (await app.post(app.p('/tests.json'), { data: { attributes: { name, 'author-id': app.ownerId, ...rest } } })).body
      .data
  const makeSet = async (name: string, ids: (string | number)[], rest: object = {}) =>
    (await app.post(app.p('/sets.json'), { data: { attributes: { name, ...rest }, instances: { 'test-ids': ids } } }))
      .body.data
  const set = async (id: string) => (await app.get(app.p(`/sets/${id}.json?duration=true`))).body.data.attributes
  const run = (id: string, code: number, seconds = 0) =>
    app.post(app.p('/runs.json'), {
      data: { attributes: { 'instance-id': id, 'exit-code': code, 'run-duration': seconds } },
    })
  const instancesOf = async (query: string) => (await app.get(app.p(`/instances.json?${query}`))).body.data as Json[]

  describe('sets', () => {
    it('hold one instance per distinct test and sum their durations', async () => {
      const a = await makeTest('a', { 'duration-estimate': 60 })
      const b = await makeTest('b', { 'duration-estimate': '0:01:00' })
      const made = await makeSet('durations', [a.id, Number(b.id), a.id])
      expect(await set(made.id)).toMatchObject({ 'instances-count': 2, 'duration-estimate': '00:02:00' })
      await app.put(app.p(`/tests/${a.id}.json`), { data: { attributes: { 'duration-estimate': 90 } } })
      expect(await set(made.id)).toMatchObject({ 'duration-estimate': '00:02:30', 'actual-duration': '00:00:00' })
      const unknown = await app.post(app.p('/sets.json'), {
        data: { attributes: { name: 'x' }, instances: { 'test-ids': [1] } },
      })
      expect(unknown.status).toBe(422)
    })

    it('are found or made by exact name, once, however many ask at the same time', async () => {
      const body = { data: { attributes: { name: 'shared' } } }
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => app.post(app.p('/sets.json?find-or-create=true'), body)),
      )
      expect(new Set(answers.map((answer) => answer.body.data.id)).size).toBe(1)
      expect(answers.filter((answer) => answer.body.meta.created.length === 1)).toHaveLength(1)
    })

    it('clone with attributes and instances, without runs', async () => {
      const a = await makeTest('cloned')
      const source = await makeSet('source', [a.id], { version: '2', tags: ['x'], 'planned-execution': '2001-01-01' })
      const [instance] = await instancesOf(`set-ids=${source.id}`)
      await app.put(app.p(`/instances/${instance.id}.json`), {
        data: { attributes: { parameters: { OS: 'mac', 2: 5 } } },
      })
      await run(instance.id, 0)
      const clone = (await app.post(app.p(`/sets/${source.id}/clone.json`))).body.data
      expect(clone.attributes).toMatchObject({
        name: 'Clone of source',
        version: '2',
        tags: ['x'],
        'planned-execution': null,
        'run-status': 'NO RUN',
        'last-run': null,
        'instances-count': 1,
        'cloned-from-id': Number(source.id),
      })
      const [copy] = await instancesOf(`set-ids=${clone.id}`)
      expect(copy.attributes).toMatchObject({ parameters: { os: 'mac', 2: '5' }, 'run-status': 'NO RUN' })
      const named = await app.post(app.p(`/sets/${source.id}/clone.json`), {
        data: { attributes: { name: 'Own name', priority: 3 } },
      })
      expect(named.body.data.attributes).toMatchObject({ name: 'Own name', priority: '3' })
    })

    it('change and go, with everything in them; tests forget their runs', async () => {
      const a = await makeTest('goes')
      const made = await makeSet('gone', [a.id])
      const [instance] = await instancesOf(`set-ids=${made.id}`)
      await run(instance.id, 1)
      const put = await app.put(app.p(`/sets/${made.id}.json`), {
        data: { attributes: { name: 'renamed', status: 'ready', description: null, 'assigned-to-id': app.ownerId } },
      })
      expect(put.body.data.attributes).toMatchObject({ name: 'renamed', status: 'ready', 'assigned-to-type': 'user' })
      expect((await app.get(app.p('/sets.json?name_exact=renamed'))).body.data).toHaveLength(1)
      expect((await app.put(app.p(`/sets/${made.id}.json`), { data: { attributes: { name: null } } })).status).toBe(422)
      expect((await app.del(app.p(`/sets/${made.id}.json`))).body).toEqual({ data: { id: made.id, type: 'sets' } })
      expect((await app.get(app.p(`/sets/${made.id}.json`))).status).toBe(404)
      expect((await app.get(app.p(`/tests/${a.id}.json`))).body.data.attributes).toMatchObject({
        'run-status': 'NO RUN',
        'last-run': null,
      })
      expect((await app.get(app.p('/instances.json'))).body.data.map((i: Json) => i.id)).not.toContain(instance.id)
    })
  })

  describe('instances', () => {
    it('are found by every filter', async () => {
      const a = await makeTest('filter a')
      const b = await makeTest('filter b')
      const made = await makeSet('filters', [a.id, b.id])
      const all = await instancesOf(`set-ids=${made.id}`)
      const [first] = all
      const queries = [
        `test-ids=${a.id}`,
        `test-display-ids=${a.attributes['display-id']}`,
        'name_exact=filter a',
        'name_like=FILTER A',
        `display-id=${first.attributes['display-id']},x,9:9`,
      ]
      for (const query of queries)
        expect([query, (await instancesOf(query)).map((i) => i.id)]).toEqual([query, [first.id]])
      expect(await instancesOf('set-ids=0')).toEqual([])
      expect(await instancesOf('display-id=nonsense')).toEqual([])
    })

    it('are made in bulk, all or none, and go with their runs', async () => {
      const a = await makeTest('bulk')
      const made = await makeSet('bulk set', [])
      const item = {
        type: 'instances',
        attributes: { 'set-id': made.id, 'test-id': a.id, parameters: ['chrome', 'fr'], 'assigned-to-id': null },
      }
      const bulk = await app.post(app.p('/instances.json'), { data: [item, item] })
      expect(bulk.body.data.map((i: Json) => i.attributes['display-id'])).toEqual(
        [1, 2].map((n) => `${made.attributes['display-id']}:${n}`),
      )
      expect(bulk.body.data[0].attributes.parameters).toEqual({ 1: 'chrome', 2: 'fr' })
      const bad = { attributes: { 'set-id': made.id, 'test-id': 424242 } }
      expect((await app.post(app.p('/instances.json'), { data: [item, bad] })).body.errors[0].source.pointer).toBe(
        '/data/1/attributes/test-id',
      )
      expect((await set(made.id))['instances-count']).toBe(2)
      const [x, y] = bulk.body.data
      await run(x.id, 0, 5)
      await run(y.id, 1, 7)
      expect(await set(made.id)).toMatchObject({ 'run-status': 'FAILED', 'actual-duration': '00:00:12' })
      expect((await app.del(app.p(`/instances/${y.id}.json`))).status).toBe(200)
      expect(await set(made.id)).toMatchObject({
        'run-status': 'PASSED',
        'actual-duration': '00:00:05',
        'instances-count': 1,
      })
      expect((await app.get(app.p(`/tests/${a.id}.json`))).body.data.attributes['run-status']).toBe('PASSED')
      expect((await app.post(app.p('/instances.json'), { data: Array(101).fill(item) })).status).toBe(422)
    })
  })

  describe('tests and steps', () => {
    it('keep steps in gap-free order', async () => {
      const { id } = await makeTest('ordered')
      const add = { data: { attributes: { 'test-id': id, steps: [{ name: 'a' }, {}, { name: 'c' }] } } }
      const [, second] = (await app.post(app.p('/steps.json'), add)).body.data
      expect(second.attributes).toMatchObject({ name: 'Step 2', description: '', 'expected-results': '', position: 2 })
      await app.put(app.p(`/steps/${second.id}.json`), { data: { attributes: { position: 99, name: 'b' } } })
      const order = async () =>
        (await app.get(app.p(`/steps.json?test-ids=${id}`))).body.data.map((s: Json) => [
          s.attributes.name,
          s.attributes.position,
        ])
      expect(await order()).toEqual([
        ['a', 1],
        ['c', 2],
        ['b', 3],
      ])
      await app.put(app.p(`/steps/${second.id}.json`), { data: { attributes: { position: 1 } } })
      expect(await order()).toEqual([
        ['b', 1],
        ['a', 2],
        ['c', 3],
      ])
      await app.del(app.p(`/steps/${second.id}.json`))
      expect(await order()).toEqual([
        ['a', 1],
        ['c', 2],
      ])
      expect((await app.get(app.p(`/tests/${id}.json`))).body.data.attributes['steps-count']).toBe(2)
      await app.put(app.p(`/tests/${id}.json`), {
        data: { attributes: { 'test-type': 'bddtest', scenario: 'Feature: x' } },
      })
      expect(await order()).toEqual([])
      expect((await app.get(app.p('/steps.json'))).status).toBe(200)
    })

    it('are counted per status, changed, and deleted with all that hangs on them', async () => {
      const { id } = await makeTest('counted')
      const made = await makeSet('of counted', [id])
      const [instance] = await instancesOf(`set-ids=${made.id}`)
      await run(instance.id, 0)
      const counts = await app.get(app.p('/tests/run_statuses_count.json?name_exact=counted'))
      expect(counts.body.data['run-statuses-count']).toEqual({
        PASSED: 1,
        FAILED: 0,
        'NOT COMPLETED': 0,
        'NO RUN': 0,
        BLOCKED: 0,
      })
      const put = await app.put(app.p(`/tests/${id}.json`), {
        data: {
          attributes: { 'automated-fields': { 'num-of-results': '3', scriptPath: 1, script_path: 'x' }, status: null },
        },
      })
      expect(put.body.data.attributes).toMatchObject({
        'automated-fields': { num_of_results: 3, script_path: 'x' },
        status: 'Draft',
      })
      await app.del(app.p(`/tests/${id}.json`))
      expect(await set(made.id)).toMatchObject({ 'instances-count': 0, 'run-status': 'NO RUN', 'last-run': null })
      expect((await app.get(app.p(`/runs.json?test-ids=${id}`))).body.data).toEqual([])
      const all = (await app.get(app.p('/runs.json'))).body
      expect(all.meta['total-count']).toBe(all.data.length)
    })
  })

  describe('attachments and users', () => {
    it('attach to any entity, list, and go', async () => {
      const { id } = await makeTest('attached')
      const files = {
        data: [
          { filename: 'a', content_encoded: '' },
          { filename: 'ü 1.txt', content_encoded: 'eA==' },
        ],
      }
      const made = await app.post(app.p('/attachments.json'), {
        entity: 'Tests',
        'entity-id': id,
        data: { type: 'attachments', files },
      })
      expect(made.body.data.map((a: Json) => [a.attributes.name, a.attributes.size])).toEqual([
        ['a', 0],
        ['ü 1.txt', 1],
      ])
      expect((await app.get(app.p(`/attachments.json?entity=test&entity_id=${id}`))).body.data).toHaveLength(2)
      expect(
        (await app.get(app.p(`/attachments/${made.body.data[0].id}.json`))).body.data.attributes['entity-id'],
      ).toBe(Number(id))
      await app.del(app.p(`/attachments/${made.body.data[0].id}.json`))
      expect((await app.get(app.p(`/attachments.json?entity=test&entity_id=${id}`))).body.data).toHaveLength(1)
      for (const query of ['', 'entity=test', 'entity=cat&entity-id=1']) {
        expect((await app.get(app.p(`/attachments.json?${query}`))).status).toBe(422)
      }
      expect((await app.get(app.p('/attachments.json?entity=test&entity-id=99999'))).status).toBe(404)
      expect(
        (await app.post(app.p('/attachments.json'), { entity: 'test', 'entity-id': id, data: { files: [] } })).status,
      ).toBe(422)
      expect((await app.get('/files/1-2-3-9999999999999-forged', { token: null })).status).toBe(404)
    })

    it('keep e-mails unique and folded', async () => {
      const made = await app.post('/users.json', {
        data: { attributes: { email: 'Ada@Example.org', 'first-name': 'Ada' } },
      })
      expect(made.body.data.attributes).toMatchObject({
        email: 'ada@example.org',
        'display-name': 'Ada@Example.org'.toLowerCase(),
        'last-name': null,
      })
      expect((await app.post('/users.json', { data: { attributes: { email: 'ADA@example.org' } } })).status).toBe(422)
      expect((await app.post('/users.json', { data: { attributes: { email: 'a@b@c' } } })).status).toBe(422)
      const put = await app.put(`/users/${made.body.data.id}.json`, {
        data: { attributes: { 'last-name': 'L', email: 'x@y.z' } },
      })
      expect(put.body.data.attributes).toMatchObject({ 'last-name': 'L', email: 'ada@example.org' })
      expect(
        (await app.get('/users.json?email=ADA@example.org&last_activity=true')).body.data[0].attributes[
          'last-activity'
        ],
      ).toBeNull()
    })
  })

  describe('v1 result upload', () => {
    it('takes query, form, multipart and JSON', async () => {
      const { id } = await makeTest('v1')
      const made = await makeSet('v1 set', [id])
      const [instance] = await instancesOf(`set-ids=${made.id}`)
      const path = '/api/v1/automated_tests/upload_test_result.json'
      const query = await app.post(`${path}?instance_id=${instance.id}&exit_code=-1&result=a+b`)
      expect(query.body.data.attributes).toMatchObject({ status: 'FAILED', 'automated-execution-output': 'a b' })
      const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } }
      expect((await app.post(path, `instance_id=${instance.id}&exit_code=0`, form)).body.data.attributes.status).toBe(
        'PASSED',
      )
      const parts = `--x\r\nContent-Disposition: form-data; name="result_files[a.log]"; filename="b.log"\r\n\r\nhi\r\n--x--\r\n`
      const multipart = { headers: { 'content-type': 'multipart/form-data; boundary=x' } }
      const upload = await app.post(
        `/api/automated_tests/upload_test_result.json?project_id=${app.projectId}&instance_display_id=${instance.attributes['display-id']}&exit_code=0`,
        parts,
        multipart,
      )
      const files = await app.get(app.p(`/attachments.json?entity=run&entity-id=${upload.body.data.id}`))
      expect(files.body.data[0].attributes).toMatchObject({ name: 'b.log', size: 2 })
      expect((await app.post(path, { instance_id: instance.id, exit_code: 1 })).body.data.attributes.status).toBe(
        'FAILED',
      )
      const missing = await app.post(`${path}?instance_id=999999`)
      expect([missing.status, missing.body.error]).toEqual([404, expect.any(String)])
      expect((await app.post(path)).status).toBe(422)
    })
  })
})
