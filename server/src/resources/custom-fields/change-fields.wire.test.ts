import { describe, expect, it } from 'vitest'
import { sweepRemovals } from '../../db/removals.ts'
import { type Json, onEveryDatabase, titles } from '../../test/build-app.ts'

const never = new AbortController().signal

onEveryDatabase('changing custom fields', (get) => {
  const body = (attributes: Json) => ({ data: { attributes } })
  const path = (id: string | number) => get().p(`/custom_fields/${id}.json`)
  const post = (attributes: Json, options = {}) => get().post(get().p('/custom_fields.json'), body(attributes), options)
  const make = async (name: string, format: string, rest: Json = {}): Promise<string> => {
    const answer = await post({ name, 'field-format': format, entities: ['Test'], ...rest })
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data.id
  }
  const put = (id: string, attributes: Json) => get().put(path(id), body(attributes))
  const show = async (id: string): Promise<Json> => (await get().get(path(id))).body.data.attributes
  /** Makes the field look as if it had not been touched since the epoch, so that a bump shows. */
  const age = async (id: string) => {
    await get().database.write(0, async ({ db }) => {
      await db
        .updateTable('custom_fields')
        .set({ updated_at: 0 })
        .where('project_id', '=', get().projectId)
        .where('id', '=', Number(id))
        .execute()
    })
  }
  const pointers = (answer: Json) => answer.body.errors.map((error: Json) => error.source.pointer)

  describe('POST', () => {
    it('answers all attributes in the order of the contract', async () => {
      const answer = await post({
        name: 'Browser',
        'field-format': 'LIST',
        entities: ['test', 'test_set'],
        'possible-values': ['Chrome', 'Firefox', 'Chrome', ' ', null, 7],
        mandatory: true,
        'default-value': 'Chrome',
      })
      expect(Object.entries(answer.body.data.attributes)).toEqual([
        ['name', 'Browser'],
        ['field-format', 'list'],
        ['project-id', get().projectId],
        ['possible-values', ['Chrome', 'Firefox', '7']],
        ['parent-list-id', null],
        ['possible-values-parent-cf-id', null],
        ['created-at', expect.stringMatching(/Z$/)],
        ['updated-at', expect.stringMatching(/Z$/)],
        ['entities', ['Test', 'TestSet']],
        ['mandatory', true],
        ['strict', false],
        ['default-value', 'Chrome'],
      ])
      expect((await get().del(path(answer.body.data.id))).status).toBe(200)
    })

    it('tells everything that is wrong at once', async () => {
      const place = '/data/attributes'
      expect(pointers(await post({}))).toEqual([`${place}/name`, `${place}/field-format`, `${place}/entities`])
      const wrong = await post({
        name: 'x',
        'field-format': 'number',
        entities: ['TestSet', 'Run'],
        'possible-values': ['a'],
        'default-value': 'many',
        'parent-list-id': 1,
      })
      expect(pointers(wrong).sort()).toEqual(
        ['default-value', 'entities', 'parent-list-id', 'possible-values'].map((key) => `${place}/${key}`),
      )
      expect((await post({ name: 'x', 'field-format': 'linkedlist', entities: ['Test'] })).status).toBe(422)
      const nobody = { name: 'x', 'field-format': 'user', entities: ['Test'], 'default-value': 999999999 }
      expect(titles(await post(nobody))[0]).toContain('names no user')
    })
  })

  describe('PUT', () => {
    it('that changes nothing bumps nothing and leaves no trace', async () => {
      const app = get()
      const parent = await make('Country', 'list', { 'possible-values': ['DE', 'FR'] })
      const values = { DE: ['Berlin'], FR: ['Paris'] }
      const ids = [
        parent,
        await make('City', 'linkedlist', { 'parent-list-id': Number(parent), 'possible-values': values }),
        await make('Borrowed', 'multilist', { 'possible-values-parent-cf-id': Number(parent) }),
        await make('Note', 'memo', { 'default-value': 'x', entities: ['Run'] }),
        await make('Done', 'checkbox', { 'default-value': false, strict: true, entities: ['Run'] }),
      ]
      for (const id of ids) {
        await age(id)
        const before = (await app.get(path(id))).body
        expect((await app.put(path(id), before)).body).toEqual(before)
        expect((await put(id, {})).body).toEqual(before)
        expect((await put(id, { mandatory: null, strict: null, entities: null })).body).toEqual(before)
        const audit = await app.get(`/audit.json?entity=custom-field&entity-id=${id}`)
        expect(audit.body.data.map(({ attributes }: Json) => attributes.action)).toEqual(['create'])
      }
    })

    it('takes null for possible values, parent and lender where they are null already, for every format', async () => {
      const parent = await make('Parent of nulls', 'list')
      const link = { 'parent-list-id': parent, 'possible-values-parent-cf-id': null }
      const nulls = { 'possible-values': null, 'parent-list-id': null, 'possible-values-parent-cf-id': null }
      for (const format of ['text', 'memo', 'number', 'checkbox', 'date', 'user', 'url']) {
        const id = await make(`null ${format}`, format)
        await age(id)
        const answer = await put(id, { ...nulls, 'default-value': null })
        expect([format, answer.status, answer.body.data.attributes['updated-at']]).toEqual([
          format,
          200,
          '1970-01-01T00:00:00Z',
        ])
      }
      const linked = await make('null linkedlist', 'linkedlist', link)
      expect((await put(linked, { 'possible-values-parent-cf-id': null })).status).toBe(200)
      expect(pointers(await put(linked, { 'parent-list-id': null }))).toEqual(['/data/attributes/parent-list-id'])
    })

    it('replaces possible values, keeping numbers as they were written', async () => {
      const app = get()
      const id = await make('Replaced', 'list', { 'possible-values': ['a', 'b'] })
      await age(id)
      const text = '{"data":{"attributes":{"possible_values":["c", 2.0, 12345678901234567890, "", null, "c", " d"]}}}'
      const replaced = await app.put(path(id), text)
      expect(replaced.body.data.attributes['possible-values']).toEqual(['c', '2.0', '12345678901234567890', ' d'])
      expect(replaced.body.data.attributes['updated-at']).not.toBe('1970-01-01T00:00:00Z')
      expect((await put(id, { 'possible-values': null })).body.data.attributes['possible-values']).toEqual([])
      for (const wrong of [{ a: ['b'] }, 'c', [['d']], ['x'.repeat(1001)]]) {
        expect(pointers(await put(id, { name: 'Other', 'possible-values': wrong }))).toEqual([
          '/data/attributes/possible-values',
        ])
      }
      const many = Array.from({ length: 100_001 }, (_, i) => `v${i}`)
      expect(titles(await put(id, { 'possible-values': many }))[0]).toContain('100000')
      expect((await show(id)).name).toBe('Replaced')
      const full = await put(id, { 'possible-values': many.slice(1) })
      expect(full.body.data.attributes['possible-values']).toHaveLength(100_000)
    })

    it('replaces the values of a linked list by parent value', async () => {
      const parent = await make('Tree', 'list', { 'possible-values': ['A_b', 'C'] })
      const id = await make('Leaf', 'linkedlist', { 'parent-list-id': parent })
      expect((await show(id))['possible-values']).toEqual({})
      const put1 = await put(id, { 'possible-values': { A_b: ['x', 1, 'x'], C: [], 'a/b': ['y'] } })
      expect(put1.body.data.attributes['possible-values']).toEqual({ A_b: ['x', '1'], 'a/b': ['y'] })
      expect((await put(id, { 'possible-values': ['x'] })).status).toBe(422)
      expect((await put(id, { 'possible-values': { C: 'x' } })).status).toBe(422)
      const text = await make('No list', 'text')
      expect((await put(id, { 'parent-list-id': Number(text) })).status).toBe(422)
      expect((await put(text, { 'parent-list-id': Number(parent) })).status).toBe(422)
    })

    it('keeps a removed value on the entities that hold it', async () => {
      const app = get()
      const id = await make('Kept', 'list', { 'possible-values': ['old', 'new'], strict: true })
      const fields = { 'custom-fields': { [`---f-${id}`]: 'old' } }
      const test = await app.post(app.p('/tests.json'), body({ name: 't', 'author-id': app.ownerId, ...fields }))
      await put(id, { 'possible-values': ['new'] })
      const shown = (await app.get(app.p(`/tests/${test.body.data.id}.json`))).body
      expect(shown.data.attributes['custom-fields']).toEqual({ [`---f-${id}`]: 'old' })
      expect((await app.put(app.p(`/tests/${test.body.data.id}.json`), shown)).status).toBe(200)
    })

    it('borrows the list of another field, also along a chain, never in a circle', async () => {
      const app = get()
      const lender = await make('Lender', 'list', { 'possible-values': ['a', 'b'] })
      const middle = await make('Middle', 'multilist', { 'possible-values': ['own'] })
      const last = await make('Last', 'list', { 'possible-values-parent-cf-id': Number(middle) })
      expect((await show(last))['possible-values']).toEqual(['own'])
      const put1 = await put(middle, { 'possible-values-parent-cf-id': lender })
      expect(put1.body.data.attributes).toMatchObject({
        'possible-values': ['a', 'b'],
        'possible-values-parent-cf-id': Number(lender),
      })
      expect((await show(last))['possible-values']).toEqual(['a', 'b'])
      for (const id of [last, middle, lender]) {
        const wrong = await put(lender, { 'possible-values-parent-cf-id': Number(id) })
        expect(titles(wrong)[0]).toContain('circle')
      }
      expect((await put(last, { 'possible-values-parent-cf-id': 999999 })).status).toBe(422)
      expect((await put(lender, { 'possible-values': ['a', 'b', 'c'] })).status).toBe(200)
      expect((await put(last, { 'possible-values': ['a', 'b', 'c'] })).status).toBe(200)
      await age(lender)
      const replaced = await put(last, { 'possible-values': ['d'] })
      expect(replaced.body.data.attributes['possible-values']).toEqual(['d'])
      const owner = await show(lender)
      expect(owner['possible-values']).toEqual(['d'])
      expect(owner['updated-at']).not.toBe('1970-01-01T00:00:00Z')
      expect((await put(last, { 'possible-values': null })).body.data.attributes['possible-values']).toEqual(['d'])
      const fields = { 'custom-fields': { [`---f-${last}`]: 'e' } }
      await app.post(app.p('/tests.json'), body({ name: 't', 'author-id': app.ownerId, ...fields }))
      expect((await show(lender))['possible-values']).toEqual(['d', 'e'])
      expect((await put(middle, { 'possible-values-parent-cf-id': null })).body.data.attributes).toMatchObject({
        'possible-values': ['own'],
        'possible-values-parent-cf-id': null,
      })
      const text = await make('Not a list', 'text')
      expect((await put(text, { 'possible-values-parent-cf-id': Number(lender) })).status).toBe(422)
    })

    it('put back whole with another lender, does not write its old values into that list', async () => {
      const lender = await make('New lender', 'list', { 'possible-values': ['theirs'] })
      const id = await make('Moves', 'list', { 'possible-values': ['mine'] })
      const whole = { ...(await show(id)), 'possible-values-parent-cf-id': Number(lender) }
      expect((await put(id, whole)).body.data.attributes['possible-values']).toEqual(['theirs'])
      expect((await show(lender))['possible-values']).toEqual(['theirs'])
    })

    it('sets and clears the default, by the rules of the format', async () => {
      const app = get()
      const id = await make('Count', 'number')
      const made = async () =>
        (await app.post(app.p('/tests.json'), body({ name: 't', 'author-id': app.ownerId }))).body.data.attributes
      expect((await put(id, { 'default-value': '007.50' })).body.data.attributes['default-value']).toBe('7.5')
      expect((await made())['custom-fields'][`---f-${id}`]).toBe('7.5')
      expect(pointers(await put(id, { 'default-value': 'seven', name: '' })).sort()).toEqual([
        '/data/attributes/default-value',
        '/data/attributes/name',
      ])
      expect((await put(id, { 'default-value': null })).body.data.attributes['default-value']).toBeNull()
      expect((await made())['custom-fields'][`---f-${id}`]).toBeUndefined()
      const user = await make('Owner', 'user', { entities: ['Run'] })
      expect((await put(user, { 'default-value': 999999999 })).status).toBe(422)
      expect((await put(user, { 'default-value': app.ownerId })).body.data.attributes['default-value']).toBe(
        String(app.ownerId),
      )
    })

    it('changes name and entities, and never the format', async () => {
      const id = await make('Plain', 'text')
      const changed = await put(id, { name: 'PLAIN', entities: ['Run', 'Issue'], 'field-format': 'number' })
      expect(changed.body.data.attributes).toMatchObject({
        name: 'PLAIN',
        entities: ['Run', 'Issue'],
        'field-format': 'text',
      })
      expect((await put(id, { entities: ['Planet'] })).status).toBe(422)
      expect((await put(id, { entities: [] })).status).toBe(422)
      expect((await put('999999', {})).status).toBe(404)
    })
  })

  describe('DELETE', () => {
    it('takes the values away from every reader at once, and their rows in the background', async () => {
      const app = get()
      const { db } = app.database.read
      const [gone, kept] = [await make('Gone', 'multilist'), await make('Stays', 'text')]
      const fields = { [`---f-${gone}`]: ['x', 'y'], [`---f-${kept}`]: 'z' }
      const attributes = { name: 'holder', 'author-id': app.ownerId, 'custom-fields': fields }
      const test = (await app.post(app.p('/tests.json'), body(attributes))).body.data
      const testPath = app.p(`/tests/${test.id}.json`)
      expect((await app.del(path(gone))).body).toEqual({ data: { id: gone, type: 'custom-fields' } })
      for (const answer of [await app.get(testPath), await app.get(app.p('/tests.json?name_exact=holder'))]) {
        const row = [answer.body.data].flat()[0]
        expect(row.attributes['custom-fields']).toEqual({ [`---f-${kept}`]: 'z' })
        expect(row.attributes['updated-at']).toBe(test.attributes['updated-at'])
      }
      expect((await app.get(path(gone))).status).toBe(404)
      expect((await app.del(path(gone))).status).toBe(404)
      expect((await app.get(app.p('/custom_fields.json'))).text).not.toContain('"Gone"')
      expect((await app.get(app.p('/fields.json?page[number]=2'))).text).not.toContain('"Gone"')
      const shown = (await app.get(testPath)).body
      expect((await app.put(testPath, shown)).body).toEqual(shown)
      const sent = { 'custom-fields': { [`---f-${gone}`]: 'x' } }
      expect((await app.put(testPath, body(sent))).status).toBe(422)
      const query = await app.get(app.p(`/tests.json?ptql=---f-${gone}%20%3D%20%22x%22`))
      expect(query.status).toBe(422)

      await sweepRemovals(app.database, never)
      const left = await db
        .selectFrom('field_values')
        .select('field_id')
        .where('project_id', '=', app.projectId)
        .where('entity_id', '=', Number(test.id))
        .execute()
      expect(left.map((row) => row.field_id)).toEqual([Number(kept)])
      const row = await db
        .selectFrom('tests')
        .select('custom_fields')
        .where('project_id', '=', app.projectId)
        .where('id', '=', Number(test.id))
        .executeTakeFirstOrThrow()
      expect(JSON.parse(row.custom_fields)).toEqual({ [`---f-${kept}`]: 'z' })
      expect(await db.selectFrom('removals').selectAll().execute()).toEqual([])
      expect(await make('GONE', 'text')).not.toBe(gone)
    })

    it('is refused while another field hangs on it or borrows from it', async () => {
      const app = get()
      const parent = await make('Used parent', 'list')
      const child = await make('Child', 'linkedlist', { 'parent-list-id': parent })
      const borrower = await make('Borrower', 'list', { 'possible-values-parent-cf-id': parent })
      expect(titles(await app.del(path(parent)))[0]).toContain('"Child"')
      expect((await app.del(path(child))).status).toBe(200)
      expect(titles(await app.del(path(parent)))[0]).toContain('"Borrower"')
      await put(borrower, { 'possible-values-parent-cf-id': null })
      expect((await app.del(path(parent))).status).toBe(200)
    })
  })

  it('take the permission customization', async () => {
    const app = get()
    const id = await make('Guarded', 'text')
    const tester = await app.person('tester@example.org', 'Testers')
    const administrator = await app.person('administrator@example.org', 'Administrators')
    const { token } = tester
    const attributes = { name: 'x', 'field-format': 'text', entities: ['Test'] }
    for (const answer of [
      await post(attributes, { token }),
      await app.put(path(id), body({ name: 'x' }), { token }),
      await app.del(path(id), { token }),
      await app.post(app.p('/custom_fields/prepare_testrail_import.json'), undefined, { token }),
      await app.get(app.p('/fields.json'), { token }),
    ]) {
      expect(answer.status).toBe(403)
    }
    expect((await app.del(path(id), { token: administrator.token })).status).toBe(200)
  })

  describe('without the permission customization', () => {
    const member = async (name: string, permissions: string[]) => {
      const app = get()
      const granted = Object.fromEntries(permissions.map((key) => [key, true]))
      await app.post(app.p('/groups.json'), { data: { attributes: { name, permissions: granted } } })
      return (await app.person(`${name}@example.org`, name)).token
    }

    it('are read by every member', async () => {
      const app = get()
      const id = await make('Read by all', 'list', { 'possible-values': ['a'] })
      const token = await member('nothing', [])
      expect((await app.get(path(id), { token })).body.data.attributes['possible-values']).toEqual(['a'])
      expect((await app.get(app.p('/custom_fields.json'), { token })).body.data.length).toBeGreaterThan(0)
      const refused = await app.put(path(id), body({}), { token })
      expect([refused.status, titles(refused)[0]]).toEqual([
        403,
        'This token lacks the permission "customization" in this project',
      ])
    })

    it.each(['runs', 'tests_editor', 'requirements_editor', 'issues_editor'])(
      'lists gain values from those who have %s, and nothing else changes',
      async (permission) => {
        const app = get()
        const token = await member(permission, [permission])
        const id = await make(`Grows by ${permission}`, 'list', { 'possible-values': ['a', 'b'] })
        const send = (attributes: object, of = id) => app.put(path(of), body(attributes), { token })
        const shown = (await app.get(path(id), { token })).body
        expect((await app.put(path(id), shown, { token })).body).toEqual(shown)
        const grown = await send({ name: shown.data.attributes.name, 'possible-values': ['a', 'x', 'b', 'c'] })
        expect(grown.body.data.attributes['possible-values']).toEqual(['a', 'x', 'b', 'c'])
        for (const more of [
          { 'possible-values': ['a', 'b', 'c'] },
          { 'possible-values': ['b', 'a', 'x', 'c'] },
          { 'possible-values': [] },
          { 'possible-values': null },
          { name: 'Other' },
          { strict: true },
          { mandatory: true },
          { entities: ['Issue'] },
          { 'default-value': 'a' },
          { 'possible-values': ['a', 'x', 'b', 'c', 'd'], name: 'Other' },
        ]) {
          const refused = await send(more)
          expect([more, refused.status]).toEqual([more, 403])
        }
        expect((await app.get(path(id))).body).toEqual(grown.body)
        const linked = await make(`Linked by ${permission}`, 'linkedlist', {
          'parent-list-id': id,
          'possible-values': { a: ['1'] },
        })
        const more = await send({ 'possible-values': { a: ['1', '2'], b: ['3'] } }, linked)
        expect(more.body.data.attributes['possible-values']).toEqual({ a: ['1', '2'], b: ['3'] })
        expect((await send({ 'possible-values': { b: ['3'] } }, linked)).status).toBe(403)
      },
    )

    it('strict lists stay as they are, and so do lists that borrow from one', async () => {
      const app = get()
      const token = await member('runner', ['runs'])
      const strict = await make('Strict list', 'list', { 'possible-values': ['a'], strict: true })
      const lender = await make('Lending list', 'list', { 'possible-values': ['a'] })
      const borrowers = [
        await make('Borrows strict', 'list', { 'possible-values-parent-cf-id': strict }),
        await make('Borrows lent', 'list', { 'possible-values-parent-cf-id': lender }),
      ] as const
      const add = async (id: string) =>
        (await app.put(path(id), body({ 'possible-values': ['a', 'b'] }), { token })).status
      expect([await add(strict), await add(borrowers[0]), await add(borrowers[1])]).toEqual([403, 403, 200])
      expect((await app.get(path(lender))).body.data.attributes['possible-values']).toEqual(['a', 'b'])
      expect((await app.get(path(strict))).body.data.attributes['possible-values']).toEqual(['a'])
      const same = await app.put(path(strict), body({ 'possible-values': ['a'] }), { token })
      expect(same.status).toBe(200)
    })
  })

  it('show in the audit what came and went', async () => {
    const app = get()
    const id = await make('Audited', 'list', { 'possible-values': ['a', 'b'] })
    await put(id, { name: 'Renamed', 'possible-values': ['b', 'c'] })
    await app.del(path(id))
    const { data } = (await app.get(`/audit.json?entity=custom-field&entity-id=${id}`)).body
    expect(data.map(({ attributes }: Json) => attributes.action)).toEqual(['delete', 'update', 'create'])
    expect(data[1].attributes.changes).toEqual([
      { field: 'name', from: 'Audited', to: 'Renamed' },
      { field: 'possible-values', from: ['a'], to: ['c'] },
    ])
  })
})
