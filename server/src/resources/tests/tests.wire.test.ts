import { describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

const ATTRIBUTES = [
  'project-id',
  'display-id',
  'name',
  'description',
  'preconditions',
  'steps-count',
  'status',
  'run-status',
  'last-run',
  'author-id',
  'assigned-to-id',
  'assigned-to-type',
  'cloned-from-id',
  'planned-execution',
  'version',
  'priority',
  'duration-estimate',
  'test-type',
  'scenario',
  'automated-fields',
  'custom-fields',
  'tags',
  'folder-id',
  'created-at',
  'updated-at',
  'file',
  'provisional',
]

onEveryDatabase('tests', (get) => {
  const create = (attributes: object, beside: object = {}, query = '') =>
    get().post(get().p(`/tests.json${query}`), {
      data: { attributes: { 'author-id': get().ownerId, ...attributes }, ...beside },
    })
  const make = async (attributes: object, beside: object = {}): Promise<Json> => {
    const answer = await create(attributes, beside)
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }
  const at = (app: TestApp, id: string) => app.p(`/tests/${id}.json`)

  describe('POST tests.json', () => {
    it('answers every attribute in order, with the defaults of the contract', async () => {
      const { type, attributes } = await make({ name: 'plain' })
      expect(type).toBe('tests')
      expect(Object.keys(attributes)).toEqual(ATTRIBUTES)
      expect(attributes).toMatchObject({
        description: null,
        'steps-count': 0,
        status: 'Draft',
        'run-status': 'NO RUN',
        'last-run': null,
        'duration-estimate': '00:00:00',
        'test-type': 'ApiTest',
        'automated-fields': {},
        'custom-fields': {},
        tags: [],
      })
    })

    it('takes what clients send in odd shapes', async () => {
      const { attributes } = await make({
        name: 'odd',
        version: 2.0,
        priority: 5,
        'test-type': 'scriptedtest',
        'duration-estimate': 12.5,
        'planned-execution': '2025-03-01T12:00:00+02:00',
        tags: ' a, b ,A,',
        'automated-fields': { num_of_results: '3', script_path: 'x.sh', unknown: 1 },
        'system-fields': { ignored: true },
        status: null,
      })
      expect(attributes).toMatchObject({
        priority: '5',
        'test-type': 'ScriptedTest',
        'duration-estimate': '00:00:13',
        'planned-execution': '2025-03-01T10:00:00Z',
        tags: ['a', 'b'],
        'automated-fields': { num_of_results: 3, script_path: 'x.sh' },
        status: 'Draft',
      })
    })

    it('names everything that is wrong in one answer', async () => {
      const answer = await create({
        name: ' ',
        'author-id': 999_999,
        'test-type': 'Nope',
        'duration-estimate': 'soon',
        'planned-execution': 'tomorrow',
        'folder-id': 999_999,
        version: 'x'.repeat(256),
      })
      expect(answer.status).toBe(422)
      const pointers = answer.body.errors.map((error: Json) => error.source.pointer).sort()
      expect(pointers).toEqual(
        ['author-id', 'duration-estimate', 'folder-id', 'name', 'planned-execution', 'test-type', 'version'].map(
          (key) => `/data/attributes/${key}`,
        ),
      )
    })

    it('takes an array of up to 100, all or none, and answers in order', async () => {
      const app = get()
      const element = (name: string) => ({ attributes: { name, 'author-id': app.ownerId } })
      const made = await app.post(app.p('/tests.json'), { data: ['b1', 'b2'].map(element) })
      expect(made.body.data.map((test: Json) => test.attributes.name)).toEqual(['b1', 'b2'])
      const bad = await app.post(app.p('/tests.json'), { data: [element('b3'), element('')] })
      expect(bad.status).toBe(422)
      expect(titles(bad)).toEqual(["Item 2: Name can't be blank"])
      expect(bad.body.errors[0].source).toEqual({ pointer: '/data/1/attributes/name' })
      expect((await app.get(app.p('/tests.json?name_exact=b3'))).body.data).toEqual([])
      const many = await app.post(app.p('/tests.json'), { data: Array.from({ length: 101 }, () => element('x')) })
      expect(many.status).toBe(422)
      expect((await app.post(app.p('/tests.json'), { data: [] })).status).toBe(422)
    })

    it('finds or creates by exact name, and says which it created', async () => {
      const app = get()
      const known = await make({ name: 'known' })
      const body = {
        data: ['known', 'fresh', 'fresh'].map((name) => ({ attributes: { name, 'author-id': app.ownerId } })),
      }
      const answer = await app.post(app.p('/tests.json?find-or-create=true'), body)
      const ids = answer.body.data.map((test: Json) => test.id)
      expect(ids[0]).toBe(known.id)
      expect(ids[1]).toBe(ids[2])
      expect(answer.body.meta).toEqual({ created: [Number(ids[1])] })
    })
  })

  describe('PUT tests/:id.json', () => {
    it('changes what is sent, clears with null, and ignores steps and author', async () => {
      const app = get()
      const { id } = await make({ name: 'before', description: 'd', version: '1' }, { steps: [{ name: 's' }] })
      const changed = await app.put(at(app, id), {
        data: {
          attributes: {
            name: 'after',
            description: null,
            'author-id': 999_999,
            'automated-fields': { script_path: 'a' },
          },
          steps: [{ name: 'x' }, { name: 'y' }],
        },
      })
      expect(changed.body.data.attributes).toMatchObject({
        name: 'after',
        description: null,
        version: '1',
        'author-id': app.ownerId,
        'steps-count': 1,
        'automated-fields': { script_path: 'a' },
      })
      const merged = await app.put(at(app, id), {
        data: { attributes: { 'automated-fields': { script_path: null, script_name: 'n' }, 'test-type': null } },
      })
      expect(merged.body.data.attributes).toMatchObject({
        'automated-fields': { script_name: 'n' },
        'test-type': 'ApiTest',
      })
    })

    it('puts back what it shows without changing anything, and PATCH is the same', async () => {
      const app = get()
      const { id } = await make({ name: 'same', tags: ['a'] })
      const shown = (await app.get(at(app, id))).body
      expect((await app.put(at(app, id), shown)).body).toEqual(shown)
      expect(
        (await app.call('PATCH', at(app, id), { data: { attributes: { name: 'patched' } } })).body.data.attributes.name,
      ).toBe('patched')
      const blank = await app.put(at(app, id), { data: { attributes: { name: '', 'updated-by-user-id': 999_999 } } })
      expect(blank.status).toBe(422)
      expect(titles(blank)).toHaveLength(2)
    })
  })

  describe('exact values', () => {
    const send = (text: string) =>
      get().post(get().p('/tests.json'), `{"data":{"attributes":{"author-id":${get().ownerId},${text}}}}`)
    const put = async (id: string, attributes: object) =>
      get().put(get().p(`/tests/${id}.json`), { data: { attributes } })

    it('keep numbers as they were written in every text', async () => {
      const { body } = await send(
        '"name":2.0,"version":1.10,"tags":[3.0,"x",3.0],"automated-fields":{"script-name":1.0,"num_of_results":2.0}',
      )
      expect(body.data.attributes).toMatchObject({
        name: '2.0',
        version: '1.10',
        tags: ['3.0', 'x'],
        'automated-fields': { script_name: '1.0', num_of_results: 2 },
      })
      const found = await get().post(
        get().p('/tests/bulk_search.json'),
        '{"data":[{"name_exact":2.0},{"name-like":2.0}]}',
      )
      expect(found.body.data.map((answer: Json) => answer.tests.data.map(({ id }: Json) => id))).toEqual([
        [body.data.id],
        [body.data.id],
      ])
    })

    it('of a time lie in the years that can be written, and offsets within a day', async () => {
      const { id } = await make({ name: 'times' })
      for (const [sent, shown] of [
        ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
        ['0001-01-01', '0001-01-01T00:00:00Z'],
        ['2025-03-01T10:00:00+23:59', '2025-02-28T10:01:00Z'],
      ]) {
        const answer = await put(id, { 'planned-execution': sent })
        expect(answer.body.data.attributes['planned-execution']).toBe(shown)
      }
      for (const sent of ['9999-12-31T23:59:59-00:01', '0001-01-01T00:00:00+00:01', '2025-03-01T10:00:00+24:00']) {
        const answer = await put(id, { 'planned-execution': sent })
        expect([sent, answer.status, answer.body.errors?.[0].source.pointer]).toEqual([
          sent,
          422,
          '/data/attributes/planned-execution',
        ])
      }
    })

    it('sent again are no error: an assignee without its type, a group that could not be set anew', async () => {
      const app = get()
      const project = `/projects/${app.projectId}.json`
      const [group] = (await app.get(app.p('/groups.json'))).body.data
      await app.put(project, { data: { attributes: { 'assign-to-group': true } } })
      const assigned = { 'assigned-to-id': Number(group.id), 'assigned-to-type': 'GROUP' }
      const { id } = await make({ name: 'assigned', ...assigned })
      await app.put(project, { data: { attributes: { 'assign-to-group': false } } })
      for (const again of [
        { 'assigned-to-id': group.id },
        { 'assigned-to-id': Number(group.id), 'assigned-to-type': null },
        { 'assigned-to-id': Number(group.id), 'assigned-to-type': '' },
        assigned,
      ]) {
        const answer = await put(id, again)
        expect([answer.status, answer.body.data?.attributes['assigned-to-type']]).toEqual([200, 'group'])
      }
      expect((await put(id, { 'assigned-to-id': group.id, 'assigned-to-type': 'user' })).status).toBe(422)
    })
  })

  describe('GET tests.json', () => {
    it('finds by exact name, by part of it, by display-ids', async () => {
      const app = get()
      const first = await make({ name: 'Needle 100%_x' })
      await make({ name: 'needle 100 other' })
      const names = async (query: string) =>
        (await app.get(app.p(`/tests.json?${query}`))).body.data.map((test: Json) => test.attributes.name)
      expect(await names('name_exact=Needle+100%25_x')).toEqual(['Needle 100%_x'])
      expect(await names('name_exact=needle+100%25_x')).toEqual([])
      expect(await names('name_like=NEEDLE')).toHaveLength(2)
      expect(await names('name_like=100%25_')).toEqual(['Needle 100%_x'])
      expect(await names(`display-ids=${first.attributes['display-id']},999999`)).toEqual(['Needle 100%_x'])
      const wrong = await app.get(app.p('/tests.json?display-ids=1,x'))
      expect([wrong.status, wrong.body.errors[0].source]).toEqual([422, { parameter: 'display-ids' }])
    })
  })

  describe('POST tests/bulk_search.json', () => {
    it('answers each query in input order, echoes it verbatim, and finds nothing with an empty list', async () => {
      const app = get()
      const one = await make({ name: 'bulk one' })
      const twin = await make({ name: 'bulk one' })
      const two = await make({ name: 'Bulk Two' })
      const data = [{ name_exact: 'bulk one' }, { name_exact: 'nothing' }, { name_like: 'bulk t', extra: 1 }]
      const answer = await app.post(app.p('/tests/bulk_search.json'), { data })
      expect(answer.status, answer.text).toBe(200)
      expect(Object.keys(answer.body)).toEqual(['data'])
      expect(answer.body.data.map((each: Json) => each.query)).toEqual(data)
      expect(answer.body.data.map((each: Json) => each.tests.data.map((test: Json) => test.id))).toEqual([
        [one.id, twin.id],
        [],
        [two.id],
      ])
      expect(Object.keys(answer.body.data[0].tests.data[0].attributes)).toEqual(ATTRIBUTES)
    })

    it('tells names apart that begin alike or differ in case, and those of many tests, at most 100 of each', async () => {
      const app = get()
      const beginning = 'long '.repeat(50)
      const names = [`${beginning}a`, `${beginning}b`, `${beginning}A`, 'of many']
      const many = Array.from({ length: 103 }, (_, n) => (n < 3 ? names[n] : 'of many'))
      for (const part of [many.slice(0, 60), many.slice(60)]) {
        const data = part.map((name) => ({ attributes: { name, 'author-id': app.ownerId } }))
        expect((await app.post(app.p('/tests.json'), { data })).status).toBe(200)
      }
      const extra = await make({ name: 'of many' })
      // Alone, and with so few others that their limits together are passed.
      for (const asked of [names, ['of many'], [`${beginning}b`]]) {
        const data = asked.map((name) => ({ name_exact: name }))
        const answer = await app.post(app.p('/tests/bulk_search.json'), { data })
        const found = answer.body.data.map((each: Json) => each.tests.data.map((test: Json) => test.attributes.name))
        expect(found).toEqual(asked.map((name) => Array(name === 'of many' ? 100 : 1).fill(name)))
        const ids = answer.body.data.flatMap((each: Json) => each.tests.data.map((test: Json) => Number(test.id)))
        expect(ids).not.toContain(Number(extra.id))
      }
      const again = { data: names.map((name) => ({ attributes: { name, 'author-id': app.ownerId } })) }
      const reused = await app.post(app.p('/tests.json?find-or-create=true'), again)
      expect([reused.body.meta.created, reused.body.data.map((test: Json) => test.attributes.name)]).toEqual([
        [],
        names,
      ])
    })

    it('takes 1 to 100 queries, each with a name', async () => {
      const app = get()
      const ask = (data: unknown) => app.post(app.p('/tests/bulk_search.json'), { data })
      expect((await ask(Array.from({ length: 100 }, () => ({ name_exact: 'x' })))).status).toBe(200)
      expect((await ask(Array.from({ length: 101 }, () => ({ name_exact: 'x' })))).status).toBe(422)
      expect((await ask([])).status).toBe(422)
      expect((await ask({ name_exact: 'x' })).status).toBe(400)
      const nameless = await ask([{ name_exact: 'x' }, {}])
      expect([nameless.status, nameless.body.errors[0].source]).toEqual([422, { pointer: '/data/1' }])
    })
  })

  describe('steps', () => {
    it('show every attribute in order, and are found by test and by name', async () => {
      const app = get()
      const { id: test } = await make(
        { name: 'with steps' },
        { steps: [{ name: 'First' }, { 'expected-results': 'x' }] },
      )
      const { data } = (await app.get(app.p(`/steps.json?test-ids=${test}`))).body
      expect(data.map((step: Json) => [step.attributes.name, step.attributes.position])).toEqual([
        ['First', 1],
        ['Step 2', 2],
      ])
      const shown = await app.get(app.p(`/steps/${data[1].id}.json`))
      expect(shown.body.data).toEqual(data[1])
      expect(Object.entries(shown.body.data.attributes).slice(0, 8)).toEqual([
        ['project-id', app.projectId],
        ['kind', 'ManualStep'],
        ['test-id', Number(test)],
        ['test-to-call-id', null],
        ['name', 'Step 2'],
        ['description', ''],
        ['expected-results', 'x'],
        ['position', 2],
      ])
      const named = await app.get(app.p(`/steps.json?test-ids=${test}&name_exact=First`))
      expect(named.body.data.map((step: Json) => step.id)).toEqual([data[0].id])
      expect((await app.get(app.p('/steps/999999.json'))).status).toBe(404)
    })
  })
})
