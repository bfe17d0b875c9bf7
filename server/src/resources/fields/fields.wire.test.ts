import { expect, it } from 'vitest'
import { SYSTEM_FIELDS } from '../../core/resource/system-fields.ts'
import { type Json, onEveryDatabase } from '../../test/build-app.ts'

onEveryDatabase('GET /projects/:id/fields.json', (get) => {
  const make = async (attributes: Json): Promise<number> => {
    const answer = await get().post(get().p('/custom_fields.json'), { data: { attributes } })
    expect(answer.status, answer.text).toBe(200)
    return Number(answer.body.data.id)
  }
  const all = async (size = 100): Promise<Json[]> => {
    const items: Json[] = []
    let path: string | undefined = get().p(`/fields.json?page[size]=${size}`)
    while (path !== undefined) {
      const { body } = await get().get(path)
      expect(body.data.length).toBeLessThanOrEqual(size)
      items.push(...body.data)
      const next: URL | undefined = body.links.next && new URL(body.links.next)
      path = next && next.pathname + next.search
    }
    return items
  }

  it('lists system fields first, flat and with underscores', async () => {
    const items = await all()
    expect(items).toHaveLength(SYSTEM_FIELDS.length)
    expect(items[0]).toEqual({
      id: expect.any(Number),
      type: 'SystemField',
      name: 'Name',
      field_format: 'text',
      possible_values: null,
      uniq_name: 'requirement_name',
      entities: ['Requirement'],
    })
    expect(Object.keys(items[0])).toEqual([
      'id',
      'type',
      'name',
      'field_format',
      'possible_values',
      'uniq_name',
      'entities',
    ])
    const named = (uniq: string) => items.find((item) => item.uniq_name === uniq)
    expect(named('issue_status')).toMatchObject({ name: 'Status', field_format: 'list', entities: ['Issue'] })
    expect(named('test_set_planned_execution')).toMatchObject({
      name: 'Planned Execution',
      field_format: 'date',
      entities: ['TestSet'],
    })
    expect(named('test_assigned_to')).toMatchObject({ name: 'Assigned To', field_format: 'user' })
    expect(named('requirement_description').field_format).toBe('memo')
    expect(named('test_tags').field_format).toBe('text')
    for (const prefix of ['requirement', 'test', 'test_set', 'instance', 'run', 'issue', 'milestone']) {
      expect(items.some((item) => item.uniq_name.startsWith(`${prefix}_created_at`))).toBe(true)
    }
    expect(new Set(items.map(({ uniq_name }) => uniq_name)).size).toBe(items.length)
    expect(items.every(({ field_format }) => typeof field_format === 'string')).toBe(true)
  })

  it('lists custom fields behind them with their possible values, and pages by links', async () => {
    const app = get()
    const entities = ['Test', 'TestSet']
    const list = await make({ name: 'Browser', 'field-format': 'list', entities, 'possible-values': ['Chrome'] })
    const linked = await make({
      name: 'Version',
      'field-format': 'linkedlist',
      entities: ['Test'],
      'parent-list-id': list,
      'possible-values': { Chrome: ['1', '2'] },
    })
    const lends = { 'possible-values-parent-cf-id': list }
    const borrows = await make({ name: 'Also', 'field-format': 'multilist', entities: ['Run'], ...lends })
    const text = await make({ name: 'Note', 'field-format': 'text', entities: ['Milestone'] })
    const items = await all()
    expect(items.slice(SYSTEM_FIELDS.length)).toEqual([
      {
        id: list,
        type: 'CustomField',
        name: 'Browser',
        field_format: 'list',
        possible_values: ['Chrome'],
        uniq_name: `___f_${list}`,
        entities,
      },
      expect.objectContaining({ id: linked, possible_values: { Chrome: ['1', '2'] }, field_format: 'linkedlist' }),
      expect.objectContaining({ id: borrows, possible_values: ['Chrome'], entities: ['Run'] }),
      expect.objectContaining({ id: text, possible_values: null, uniq_name: `___f_${text}` }),
    ])
    for (const size of [1, 7, 40]) expect(await all(size)).toEqual(items)

    const total = items.length
    const last = (await app.get(app.p(`/fields.json?page[number]=2&page[size]=${total - 1}`))).body
    expect(last.data.map(({ id }: Json) => id)).toEqual([text])
    expect(last.meta).toMatchObject({ 'current-page': 2, 'total-pages': 2, 'total-count': total, 'next-page': null })
    const first = (await app.get(app.p(`/fields.json?page[size]=${total - 1}`))).body
    expect(first.meta).toMatchObject({ 'next-page': 2, 'total-count': total })
    expect(first.links.next).toContain(`page%5Bafter%5D=${borrows}`)
    expect((await app.get(app.p('/fields.json?page[number]=99'))).body.data).toEqual([])
  })

  it('ignores a hint that names no field, and refuses what no list understands', async () => {
    const app = get()
    const plain = (await app.get(app.p('/fields.json?page[size]=3'))).body.data
    expect((await app.get(app.p('/fields.json?page[size]=3&page[after]=999999999'))).body.data).toEqual(plain)
    expect((await app.get(app.p('/fields.json?page[size]=0'))).status).toBe(422)
    expect((await app.get(app.p('/fields.json?ptql=Name%3D1'))).status).toBe(422)
  })

  it('knows the fields of its own project only', async () => {
    const app = get()
    const made = await app.post('/projects.json', { data: { attributes: { name: 'Fresh' } } })
    const { body } = await app.get(`/projects/${made.body.data.id}/fields.json`)
    expect(body.meta['total-count']).toBe(SYSTEM_FIELDS.length)
    expect((await app.get('/projects/999999/fields.json')).status).toBe(404)
  })
})
