import { expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

onEveryDatabase('requirements', (get) => {
  const make = async (attributes: Json, more = {}): Promise<Json> => {
    const app = get()
    const answer = await app.post(app.p('/requirements.json'), {
      data: { type: 'requirements', attributes: { 'author-id': app.ownerId, ...attributes }, ...more },
    })
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }
  const makeTest = async (app: TestApp, name: string) =>
    (await app.post(app.p('/tests.json'), { data: { attributes: { name, 'author-id': app.ownerId } } })).body.data

  it('are made with every attribute of the contract, in its order', async () => {
    const app = get()
    const made = await make({ name: 'Checkout', version: 1.5, tags: 'web, Web ,pay', priority: 'high' })
    expect(made).toEqual({
      id: expect.any(String),
      type: 'requirements',
      attributes: {
        'project-id': app.projectId,
        'display-id': expect.any(Number),
        name: 'Checkout',
        description: null,
        'instances-count': 0,
        'run-status': 'NO RUN',
        'last-run': null,
        'author-id': app.ownerId,
        'assigned-to-id': null,
        'assigned-to-type': null,
        'planned-execution': null,
        version: '1.5',
        priority: 'high',
        'custom-fields': {},
        'parent-id': null,
        tags: ['web', 'pay'],
        'folder-id': null,
        'cloned-from-id': null,
        'created-at': expect.any(String),
        'updated-at': expect.any(String),
      },
    })
    expect((await app.get(app.p(`/requirements/${made.id}.json`))).body.data).toEqual(made)
  })

  it('refuse what the contract refuses, and store nothing then', async () => {
    const app = get()
    const before = (await app.get(app.p('/requirements.json'))).body.meta['total-count']
    const post = (attributes: Json, more = {}) =>
      app.post(app.p('/requirements.json'), { data: { attributes, ...more } })
    expect(titles(await post({ 'author-id': app.ownerId }))).toEqual(["Name can't be blank"])
    expect(titles(await post({ name: 'x' }))).toEqual(["Author can't be blank"])
    const refused = [
      await post({ name: 'x', 'author-id': 999999 }),
      await post({ name: 'x', 'author-id': app.ownerId, 'parent-id': 999999 }),
      await post({ name: 'x', 'author-id': app.ownerId, 'folder-id': 999999 }),
      await post({ name: 'x', 'author-id': app.ownerId }, { traceability: { 'test-ids': [999999] } }),
      await post({ name: 'x', 'author-id': app.ownerId }, { traceability: { 'test-ids': 'abc' } }),
    ]
    expect(refused.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422])
    expect((await app.get(app.p('/requirements.json'))).body.meta['total-count']).toBe(before)
  })

  it('form a tree without cycles, whose children move up when their parent goes', async () => {
    const app = get()
    const [top, middle, leaf] = [
      await make({ name: 'top' }),
      await make({ name: 'middle' }),
      await make({ name: 'leaf' }),
    ]
    const move = (id: string, parent: unknown) =>
      app.put(app.p(`/requirements/${id}.json`), { data: { attributes: { 'parent-id': parent } } })
    expect((await move(middle.id, top.id)).body.data.attributes['parent-id']).toBe(Number(top.id))
    expect((await move(leaf.id, middle.id)).status).toBe(200)
    expect(titles(await move(top.id, leaf.id))[0]).toContain('cycle')
    expect(titles(await move(top.id, top.id))[0]).toContain('cycle')
    expect((await app.del(app.p(`/requirements/${middle.id}.json`))).body.data).toEqual({
      id: middle.id,
      type: 'requirements',
    })
    const shown = (await app.get(app.p(`/requirements/${leaf.id}.json`))).body.data
    expect(shown.attributes['parent-id']).toBe(Number(top.id))
    expect((await move(leaf.id, null)).body.data.attributes['parent-id']).toBeNull()
  })

  it('are at most 100 deep', async () => {
    let parent: string | null = null
    const app = get()
    for (let depth = 0; depth < 100; depth++) parent = (await make({ name: `d${depth}`, 'parent-id': parent })).id
    const deeper = await app.post(app.p('/requirements.json'), {
      data: { attributes: { name: 'too deep', 'author-id': app.ownerId, 'parent-id': parent } },
    })
    expect(titles(deeper)[0]).toContain('deeper than 100')
  })

  it('are found by display id and name', async () => {
    const app = get()
    const made = await make({ name: 'Ünique needle' })
    const ids = async (query: string) =>
      (await app.get(app.p(`/requirements.json?${query}`))).body.data.map((row: Json) => row.id)
    expect(await ids(`display-ids=${made.attributes['display-id']}`)).toEqual([made.id])
    expect(await ids(`name_exact=${encodeURIComponent('Ünique needle')}`)).toEqual([made.id])
    expect(await ids('name_exact=ünique%20needle')).toEqual([])
    expect(await ids('name_like=%C3%BCNIQUE')).toEqual([made.id])
  })

  it('show the status of the tests that cover them, as runs come and go', async () => {
    const app = get()
    const tests = [await makeTest(app, 'a'), await makeTest(app, 'b')]
    const made = await make({ name: 'covered' }, { traceability: { 'test-ids': tests.map(({ id }) => id) } })
    const shown = async () => {
      const { attributes } = (await app.get(app.p(`/requirements/${made.id}.json`))).body.data
      return [attributes['run-status'], attributes['instances-count'], attributes['last-run'] !== null]
    }
    expect(await shown()).toEqual(['NO RUN', 0, false])
    const set = await app.post(app.p('/sets.json'), {
      data: { attributes: { name: 's' }, instances: { 'test-ids': tests.map(({ id }) => id) } },
    })
    const setId = set.body.data.id
    expect(await shown()).toEqual(['NO RUN', 2, false])
    const instances = (await app.get(app.p(`/instances.json?set-ids=${setId}`))).body.data
    const run = async (index: number, code: number) =>
      (
        await app.post(app.p('/runs.json'), {
          data: { attributes: { 'instance-id': instances[index].id, 'exit-code': code } },
        })
      ).body.data
    await run(0, 0)
    expect(await shown()).toEqual(['NOT COMPLETED', 2, true])
    const failed = await run(1, 1)
    expect(await shown()).toEqual(['FAILED', 2, true])
    await app.del(app.p(`/runs/${failed.id}.json`))
    expect(await shown()).toEqual(['NOT COMPLETED', 2, true])
    await run(1, 0)
    expect(await shown()).toEqual(['PASSED', 2, true])
    await app.del(app.p(`/tests/${tests[0].id}.json`))
    expect(await shown()).toEqual(['PASSED', 1, true])
    await app.del(app.p(`/sets/${setId}.json`))
    expect(await shown()).toEqual(['NO RUN', 0, false])
  })

  it('are changed only by those who may, and a PUT that changes nothing bumps nothing', async () => {
    const app = get()
    const made = await make({ name: 'guarded' })
    const path = app.p(`/requirements/${made.id}.json`)
    const developer = await app.person('dev@example.org', 'Developers')
    const tester = await app.person('tester@example.org', 'Testers')
    expect((await app.get(path, { token: developer.token })).status).toBe(200)
    expect((await app.put(path, { data: made }, { token: developer.token })).status).toBe(403)
    expect((await app.del(path, { token: developer.token })).status).toBe(403)
    const same = await app.put(path, { data: made }, { token: tester.token })
    expect(same.body.data).toEqual(made)
    const unknown = await app.put(path, { data: { attributes: { name: 'n', 'updated-by-user-id': 999999 } } })
    expect(unknown.status).toBe(422)
    expect(titles(await app.put(path, { data: { attributes: { name: ' ' } } }))).toEqual(["Name can't be blank"])
  })
})
