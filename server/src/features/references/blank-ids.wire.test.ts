import { beforeAll, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp } from '../../test/build-app.ts'

onEveryDatabase('blank text for an optional id or list', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })
  const attributesOf = ({ status, text, body }: Json): Json => {
    expect(status, text).toBe(200)
    return body.data.attributes
  }
  const make = async (path: string, attributes: object, beside: object = {}) =>
    attributesOf(await app.post(app.p(path), { data: { attributes, ...beside } }))
  const idOf = async (path: string, attributes: object): Promise<string> =>
    (await app.post(app.p(path), { data: { attributes } })).body.data.id

  it.each(['', ' '])('counts as null on create: %j', async (blank) => {
    const author = { 'author-id': app.ownerId }
    const test = { name: 'blank', ...author, 'assigned-to-id': blank, 'folder-id': blank, tags: blank }
    const unset = { 'assigned-to-id': null, 'folder-id': null, tags: [] }
    expect(await make('/tests.json', test)).toMatchObject(unset)
    const requirement = { name: `blank`, ...author, 'parent-id': blank }
    const traceability = { 'test-ids': blank }
    expect(await make('/requirements.json', requirement, { traceability })).toMatchObject({ 'parent-id': null })
    const set = { name: 'blank', 'author-id': blank, 'milestone-id': blank, 'assigned-to-id': blank }
    expect(await make('/sets.json', set, { instances: { 'test-ids': blank } })).toMatchObject({
      'author-id': null,
      'milestone-id': null,
      'instances-count': 0,
    })
    const filter = { name: `blank${blank}`, entity: 'test', 'parent-id': blank, 'autofilter-fields': blank }
    expect(await make('/filters.json', filter)).toMatchObject({ 'parent-id': null, 'autofilter-fields': null })
    const folder = { name: `blank ${blank.length}`, entity: 'test', 'parent-id': blank }
    expect(await make('/folders.json', folder)).toMatchObject({ 'parent-id': null })
  })

  it.each(['', ' '])('counts as null in fields: %j', async (blank) => {
    const blanks = { 'parent-list-id': blank, 'possible-values-parent-cf-id': blank, 'possible-values': blank }
    for (const format of ['text', 'number', 'list', 'multilist']) {
      const field = { name: `${format} ${blank.length}`, 'field-format': format, entities: ['Test'] }
      const isList = format.endsWith('list')
      const shown = {
        'parent-list-id': null,
        'possible-values-parent-cf-id': null,
        'possible-values': isList ? [] : null,
        'default-value': null,
      }
      const id = await idOf('/custom_fields.json', { ...field, ...blanks, 'default-value': '' })
      expect(attributesOf(await app.get(app.p(`/custom_fields/${id}.json`)))).toMatchObject(shown)
      const put = await app.put(app.p(`/custom_fields/${id}.json`), {
        data: { attributes: { ...blanks, entities: blank } },
      })
      expect(attributesOf(put)).toMatchObject({ ...shown, entities: ['Test'] })
    }
    const linked = { name: `linked ${blank.length}`, 'field-format': 'linkedlist', entities: ['Test'], ...blanks }
    const refused = await app.post(app.p('/custom_fields.json'), { data: { attributes: linked } })
    expect(refused.body.errors.map(({ title }: Json) => title)).toEqual([
      "Parent list id can't be blank for a linkedlist field",
    ])
  })

  it.each(['', ' '])('counts as null on update: %j', async (blank) => {
    const author = { 'author-id': app.ownerId }
    const test = await idOf('/tests.json', { name: 'put', ...author, 'assigned-to-id': app.ownerId })
    const put = (path: string, attributes: object) => app.put(app.p(path), { data: { attributes } })
    const cleared = await put(`/tests/${test}.json`, { 'assigned-to-id': blank, 'updated-by-user-id': blank })
    expect(attributesOf(cleared)).toMatchObject({ 'assigned-to-id': null, 'assigned-to-type': null })
    const parent = await idOf('/requirements.json', { name: 'parent', ...author })
    const child = await idOf('/requirements.json', { name: 'child', ...author, 'parent-id': parent })
    expect(attributesOf(await put(`/requirements/${child}.json`, { 'parent-id': blank }))['parent-id']).toBeNull()
    const hook = await idOf('/webhooks.json', { name: 'hook', url: 'https://example.org/', events: 'test.created' })
    expect(attributesOf(await put(`/webhooks/${hook}.json`, { events: blank })).events).toEqual(['test.created'])
  })

  it('counts as null in results and steps', async () => {
    const test = await idOf('/tests.json', { name: 'result', 'author-id': app.ownerId })
    const set = await idOf('/sets.json', { name: 'result' })
    const run = { 'set-id': set, 'test-id': ' ', 'tester-id': ' ', 'run-date': ' ' }
    expect(await make('/runs/auto_create.json', run, { 'test-attributes': { name: 'result' } })).toMatchObject({
      'test-id': Number(test),
      'tester-id': null,
    })
    const step = { 'test-id': test, kind: 'CallToTest', 'test-to-call-id': ' ' }
    const refused = await app.post(app.p('/steps.json'), { data: { attributes: step } })
    expect(refused.body.errors[0].title).toBe("Test to call id can't be blank for a CallToTest step")
    for (const attributes of [{ 'instance-id': ' ' }, { 'instance-id': '' }]) {
      const missing = await app.post(app.p('/runs.json'), { data: { attributes } })
      expect(missing.body.errors[0].title).toBe("Instance id can't be blank")
    }
  })
})
