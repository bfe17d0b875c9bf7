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
        { attributes: { 'instance-id': instanceIds[0], 'exit-code': {}, 'run-type': 'soon' } },
      ]
      const answer = await app.post(app.p('/runs.json'), { data })
      expect(answer.status).toBe(422)
      expect(answer.body.errors.map((error: Json) => error.source.pointer).sort()).toEqual([
        '/data/0/attributes/instance-id',
        '/data/1/attributes/instance-id',
        '/data/2/attributes/exit-code',
        '/data/2/attributes/run-type',
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

    it('answers an array of one with its object, whatever its type, and an empty array with none', async () => {
      const { testIds, setId, instanceIds } = await makeSet(app, ['array of one'])
      const sent = {
        runs: { 'instance-id': instanceIds[0] },
        instances: { 'set-id': setId, 'test-id': testIds[0] },
      }
      for (const [kind, attributes] of Object.entries(sent)) {
        const path = app.p(`/${kind}.json`)
        for (const type of ['run', 'runs', 'instances', undefined]) {
          const { body } = await app.post(path, { data: [{ type, attributes }] })
          expect([type, body.data.type, body.data.attributes['test-id']]).toEqual([type, kind, testIds[0]])
          const shown = await app.get(app.p(`/${kind}/${body.data.id}.json`))
          expect(body).toEqual(shown.body)
        }
        const two = await app.post(path, { data: [{ attributes }, { attributes }] })
        expect(two.body.data.map(({ type }: Json) => type)).toEqual([kind, kind])
        expect((await app.post(path, { data: { attributes } })).body.data.type).toBe(kind)
        expect((await app.post(path, { data: [] })).body).toEqual({ data: [] })
      }
    })

    it('answers a repeat of an array of one as the first', async () => {
      const { instanceIds } = await makeSet(app, ['array of one, again'])
      const body = { data: [{ attributes: { 'instance-id': instanceIds[0] } }] }
      const options = { headers: { 'idempotency-key': 'array-of-one' } }
      const [first, second] = [
        await app.post(app.p('/runs.json'), body, options),
        await app.post(app.p('/runs.json'), body, options),
      ]
      expect(second.body).toEqual(first.body)
      expect(first.body.data.type).toBe('runs')
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
        run(instanceIds[0] as number, { version: {} }),
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

  describe('texts that are numbers in the body', () => {
    it('are kept as written, beside attributes, under an old name and in steps too', async () => {
      const { instanceIds } = await makeSet(app, ['numbers'])
      const post = (text: string) => app.post(app.p('/runs.json'), text)
      const beside = await post(
        `{"data":{"type":"runs","version":1.50,"automation-execution-output":5.10,"attributes":{"instance-id":${instanceIds[0]}}}}`,
      )
      expect(beside.body.data.attributes).toMatchObject({ version: '1.50', 'automated-execution-output': '5.10' })
      const steps = await post(
        `{"data":{"attributes":{"instance-id":${instanceIds[0]},"steps":[{"name":1.0,"description":3.10}]},` +
          `"steps":{"data":[{"name":2.0,"attributes":{"actual-results":1e2,"expected_results":0}}]}}}`,
      )
      const list = await app.get(app.p(`/step_runs.json?run-ids=${steps.body.data.id}`))
      expect(list.body.data).toHaveLength(1)
      expect(list.body.data[0].attributes).toMatchObject({
        name: '2.0',
        'actual-results': '1e2',
        'expected-results': '0',
      })
    })
  })

  it('records the owner of a token with impersonation where an automated run names nobody who exists', async () => {
    const { instanceIds } = await makeSet(app, ['impersonated'])
    const agent = await app.person('agent@example.org', 'Testers', true)
    const upload = (attributes: object) =>
      app.post(app.p('/runs.json'), run(instanceIds[0] as number, attributes), { token: agent.token })
    for (const tester of [99_999_999, 'nobody', null]) {
      expect((await upload({ 'tester-id': tester })).body.data.attributes['tester-id']).toBe(agent.id)
    }
    expect((await upload({ 'tester-id': app.ownerId })).body.data.attributes['tester-id']).toBe(app.ownerId)
    expect((await upload({ 'tester-id': 99_999_999, 'run-type': 'ManualRun' })).status).toBe(422)
    const account = await app.post(app.p('/runs.json'), run(instanceIds[0] as number, { 'tester-id': 99_999_999 }))
    expect(account.body.data.attributes['tester-id']).toBeNull()
  })

  describe('POST /projects/:id/runs/auto_create.json', () => {
    it('sorts the steps of a new test by position, and points at a bad one where it was sent', async () => {
      const { setId } = await makeSet(app, ['sorted'])
      const data = [{ name: 'c' }, { name: 'b', position: '2' }, { name: 'd' }, { name: 'a', position: 1 }]
      const make = (name: string, steps: unknown) =>
        app.post(app.p('/runs/auto_create.json'), {
          data: { attributes: { 'set-id': setId }, 'test-attributes': { name, steps } },
        })
      const made = await make('sorted steps', { data })
      const steps = (await app.get(app.p(`/steps.json?test-ids=${made.body.meta['created-test']}`))).body.data
      expect(steps.map((step: Json) => step.attributes.name)).toEqual(['a', 'b', 'c', 'd'])
      const bad = await make('bad step', { data: [{ name: 'z', position: 9, description: {} }, ...data] })
      expect([bad.status, bad.body.errors[0].source]).toEqual([
        422,
        { pointer: '/data/test-attributes/steps/data/0/description' },
      ])
      expect((await app.get(app.p('/tests.json?name_exact=bad step'))).body.data).toEqual([])
    })

    it('asks whether a test may be made before it says what is wrong, and then says all of it', async () => {
      const { setId } = await makeSet(app, ['known to all'])
      const permissions = { runs: true }
      const made = await app.post(app.p('/groups.json'), { data: { attributes: { name: 'Runners', permissions } } })
      const runner = await app.person('runner@example.org', 'Runners')
      const auto = (attributes: object, test: object, token = runner.token) =>
        app.post(app.p('/runs/auto_create.json'), { data: { attributes, 'test-attributes': test } }, { token })
      expect(made.status).toBe(200)
      const wrong = { 'set-id': 99_999_999, 'exit-code': {} }
      const fresh = { name: 'made by nobody', version: {} }
      expect((await auto(wrong, fresh)).status).toBe(403)
      expect((await auto({ 'set-id': setId }, fresh)).status).toBe(403)
      const all = await auto(wrong, fresh, app.token)
      expect([all.status, all.body.errors.map((error: Json) => error.source.pointer)]).toEqual([
        422,
        ['/data/attributes/exit-code', '/data/attributes/set-id', '/data/test-attributes/version'],
      ])
      const known = await auto(wrong, { name: 'known to all', version: {} })
      expect([known.status, known.body.errors.map((error: Json) => error.source.pointer)]).toEqual([
        422,
        ['/data/attributes/exit-code', '/data/attributes/set-id'],
      ])
      expect((await auto({ 'set-id': setId }, { name: 'known to all', version: {} })).status).toBe(200)
      expect((await app.get(app.p('/tests.json?name_exact=made by nobody'))).body.data).toEqual([])
    })

    it('takes names that are no texts, and run keys beside attributes', async () => {
      const { setId } = await makeSet(app, ['beside'])
      for (const [sent, name] of [
        ['1.50', '1.50'],
        ['true', 'true'],
      ]) {
        const body = `{"data":{"set-id":${setId},"tester-id":${app.ownerId},"test-attributes":{"name":${sent}}}}`
        const answer = await app.post(app.p('/runs/auto_create.json'), body)
        expect(answer.body.data?.attributes['tester-id'], answer.text).toBe(app.ownerId)
        const test = await attributesOf(`/tests/${answer.body.meta['created-test']}.json`)
        expect(test).toMatchObject({ name, 'author-id': app.ownerId })
      }
    })

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
