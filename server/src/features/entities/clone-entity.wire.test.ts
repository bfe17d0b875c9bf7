import { beforeAll, describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

const HOUR = 3_600_000
const day = (offset: number) => `${new Date(Date.now() + offset).toISOString().slice(0, 19)}Z`

onEveryDatabase('clones', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })
  const post = async (path: string, attributes: Json = {}, rest: Json = {}): Promise<Json> => {
    const answer = await app.post(app.p(path), { data: { attributes, ...rest } })
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }
  const author = () => ({ 'author-id': app.ownerId })
  const list = async (path: string): Promise<Json[]> => (await app.get(app.p(path))).body.data

  describe('POST tests/:id/clone.json', () => {
    it('copies attributes, fields, tags and steps, and nothing that was run or linked', async () => {
      const field = await app.post(app.p('/custom_fields.json'), {
        data: { attributes: { name: 'Browser', 'field-format': 'list', entities: ['Test', 'Issue'] } },
      })
      const key = `---f-${field.body.data.id}`
      const called = await post('/tests.json', { name: 'called', ...author() }, { steps: [{ name: 'inner' }] })
      const attributes = {
        description: 'd',
        preconditions: 'p',
        status: 'Ready',
        'assigned-to-id': app.ownerId,
        'assigned-to-type': 'user',
        'planned-execution': day(HOUR),
        version: '1.0',
        priority: 'high',
        'duration-estimate': '00:05:00',
        'test-type': 'ScriptedTest',
        scenario: 'Given x',
        'automated-fields': { script_path: 'a', num_of_results: 2 },
        'custom-fields': { [key]: 'Chrome' },
        tags: ['a', 'B'],
      }
      const folder = await post('/folders.json', { entity: 'test', name: 'f' })
      const steps = [
        { name: 'one', description: 'd', 'expected-results': 'e' },
        { kind: 'CallToTest', 'test-to-call-id': called.id },
      ]
      const placed = { ...attributes, 'folder-id': Number(folder.id) }
      const source = await post('/tests.json', { name: 'source', ...placed, ...author() }, { steps })
      const set = await post('/sets.json', { name: 's' }, { instances: { 'test-ids': [source.id] } })
      const [instance] = await list(`/instances.json?set-ids=${set.id}`)
      await post('/runs.json', { 'instance-id': instance?.id, 'exit-code': 0 })
      await post('/requirements.json', { name: 'r', ...author() }, { traceability: { 'test-ids': [source.id] } })
      await post('/comments.json', { entity: 'test', 'entity-id': source.id, body: 'c', ...author() })
      await app.post(app.p('/attachments.json'), {
        entity: 'test',
        'entity-id': source.id,
        data: { files: [{ filename: 'a', content_encoded: '' }] },
      })
      const clone = await post(`/tests/${source.id}/clone.json`, author())
      expect(clone.attributes).toEqual({
        ...source.attributes,
        'display-id': expect.any(Number),
        name: 'Clone of source',
        'steps-count': 2,
        'run-status': 'NO RUN',
        'last-run': null,
        'cloned-from-id': Number(source.id),
        'created-at': expect.any(String),
        'updated-at': expect.any(String),
      })
      expect(clone.attributes['display-id']).toBeGreaterThan(source.attributes['display-id'])
      expect(clone.attributes).toMatchObject(placed)
      const shown = (await app.get(app.p(`/tests/${clone.id}.json?relationships=true`))).body.data
      expect(shown.relationships).toEqual({ requirements: { data: [] }, issues: { data: [] } })
      expect(await list(`/comments.json?entity=test&entity-id=${clone.id}`)).toEqual([])
      expect(await list(`/attachments.json?entity=test&entity-id=${clone.id}`)).toEqual([])
      expect(await list(`/instances.json?test-ids=${clone.id}`)).toEqual([])
      const comparable = (rows: Json[]) =>
        rows.map(({ attributes: { 'test-id': _, 'created-at': __, 'updated-at': ___, ...rest } }) => rest)
      const copies = await list(`/steps.json?test-ids=${clone.id}`)
      expect(comparable(copies)).toEqual(comparable(await list(`/steps.json?test-ids=${source.id}`)))
      expect(copies.map((step) => step.attributes.position)).toEqual([1, 2])
      await app.del(app.p(`/steps/${copies[0]?.id}.json`))
      expect(await list(`/steps.json?test-ids=${source.id}`)).toHaveLength(2)
      const total = (await app.get(app.p('/steps.json'))).body
      expect(total.meta['total-count']).toBe(total.data.length)
    })

    it('lets the body override, and takes null for not sent', async () => {
      const past = day(-HOUR)
      const source = await post('/tests.json', {
        name: 'x'.repeat(995),
        description: 'kept',
        'planned-execution': past,
        'automated-fields': { script_path: 'a', suite_path: 's' },
        tags: 'one,two',
        ...author(),
      })
      const plain = await post(`/tests/${source.id}/clone.json`, author())
      expect(plain.attributes.name).toBe(`Clone of ${'x'.repeat(991)}`)
      expect(plain.attributes['planned-execution']).toBeNull()
      const overridden = await post(`/tests/${source.id}/clone.json`, {
        ...author(),
        name: source.attributes.name,
        description: null,
        tags: [],
        'planned-execution': past,
        'automated-fields': { script_path: 'b', suite_path: null },
        version: 2.5,
      })
      expect(overridden.attributes).toMatchObject({
        name: source.attributes.name,
        description: 'kept',
        tags: [],
        'planned-execution': past,
        'automated-fields': { script_path: 'b' },
        version: '2.5',
      })
    })

    it('copies what could not be set anew, but checks what is given', async () => {
      const field = await app.post(app.p('/custom_fields.json'), {
        data: {
          attributes: { name: 'Strict', 'field-format': 'list', entities: ['Test'], 'possible-values': ['a', 'b'] },
        },
      })
      const id = field.body.data.id
      const key = `---f-${id}`
      const folder = await post('/folders.json', { entity: 'test', name: 'gone' })
      const source = await post('/tests.json', {
        name: 'holds',
        'folder-id': folder.id,
        'custom-fields': { [key]: 'a' },
        ...author(),
      })
      await app.database.write(0, async ({ db }) => {
        await db.updateTable('custom_fields').set({ strict: 1, mandatory: 1 }).where('id', '=', Number(id)).execute()
        await db.deleteFrom('field_options').where('field_id', '=', Number(id)).where('value', '=', 'a').execute()
      })
      await app.del(app.p(`/folders/${folder.id}.json`))
      const clone = await post(`/tests/${source.id}/clone.json`, author())
      expect(clone.attributes).toMatchObject({ 'custom-fields': { [key]: 'a' }, 'folder-id': null })
      const wrong = await app.post(app.p(`/tests/${source.id}/clone.json`), {
        data: { attributes: { 'custom-fields': { [key]: 'c' }, name: ' ', 'folder-id': folder.id } },
      })
      expect(wrong.body.errors.map((error: Json) => error.source.pointer).sort()).toEqual([
        '/data/attributes/author-id',
        `/data/attributes/custom-fields/${key}`,
        '/data/attributes/folder-id',
        '/data/attributes/name',
      ])
      await app.database.write(0, async ({ db }) => {
        await db.updateTable('custom_fields').set({ strict: 0, mandatory: 0 }).where('id', '=', Number(id)).execute()
      })
    })

    it('asks an account token for the author and takes a personal one at its owner', async () => {
      const tester = await app.person('tester@clones.org', 'Testers')
      const developer = await app.person('developer@clones.org', 'Developers')
      const source = await post('/tests.json', { name: 'whose', ...author() })
      const path = app.p(`/tests/${source.id}/clone.json`)
      const anonymous = await app.post(path)
      expect([anonymous.status, titles(anonymous)]).toEqual([422, ["Author can't be blank"]])
      for (const body of [undefined, {}, { data: {} }, { data: null }]) {
        const clone = await app.post(path, body, { token: tester.token })
        expect([clone.status, clone.body.data?.attributes['author-id']]).toEqual([200, tester.id])
      }
      expect((await app.post(path, { data: [] }, { token: tester.token })).status).toBe(400)
      expect((await app.post(path, undefined, { token: developer.token })).status).toBe(403)
      expect((await app.post(app.p('/tests/99999999/clone.json'), undefined, { token: tester.token })).status).toBe(404)
    })

    it('copies steps that a BDD test hides', async () => {
      const source = await post('/tests.json', { name: 'was scripted', ...author() }, { steps: [{ name: 'a' }] })
      await app.put(app.p(`/tests/${source.id}.json`), { data: { attributes: { 'test-type': 'BDDTest' } } })
      const clone = await post(`/tests/${source.id}/clone.json`, author())
      expect(clone.attributes).toMatchObject({ 'test-type': 'BDDTest', 'steps-count': 0 })
      const back = await post(`/tests/${source.id}/clone.json`, { ...author(), 'test-type': 'ScriptedTest' })
      expect(back.attributes['steps-count']).toBe(1)
      expect(await list(`/steps.json?test-ids=${back.id}`)).toHaveLength(1)
    })
  })

  describe('POST issues/:id/clone.json', () => {
    it('starts in the initial status, with attributes, fields and tags of the source', async () => {
      const source = await post('/issues.json', {
        title: 'crash',
        'issue-type': 'bug',
        description: 'd',
        priority: 'high',
        'external-id': 'EXT-1',
        tags: ['a'],
        ...author(),
      })
      await app.put(app.p(`/issues/${source.id}/update_status.json`), {
        data: { attributes: { 'status-name': 'rejected', 'user-id': app.ownerId } },
      })
      const clone = await post(`/issues/${source.id}/clone.json`, author())
      expect(clone.attributes).toEqual({
        ...source.attributes,
        'display-id': expect.any(Number),
        title: 'Clone of crash',
        'status-name': 'new',
        'closed-at': null,
        'closed-by-id': null,
        'cloned-from-id': Number(source.id),
        'created-at': expect.any(String),
        'updated-at': expect.any(String),
      })
      const named = await post(`/issues/${source.id}/clone.json`, { ...author(), name: 'crash', 'status-name': 'open' })
      expect(named.attributes).toMatchObject({ title: 'crash', 'status-name': 'new' })
      expect((await app.post(app.p(`/issues/${source.id}/clone.json`))).status).toBe(422)
      const developer = await app.person('developer2@clones.org', 'Developers')
      const commenter = await app.person('commenter@clones.org', 'Commenters')
      const path = app.p(`/issues/${source.id}/clone.json`)
      const theirs = await app.post(path, undefined, { token: developer.token })
      expect(theirs.body.data.attributes['author-id']).toBe(developer.id)
      expect((await app.post(path, undefined, { token: commenter.token })).status).toBe(403)
      expect((await app.post(app.p('/issues/99999999/clone.json'))).status).toBe(404)
    })
  })

  describe('POST sets/:id/clone.json', () => {
    it('leaves behind what is past, and copies instances with their attributes', async () => {
      const test = await post('/tests.json', { name: 't', ...author() })
      const source = await post('/sets.json', { name: 's', 'planned-execution': day(-HOUR), ...author() })
      const soon = day(HOUR)
      for (const attributes of [
        { 'planned-execution': day(-HOUR), parameters: ['chrome'], version: '1' },
        { 'planned-execution': soon, parameters: { Lang: 'fr' }, 'assigned-to-id': app.ownerId },
      ]) {
        const instance = await post('/instances.json', { 'set-id': source.id, 'test-id': test.id, ...attributes })
        await post('/runs.json', { 'instance-id': instance.id, 'exit-code': 1 })
      }
      const answer = await app.post(app.p(`/sets/${source.id}/clone.json`))
      const clone = answer.body.data
      expect(clone.attributes).toMatchObject({
        name: 'Clone of s',
        'planned-execution': null,
        'author-id': null,
        'cloned-from-id': Number(source.id),
        'instances-count': 2,
        'run-status': 'NO RUN',
        'last-run': null,
      })
      const copies = await list(`/instances.json?set-ids=${clone.id}`)
      expect(copies.map(({ attributes }) => attributes)).toMatchObject([
        { 'planned-execution': null, parameters: { '1': 'chrome' }, version: '1', 'run-status': 'NO RUN' },
        { 'planned-execution': soon, parameters: { lang: 'fr' }, 'assigned-to-id': app.ownerId, 'tester-id': null },
      ])
    })
  })
})
