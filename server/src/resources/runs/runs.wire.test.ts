import { beforeAll, describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

/** A set with one instance per name; ids as numbers. */
async function makeSet(app: TestApp, names: string[]) {
  const data = names.map((name) => ({ attributes: { name, 'author-id': app.ownerId } }))
  const tests = (await app.post(app.p('/tests.json'), { data })).body.data as Json[]
  const testIds = tests.map((test) => Number(test.id))
  const body = { data: { attributes: { name: `Set of ${names.join()}` }, instances: { 'test-ids': testIds } } }
  const setId = Number((await app.post(app.p('/sets.json'), body)).body.data.id)
  const instances = (await app.get(app.p(`/instances.json?set-ids=${setId}`))).body.data as Json[]
  return { setId, testIds, instanceIds: instances.map((instance) => Number(instance.id)) }
}

const run = (id: number | string, attributes: object = {}, rest: object = {}) => ({
  data: { type: 'instances', attributes: { 'instance-id': id, ...attributes }, ...rest },
})

onEveryDatabase('runs', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })
  const attributesOf = async (path: string) => (await app.get(app.p(path))).body.data.attributes

  describe('POST /projects/:id/runs.json', () => {
    it('names every problem of every element in one answer, and stores nothing', async () => {
      const { instanceIds } = await makeSet(app, ['one answer'])
      const data = [
        { attributes: { 'instance-id': 999_999 } },
        { attributes: {} },
        { attributes: { 'instance-id': instanceIds[0], 'exit-code': {}, 'run-duration': 'soon' } },
      ]
      const answer = await app.post(app.p('/runs.json'), { data })
      expect(answer.status).toBe(422)
      expect(answer.body.errors.map((error: Json) => error.source.pointer).sort()).toEqual([
        '/data/0/attributes/instance-id',
        '/data/1/attributes/instance-id',
        '/data/2/attributes/exit-code',
        '/data/2/attributes/run-duration',
      ])
      expect((await app.get(app.p(`/runs.json?instance-ids=${instanceIds[0]}`))).body.data).toEqual([])
    })

    it('stores a run with steps and files and rolls it up to instance, set and test', async () => {
      const { setId, testIds, instanceIds } = await makeSet(app, ['roll up'])
      const file = { filename: '../../etc/x.log', content_encoded: 'aGVs\nbG8=' }
      const body = run(
        String(instanceIds[0]),
        { 'exit-code': 0, 'run-duration': '8.6e-05', version: 1.5 },
        {
          steps: {
            data: [
              { name: 'a', status: 'passed' },
              { name: '', status: 'no_run', files: [file] },
            ],
          },
          files: { data: [file] },
        },
      )
      const answer = await app.post(app.p('/runs.json'), body)
      expect(answer.status).toBe(200)
      expect(answer.body.data).toMatchObject({
        type: 'runs',
        attributes: {
          status: 'NOT COMPLETED',
          'instance-id': instanceIds[0],
          'run-duration': '00:00:00',
          version: '1.5',
        },
      })
      expect(await attributesOf(`/instances/${instanceIds[0]}.json`)).toMatchObject({ 'run-status': 'NOT COMPLETED' })
      expect(await attributesOf(`/sets/${setId}.json`)).toMatchObject({ 'run-status': 'NOT COMPLETED' })
      expect(await attributesOf(`/tests/${testIds[0]}.json`)).toMatchObject({ 'run-status': 'NOT COMPLETED' })
      const steps = (await app.get(app.p(`/step_runs.json?run-ids=${answer.body.data.id}`))).body.data
      expect(steps.map((step: Json) => [step.attributes.name, step.attributes.status])).toEqual([
        ['a', 'PASSED'],
        ['Step 2', 'NO RUN'],
      ])
      const query = `entity=run&entity-id=${answer.body.data.id}`
      const [attachment] = (await app.get(app.p(`/attachments.json?${query}`))).body.data
      expect(attachment.attributes).toMatchObject({ name: 'x.log', size: 5 })
      const download = await app.get(app.p(`/attachments/${attachment.id}`))
      expect(download.status).toBe(302)
      const bytes = await app.get(new URL(download.headers.location as string).pathname, { token: null })
      expect([bytes.status, bytes.text]).toEqual([200, 'hello'])
    })

    it('takes the newest run as the verdict, whatever the order of upload', async () => {
      const { setId, instanceIds } = await makeSet(app, ['newest'])
      const manual = { 'run-type': 'manualrun', 'tester-id': app.ownerId }
      await app.post(
        app.p('/runs.json'),
        run(instanceIds[0] as number, { ...manual, 'exit-code': 0, 'run-date': '2031-01-02' }),
      )
      await app.post(
        app.p('/runs.json'),
        run(instanceIds[0] as number, { ...manual, 'exit-code': 1, 'run-date': '2030-01-02' }),
      )
      expect(await attributesOf(`/sets/${setId}.json`)).toMatchObject({
        'run-status': 'PASSED',
        'last-run': '2031-01-02T00:00:00Z',
      })
    })

    it('stores a bulk whole or not at all, naming the failing element', async () => {
      const { instanceIds } = await makeSet(app, ['bulk a', 'bulk b'])
      const items = instanceIds.map((id) => ({ attributes: { 'instance-id': id, 'exit-code': 0 } }))
      const before = (await app.get(app.p('/runs.json?page[size]=1'))).body.meta['total-count']
      const bad = await app.post(app.p('/runs.json'), { data: [...items, { attributes: { 'instance-id': 99999999 } }] })
      expect(bad.status).toBe(422)
      expect(bad.body.errors[0].source).toEqual({ pointer: '/data/2/attributes/instance-id' })
      expect(titles(bad)[0]).toMatch(/^Item 3: /)
      expect((await app.get(app.p('/runs.json?page[size]=1'))).body.meta['total-count']).toBe(before)
      const good = await app.post(app.p('/runs.json'), { data: items })
      expect(good.body.data).toHaveLength(2)
      expect((await app.get(app.p('/runs.json?page[size]=1'))).body.meta['total-count']).toBe(before + 2)
    })

    it('answers an array of one as sent, but a singular type with an object, and an empty array with none', async () => {
      const { instanceIds } = await makeSet(app, ['array of one'])
      const attributes = { 'instance-id': instanceIds[0] }
      expect((await app.post(app.p('/runs.json'), { data: [{ type: 'runs', attributes }] })).body.data).toHaveLength(1)
      expect((await app.post(app.p('/runs.json'), { data: [{ type: 'run', attributes }] })).body.data.type).toBe('runs')
      expect((await app.post(app.p('/runs.json'), { data: [] })).body).toEqual({ data: [] })
    })

    it('copies the steps of the test, calls expanded, to a manual run without steps', async () => {
      const { testIds, instanceIds } = await makeSet(app, ['called', 'caller'])
      const steps = (id: number | undefined, list: object[]) =>
        app.post(app.p('/steps.json'), { data: { attributes: { 'test-id': id, steps: list } } })
      await steps(testIds[0], [{ name: 'inner' }])
      expect(
        (await steps(testIds[1], [{ name: 'outer' }, { kind: 'CallToTest', 'test-to-call-id': testIds[0] }])).status,
      ).toBe(200)
      const cycle = await steps(testIds[0], [{ kind: 'CallToTest', 'test-to-call-id': testIds[1] }])
      expect(cycle.status).toBe(422)
      const manual = { 'run-type': 'ManualRun', 'tester-id': app.ownerId }
      const answer = await app.post(app.p('/runs.json'), run(instanceIds[1] as number, manual))
      const copied = (await app.get(app.p(`/step_runs.json?run-ids=${answer.body.data.id}`))).body.data
      expect(copied.map((step: Json) => step.attributes.name)).toEqual(['outer', 'inner'])
      expect(answer.body.data.attributes.status).toBe('NO RUN')
    })

    it('keeps an output of any length: what does not fit is attached whole', async () => {
      const { instanceIds } = await makeSet(app, ['long output'])
      const text = `${'x'.repeat(70_000)}\u001b[31m`
      const answer = await app.post(
        app.p('/runs.json'),
        run(instanceIds[0] as number, { 'automated-execution-output': text, 'exit-code': -1 }),
      )
      expect(answer.body.data.attributes['automated-execution-output']).toHaveLength(65_535)
      const list = await app.get(app.p(`/attachments.json?entity=run&entity-id=${answer.body.data.id}`))
      expect(list.body.data[0].attributes).toMatchObject({ name: 'automated-execution-output.txt', size: text.length })
    })

    it('gets every one of many simultaneous uploads into the set exactly once', async () => {
      const names = Array.from({ length: 8 }, (_, i) => `parallel ${i}`)
      const { setId, instanceIds } = await makeSet(app, names)
      const answers = await Promise.all(
        instanceIds.flatMap((id) =>
          [0, 1, 2].map(() => app.post(app.p('/runs.json'), run(id, { 'exit-code': 0, 'run-duration': 2 }))),
        ),
      )
      expect(new Set(answers.map((answer) => answer.body.data.id)).size).toBe(24)
      const set = (await app.get(app.p(`/sets/${setId}.json?duration=true`))).body.data.attributes
      expect(set).toMatchObject({ 'run-status': 'PASSED', 'actual-duration': '00:00:16', 'instances-count': 8 })
    })

    it('refuses instances of another project, and bad input, with 422 and stores nothing', async () => {
      const other = await app.post('/projects.json', { data: { attributes: { name: 'Elsewhere' } } })
      const { instanceIds } = await makeSet(app, ['mine'])
      const foreign = await app.post(`/projects/${other.body.data.id}/runs.json`, run(instanceIds[0] as number))
      expect(foreign.status).toBe(422)
      for (const bad of [
        run(-1),
        run('9'.repeat(400)),
        run(instanceIds[0] as number, { 'exit-code': {} }),
        run(instanceIds[0] as number, { 'run-type': 'Other' }),
        run(instanceIds[0] as number, { 'run-duration': 'soon' }),
        run(instanceIds[0] as number, { 'custom-fields': { '---f-999': 1 } }),
        run(instanceIds[0] as number, {}, { files: [{ filename: 'x', content_encoded: '***' }] }),
        run(instanceIds[0] as number, {}, { steps: [{ status: 'GREEN' }] }),
      ]) {
        const answer = await app.post(app.p('/runs.json'), bad)
        expect([answer.status, titles(answer).length > 0, answer.body.errors[0].source?.pointer]).toEqual([
          422,
          true,
          expect.any(String),
        ])
      }
      expect((await app.get(app.p(`/runs.json?instance-ids=${instanceIds[0]}`))).body.data).toEqual([])
    })
  })

  describe('POST /projects/:id/runs/auto_create.json', () => {
    it('leaves one test, one instance and every run when many arrive at once', async () => {
      const { setId } = await makeSet(app, ['not auto'])
      const body = { data: { attributes: { 'set-id': setId, 'exit-code': 0 }, 'test-attributes': { name: 'auto' } } }
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => app.post(app.p('/runs/auto_create.json'), body)),
      )
      expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200, 200])
      expect(answers.filter((answer) => answer.body.meta['created-test'])).toHaveLength(1)
      expect(answers.filter((answer) => answer.body.meta['created-instance'])).toHaveLength(1)
      expect((await app.get(app.p('/tests.json?name_exact=auto'))).body.meta['total-count']).toBe(1)
      expect((await app.get(app.p(`/runs.json?set-ids=${setId}`))).body.data).toHaveLength(6)
    })
  })

  describe('Idempotency-Key', () => {
    it('answers a repeat as the first time and refuses another body under the same key', async () => {
      const { instanceIds } = await makeSet(app, ['idempotent'])
      const headers = { 'idempotency-key': 'key-1' }
      const body = run(instanceIds[0] as number, { 'exit-code': 0 })
      const first = await app.post(app.p('/runs.json'), body, { headers })
      const again = await app.post(app.p('/runs.json'), body, { headers })
      expect(again.body).toEqual(first.body)
      expect(again.headers['idempotent-replayed']).toBe('true')
      expect((await app.post(app.p('/runs.json'), run(instanceIds[0] as number), { headers })).status).toBe(422)
      expect((await app.get(app.p(`/runs.json?instance-ids=${instanceIds[0]}`))).body.data).toHaveLength(1)
    })
  })
})
