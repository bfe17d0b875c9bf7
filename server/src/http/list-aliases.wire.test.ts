import { beforeAll, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp } from '../test/build-app.ts'

onEveryDatabase('old names of list parameters', (get) => {
  let app: TestApp
  /** Ids of two of everything; only those of the first are asked for. */
  const ids: Record<string, string[]> = { test: [], set: [], instance: [], run: [] }
  beforeAll(async () => {
    app = get()
    const make = async (path: string, data: object): Promise<Json> => (await app.post(app.p(path), { data })).body.data
    for (const name of ['first', 'second']) {
      const test = await make('/tests.json', { attributes: { name, 'author-id': app.ownerId }, steps: [{ name: 'a' }] })
      const set = await make('/sets.json', { attributes: { name }, instances: { 'test-ids': [test.id] } })
      const instance = (await app.get(app.p(`/instances.json?set-ids=${set.id}`))).body.data[0]
      const run = await make('/runs.json', { attributes: { 'instance-id': instance.id }, steps: [{ name: 'b' }] })
      for (const [kind, made] of Object.entries({ test, set, instance, run })) ids[kind]?.push(made.id)
    }
  })

  it.each([
    ['steps', 'test'],
    ['instances', 'test'],
    ['instances', 'set'],
    ['runs', 'test'],
    ['runs', 'set'],
    ['runs', 'instance'],
    ['step_runs', 'run'],
  ])('%s are found by %s-id as by %s-ids', async (list, kind) => {
    const [first, second] = ids[kind] as [string, string]
    const found = async (query: string) => (await app.get(app.p(`/${list}.json?${query}`))).body.data
    const expected = await found(`${kind}-ids=${first}`)
    expect(expected).toHaveLength(1)
    expect(await found(`${kind}-id=${first}`)).toEqual(expected)
    expect(await found(`${kind}_id=${first}`)).toEqual(expected)
    expect(await found(`${kind}-id=${first},${second}`)).toHaveLength(2)
    expect(await found(`${kind}-id=`)).toHaveLength(2)
    expect(await found(`${kind}-id=0`)).toEqual([])
  })

  it('a step-run is found by runs-ids, and an instance by instance-display-id', async () => {
    const [first] = ids.run as [string]
    expect((await app.get(app.p(`/step_runs.json?runs-ids=${first}`))).body.data).toHaveLength(1)
    const { attributes } = (await app.get(app.p(`/instances/${ids.instance?.[0]}.json`))).body.data
    const query = `instance-display-id=${attributes['display-id']}`
    expect((await app.get(app.p(`/instances.json?${query}`))).body.data.map(({ id }: Json) => id)).toEqual([
      ids.instance?.[0],
    ])
  })
})
