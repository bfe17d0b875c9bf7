import { beforeAll, describe, expect, it } from 'vitest'
import { onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

onEveryDatabase('custom fields', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })
  const field = async (name: string, format: string, rest: object = {}) => {
    const attributes = { name, 'field-format': format, entities: ['Test'], ...rest }
    return (await app.post(app.p('/custom_fields.json'), { data: { attributes } })).body.data
  }
  const test = (fields: object) => ({
    data: { attributes: { name: 'with fields', 'author-id': app.ownerId, 'custom-fields': fields } },
  })

  describe('values', () => {
    it('are read and shown by the rules of their format', async () => {
      const cases: [string, unknown, unknown][] = [
        ['text', 12, '12'],
        ['memo', 'a\nb', 'a\nb'],
        ['url', 'not a url', 'not a url'],
        ['number', '0012.50', '12.5'],
        ['number', 4521, '4521'],
        ...[true, 1, 'yes', 'YES', 'true', 'on', '1'].map(
          (sent) => ['checkbox', sent, 'yes'] as [string, unknown, unknown],
        ),
        ...[false, 0, 'no', 'false', 'Off', '0'].map((sent) => ['checkbox', sent, 'no'] as [string, unknown, unknown]),
        ['date', '12/31/2025', '2025-12-31'],
        ['date', '2025-03-01T23:59:59-11:00', '2025-03-01'],
        ['list', 7, '7'],
        ['multilist', ['a', ['b', null], 'a'], ['a', 'b']],
        ['user', app.ownerId, String(app.ownerId)],
      ]
      for (const [index, [format, sent, shown]] of cases.entries()) {
        const { id } = await field(`f${index}`, format)
        const answer = await app.post(app.p('/tests.json'), test({ [`___f_${id}`]: { value: sent } }))
        expect([format, answer.body.data?.attributes['custom-fields']]).toEqual([format, { [`---f-${id}`]: shown }])
      }
    })

    it('that do not fit are 422', async () => {
      for (const [format, bad] of [
        ['number', 'x'],
        ['checkbox', 'maybe'],
        ['date', '2025-02-30'],
        ['user', 99999],
        ['text', {}],
      ]) {
        const { id } = await field(`bad ${format}`, String(format))
        expect([format, (await app.post(app.p('/tests.json'), test({ [`---f-${id}`]: bad }))).status]).toEqual([
          format,
          422,
        ])
      }
    })

    it('keep numbers as they were written, also in arrays within arrays', async () => {
      const [list, number] = [await field('Literals', 'multilist'), await field('Decimal', 'number')]
      const fields = `"---f-${list.id}":[2.0,[1.50,[null,"x"]],2.0],"___f_${number.id}":{"value":7.10}`
      const attributes = `"name":"literals","author-id":${app.ownerId},"custom-fields":{${fields}}`
      const { body } = await app.post(app.p('/tests.json'), `{"data":{"attributes":{${attributes}}}}`)
      expect(body.data.attributes['custom-fields']).toEqual({
        [`---f-${list.id}`]: ['2.0', '1.50', 'x'],
        [`---f-${number.id}`]: '7.1',
      })
    })

    it('of possible values are texts as written, under a parent too', async () => {
      const parent = await field('Parent of literals', 'list')
      const path = app.p('/custom_fields.json')
      const made = await app.post(
        path,
        `{"data":{"attributes":{"name":"Linked literals","field-format":"linkedlist","entities":["Test"],
          "parent-list-id":${parent.id},"possible-values":{"a/b":[1.50,null,2.0],"C~d":[3.0]}}}}`,
      )
      expect(made.body.data.attributes['possible-values']).toEqual({ 'a/b': ['1.50', '2.0'], 'C~d': ['3.0'] })
    })

    it('of a user field that no id can be are 422 on both databases', async () => {
      const user = await field('Somebody', 'user')
      for (const id of ['99999999999999999999', '1e300', '9007199254740993', '-4', '0', '"99999999999999999999"']) {
        const attributes = `"name":"u","author-id":${app.ownerId},"custom-fields":{"---f-${user.id}":${id}}`
        const answer = await app.post(app.p('/tests.json'), `{"data":{"attributes":{${attributes}}}}`)
        expect([id, answer.status]).toEqual([id, 422])
        expect(titles(answer)[0]).toContain('names no user')
      }
    })

    it('outside a list are stored and listed, unless the field is strict', async () => {
      const open = await field('open list', 'list', { 'possible-values': ['a'] })
      const strict = await field('strict list', 'list', { 'possible-values': ['a'], strict: true })
      expect((await app.post(app.p('/tests.json'), test({ [`---f-${open.id}`]: 'new' }))).status).toBe(200)
      const shown = await app.get(app.p(`/custom_fields/${open.id}.json`))
      expect(shown.body.data.attributes['possible-values']).toEqual(['a', 'new'])
      expect((await app.post(app.p('/tests.json'), test({ [`---f-${strict.id}`]: 'new' }))).status).toBe(422)
    })

    it('of a linked list must hang under the parent value', async () => {
      const parent = await field('country', 'list', { 'possible-values': ['DE', 'FR'] })
      const values = { DE: ['Berlin'], FR: ['Paris'] }
      const city = await field('city', 'linkedlist', { 'parent-list-id': Number(parent.id), 'possible-values': values })
      const sent = (country: string, name: string) =>
        test({ [`---f-${parent.id}`]: country, [`---f-${city.id}`]: name })
      const good = await app.post(app.p('/tests.json'), sent('DE', 'Berlin'))
      expect(good.status).toBe(200)
      expect((await app.post(app.p('/tests.json'), sent('DE', 'Paris'))).status).toBe(422)
      const moved = await app.put(app.p(`/tests/${good.body.data.id}.json`), {
        data: { attributes: { 'custom-fields': { [`---f-${parent.id}`]: 'FR' } } },
      })
      expect(moved.body.data.attributes['custom-fields']).toEqual({ [`---f-${parent.id}`]: 'FR' })
    })

    it('survive reading an entity and putting it back', async () => {
      const made = await app.post(app.p('/tests.json'), test({}))
      const before = (await app.get(app.p(`/tests/${made.body.data.id}.json`))).body
      const after = await app.put(app.p(`/tests/${made.body.data.id}.json`), before)
      expect([after.status, after.body]).toEqual([200, before])
    })
  })

  describe('PUT /projects/:id/custom_fields/:id.json', () => {
    it('replaces the possible values and keeps names unique', async () => {
      const { id } = await field('replace', 'multilist', { 'possible-values': ['a', 'b'] })
      const put = (attributes: object) => app.put(app.p(`/custom_fields/${id}.json`), { data: { attributes } })
      expect(
        (await put({ 'possible-values': ['c', '', null, 'c', 5] })).body.data.attributes['possible-values'],
      ).toEqual(['c', '5'])
      await field('other', 'text')
      expect((await put({ name: 'OTHER' })).status).toBe(422)
      const text = await field('plain', 'text')
      const wrong = { data: { attributes: { 'possible-values': ['x'] } } }
      expect((await app.put(app.p(`/custom_fields/${text.id}.json`), wrong)).status).toBe(422)
    })
  })
})
