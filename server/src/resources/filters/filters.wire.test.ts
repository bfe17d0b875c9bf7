import { beforeAll, describe, expect, it } from 'vitest'
import { type Answered, type Json, onEveryDatabase, titles } from '../../test/build-app.ts'
import { createPtqlProject, type PtqlProject } from '../../test/ptql-world.ts'

const nameOf = ({ attributes }: Json): string => attributes.name ?? attributes.title

onEveryDatabase('filters', (get) => {
  let project: PtqlProject
  let count = 0
  beforeAll(async () => {
    project = await createPtqlProject(get())
  })

  const create = (attributes: object, options = {}) =>
    get().post(project.p('/filters.json'), { data: { attributes } }, options)
  const make = async (attributes: object): Promise<Json> => {
    const answer = await create({ name: `filter ${++count}`, entity: 'test', ...attributes })
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }
  const list = async (query: string, path = 'tests') => {
    const answer = await get().get(project.p(`/${path}.json?${query}`))
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data.map(nameOf)
  }
  const refused = (answer: Answered) => {
    expect(answer.status, answer.text).toBe(422)
    return { title: titles(answer)[0], source: answer.body.errors[0].source, meta: answer.body.errors[0].meta }
  }
  const refusedList = async (query: string, path = 'tests') =>
    refused(await get().get(project.p(`/${path}.json?${query}`)))

  describe('CRUD', () => {
    it('answers every attribute in order, with defaults', async () => {
      const { id, type, attributes } = await make({ name: 'All tests' })
      expect(type).toBe('filters')
      expect(Object.keys(attributes)).toEqual([
        'project-id',
        'name',
        'entity',
        'parent-id',
        'ptql',
        'autofilter-fields',
        'private',
        'owner-id',
        'position',
        'created-at',
        'updated-at',
      ])
      expect(attributes).toMatchObject({ entity: 'test', 'parent-id': null, ptql: null, private: false })
      expect(attributes).toMatchObject({ 'owner-id': null, 'autofilter-fields': null, position: 1 })
      expect((await get().get(project.p(`/filters/${id}.json`))).body.data.attributes).toEqual(attributes)
    })

    it('asks for name and entity, and names what is wrong where', async () => {
      expect(refused(await create({ name: 'x' })).source).toEqual({ pointer: '/data/attributes/entity' })
      expect(refused(await create({ name: 'x', entity: 'run' })).title).toContain('requirement, test, testset, issue')
      expect(refused(await create({ entity: 'test' })).source).toEqual({ pointer: '/data/attributes/name' })
      const { title, source, meta } = refused(await create({ name: 'x', entity: 'test', ptql: 'Nam = 1' }))
      expect(title).toBe('PTQL error at position 0: Test has no field "Nam"; did you mean "Name"?')
      expect(source).toEqual({ pointer: '/data/attributes/ptql' })
      expect(meta).toEqual({ position: 0, line: 1, column: 1, near: 'Nam' })
      const levels = { name: 'x', entity: 'test', 'autofilter-fields': ['Status', 'Nope'] }
      expect(refused(await create(levels)).source).toEqual({ pointer: '/data/attributes/autofilter-fields/1' })
      const three = { ...levels, 'autofilter-fields': ['Status', 'Name', 'ID'] }
      expect(refused(await create(three)).title).toContain('one or two')
      const parent = { name: 'x', entity: 'issue', 'parent-id': (await make({})).id }
      expect(refused(await create(parent)).source).toEqual({ pointer: '/data/attributes/parent-id' })
    })

    it('changes, moves and deletes; a filter with children stays', async () => {
      const app = get()
      const parent = await make({})
      const child = await make({ 'parent-id': parent.id, ptql: 'ID = 1' })
      const at = (id: string) => project.p(`/filters/${id}.json`)
      const changed = await app.put(at(child.id), {
        data: { attributes: { name: 'renamed', ptql: null, position: 7, entity: 'issue' } },
      })
      expect(changed.body.data.attributes).toMatchObject({ name: 'renamed', ptql: null, position: 7, entity: 'test' })
      const cycle = await app.put(at(parent.id), { data: { attributes: { 'parent-id': child.id } } })
      expect(refused(cycle).title).toContain('cycle')
      expect(refused(await app.del(at(parent.id))).title).toContain('child')
      expect((await app.del(at(child.id))).body).toEqual({ data: { id: child.id, type: 'filters' } })
      expect((await app.del(at(parent.id))).status).toBe(200)
      expect((await app.get(at(parent.id))).status).toBe(404)
    })

    it('answers the repeat of a write under its key, also when the filter is gone', async () => {
      const { id } = await make({ name: 'Keyed' })
      const path = project.p(`/filters/${id}.json`)
      const change = { data: { attributes: { name: 'Keyed twice' } } }
      const del = () => get().del(path, { headers: { 'idempotency-key': 'filter del' } })
      const gone = await del()
      const again = await del()
      expect([again.status, again.headers['idempotent-replayed'], again.body]).toEqual([200, 'true', gone.body])
      expect((await get().put(path, '{')).status).toBe(400)
      expect((await get().put(path, change)).status).toBe(404)
    })

    it('lists by entity', async () => {
      await make({ entity: 'issue', name: 'of issues' })
      const { body } = await get().get(project.p('/filters.json?entity=issues'))
      expect(body.data.map(nameOf)).toEqual(['of issues'])
      expect(refused(await get().get(project.p('/filters.json?entity=runs'))).source).toEqual({ parameter: 'entity' })
    })
  })

  describe('who may', () => {
    it('public ones take custom_views; private ones are their owner’s alone', async () => {
      const app = get()
      const admin = await app.person(`admin${project.projectId}@example.org`, 'Administrators')
      const tester = await app.person(`tester${project.projectId}@example.org`, 'Testers')
      const other = await app.person(`other${project.projectId}@example.org`, 'Testers')
      const as = ({ token }: { token: string }) => ({ token })
      const url = (id = '') => app.p(`/filters${id && `/${id}`}.json`)
      const body = (attributes: object) => ({ data: { attributes: { name: 'f', entity: 'test', ...attributes } } })
      expect((await app.post(url(), body({}), as(tester))).status).toBe(403)
      const shared = await app.post(url(), body({}), as(admin))
      expect(shared.body.data.attributes['owner-id']).toBe(admin.id)
      const own = await app.post(url(), body({ private: true, ptql: 'Author = CURRENT_USER' }), as(tester))
      expect(own.status, own.text).toBe(200)
      expect(own.body.data.attributes).toMatchObject({ private: true, 'owner-id': tester.id })
      const id = own.body.data.id
      expect((await app.get(url(id), as(tester))).status).toBe(200)
      for (const stranger of [other, admin]) {
        expect((await app.get(url(id), as(stranger))).status).toBe(404)
        expect((await app.put(url(id), body({ name: 'x' }), as(stranger))).status).toBe(404)
        expect((await app.get(`${url(id).replace('.json', '')}/values.json`, as(stranger))).status).toBe(404)
        const listed = (await app.get(url(), as(stranger))).body.data.map((each: Json) => each.id)
        expect(listed).not.toContain(id)
        const used = await app.get(app.p(`/tests.json?filter-id=${id}`), as(stranger))
        expect(refused(used).source).toEqual({ parameter: 'filter-id' })
        const viewed = await app.get(app.p(`/tests.json?ptql=${encodeURIComponent(`VIEW #${id}`)}`), as(stranger))
        expect(refused(viewed).title).toContain('there is no filter')
      }
      expect((await app.get(url(id))).status).toBe(200)
      expect(refused(await app.put(url(id), body({ name: 'x' }))).title).toContain('owner')
      expect(refused(await app.del(url(id))).title).toContain('owner')
      expect(refused(await app.post(url(), body({ private: true }))).source).toEqual({
        pointer: '/data/attributes/private',
      })
      const publishing = await app.put(url(id), body({ private: false }), as(tester))
      expect(publishing.status).toBe(403)
      expect((await app.put(url(shared.body.data.id), body({ name: 'x' }), as(tester))).status).toBe(403)
      expect((await app.del(url(id), as(tester))).status).toBe(200)
      expect((await app.del(url(shared.body.data.id), as(admin))).status).toBe(200)
    })
  })

  describe('on lists', () => {
    it('filter-id selects by its criteria and those of all its ancestors', async () => {
      const root = await make({ ptql: 'ID <= 3' })
      const child = await make({ ptql: 'Tags = web', 'parent-id': root.id })
      const grandchild = await make({ ptql: null, 'parent-id': child.id })
      expect(await list(`filter-id=${root.id}`)).toHaveLength(3)
      expect(await list(`filter-id=${grandchild.id}`)).toEqual(['Pay by card', 'Pay by invoice'])
      expect(await list(`filter-id=${child.id}&display-ids=2`)).toEqual(['Pay by invoice'])
      const counted = await get().get(project.p(`/tests/run_statuses_count.json?filter-id=${child.id}`))
      expect(counted.body.data['run-statuses-count']).toMatchObject({ PASSED: 1, FAILED: 1, 'NO RUN': 0 })
    })

    it('works on requirements, sets and issues, and over sets on instances and runs', async () => {
      const requirements = await make({ entity: 'requirement', ptql: 'Parent IS EMPTY' })
      expect(await list(`filter-id=${requirements.id}`, 'requirements')).toEqual(['Checkout', 'Unlinked'])
      const issues = await make({ entity: 'issue', ptql: 'Status = closed' })
      expect(await list(`filter-id=${issues.id}`, 'issues')).toEqual(['Typo'])
      const sets = await make({ entity: 'test_set', ptql: 'Author = CURRENT_USER' })
      const ada = project.ids.ada
      expect(await list(`filter-id=${sets.id}&filter-user-id=${ada}`, 'sets')).toEqual(['Nightly'])
      expect(await list(`set-filter-id=${sets.id}&set-filter-user-id=${ada}`, 'instances')).toHaveLength(3)
      expect(await list(`set-filter-id=${sets.id}&set-filter-user-id=${ada}`, 'runs')).toHaveLength(2)
      expect((await refusedList(`filter-id=${sets.id}`, 'sets')).title).toContain('CURRENT_USER means nobody')
      const conflict = await refusedList(`set-filter-id=${sets.id}&set-ptql=ID%3D1`, 'runs')
      expect(conflict.source).toEqual({ parameter: 'set-ptql' })
    })

    it('refuses unknown filters, those of another kind, and conflicts', async () => {
      const issues = await make({ entity: 'issue' })
      for (const id of ['999999', 'abc', '0', issues.id, '99999999999999999999']) {
        expect((await refusedList(`filter-id=${id}`)).source, id).toEqual({ parameter: 'filter-id' })
      }
      const plain = await make({})
      const auto = await make({ 'autofilter-fields': ['Status'] })
      const parameter = async (query: string) => (await refusedList(query)).source.parameter
      expect(await parameter(`ptql=ID%3D1&filter-id=${plain.id}`)).toBe('ptql')
      expect(await parameter('ptql=ID%3D1&autofilter-value=x')).toBe('ptql')
      expect(await parameter('autofilter-value=x')).toBe('autofilter-value')
      expect(await parameter(`filter-id=${plain.id}&autofilter-value=x`)).toBe('autofilter-value')
      expect(await parameter(`filter-id=${auto.id}&sub-autofilter-value=x`)).toBe('sub-autofilter-value')
      expect(await parameter(`filter-id=${auto.id}&autofilter-value=x&sub-autofilter-value=y`)).toBe(
        'sub-autofilter-value',
      )
      expect(await list(`filter-id=${plain.id}&autofilter-value=`)).toHaveLength(6)
    })

    it('names a filter whose criteria cannot be read any more', async () => {
      const app = get()
      const field = { name: `Gone ${++count}`, 'field-format': 'text', entities: ['Test'] }
      const made = await app.post(project.p('/custom_fields.json'), { data: { attributes: field } })
      const filter = await make({ name: 'Broken one', ptql: `"${field.name}" = x` })
      const outer = await make({ ptql: `VIEW #${filter.id}` })
      expect(await list(`filter-id=${filter.id}`)).toEqual([])
      const gone = await app.del(project.p(`/custom_fields/${made.body.data.id}.json`))
      expect(gone.status, gone.text).toBe(200)
      expect((await refusedList(`filter-id=${filter.id}`)).title).toContain(`The filter "Broken one" (#${filter.id})`)
      expect((await refusedList(`filter-id=${outer.id}`)).title).toContain('"Broken one"')
      const viewed = await refusedList(`ptql=${encodeURIComponent(`ID = 1 AND VIEW #${filter.id}`)}`)
      expect(viewed.title).toContain('PTQL error at position 11: the filter "Broken one"')
    })
  })

  describe('auto-filters', () => {
    it('select by one or two values, compared as PTQL =', async () => {
      const auto = await make({
        'autofilter-fields': ['Priority', '___f_VERSION'.replace('___f_VERSION', 'test_version')],
      })
      expect(await list(`filter-id=${auto.id}`)).toHaveLength(6)
      expect(await list(`filter-id=${auto.id}&autofilter-value=2-high`)).toEqual(['Pay by card', 'Refund'])
      expect(await list(`filter-id=${auto.id}&autofilter-value=2-HIGH&sub-autofilter-value=1.5`)).toEqual([
        'Pay by card',
      ])
      expect(await list(`filter-id=${auto.id}&autofilter-value=unheard`)).toEqual([])
    })

    const valuesOf = async (fields: string[], query = '', attributes: object = {}) => {
      const auto = await make({ 'autofilter-fields': fields, ...attributes })
      const answer = await get().get(project.p(`/filters/${auto.id}/values.json?${query}`))
      expect(answer.status, answer.text).toBe(200)
      for (const { value, count: n } of answer.body.data as { value: string; count: number }[]) {
        if (query !== '') continue
        const path = attributes && 'entity' in attributes ? `${(attributes as { entity: string }).entity}s` : 'tests'
        const rows = await list(`filter-id=${auto.id}&autofilter-value=${encodeURIComponent(value)}`, path)
        expect(rows, `${fields[0]} ${value}`).toHaveLength(n)
      }
      return answer.body.data.map(({ value, count: n }: { value: string; count: number }) => `${value}: ${n}`)
    }

    it.each([
      [['Priority'], ['2-High: 2', 'highest: 1']],
      [['Status'], ['Draft: 3', 'Failed: 1', "it's odd: 1", 'Ready: 1']],
      [['Run Status'], ['FAILED: 1', 'NO RUN: 3', 'PASSED: 2']],
      [['Tags'], ['nightly run: 1', 'Smoke: 1', 'web: 2', 'Ärger: 1']],
      [['Labels'], ['Blue: 1', 'blue sky: 1', 'Red: 2']],
      [['Effort'], ['-3: 1', '1.5: 1', '10: 1']],
      [['Automated'], ['no: 1', 'yes: 1']],
      [['Due Day'], ['2025-02-28: 1', '2025-03-01: 1']],
      [['Planned Execution'], ['2025-03-01T00:00:00Z: 1', '2025-03-01T23:59:59Z: 1', '2025-03-02T00:00:00Z: 1']],
      [['Duration Estimate'], ['00:00:00: 3', '00:01:30: 1', '00:05:00: 1', '01:00:00: 1']],
      [['Steps Count'], ['0: 4', '1: 1', '2: 1']],
      [['Folder'], ['Card: 1', 'Payments: 1']],
    ])('list the values of %s that lead back to as many entities', async (fields, expected) => {
      // "Failed" is a status and a run status: the list counts the one, the query finds both.
      const listed =
        fields[0] === 'Status' ? await valuesOf(['test_status', 'ID'], 'page[size]=50') : await valuesOf(fields)
      expect(listed).toEqual(expected)
    })

    it('list users by id, milestones by name, parents by display-id, issue statuses by word', async () => {
      const { ids } = project
      expect((await valuesOf(['Reviewer'])).sort()).toEqual([`${ids.ada}: 1`, `${ids.bob}: 1`].sort())
      expect((await valuesOf(['Assigned To'])).sort()).toEqual(
        [`${ids.bob}: 1`, `${ids.ada}: 1`, `${ids.Testers}: 1`].sort(),
      )
      expect(await valuesOf(['Status'], '', { entity: 'issue' })).toEqual([
        'closed: 1',
        'new: 1',
        'open: 1',
        'rejected: 1',
      ])
      expect(await valuesOf(['Resolution'], '', { entity: 'issue' })).toEqual(['done: 1', 'rejected: 1'])
      expect(await valuesOf(['Parent'], '', { entity: 'requirement' })).toEqual(['1: 1'])
    })

    it('list the second level under a value of the first, only among what the criteria select, page by page', async () => {
      const fields = ['Priority', 'Version']
      expect(await valuesOf(fields, 'autofilter-value=2-high')).toEqual(['1.5: 1', '2.0-RC1: 1'])
      expect(await valuesOf(fields, 'autofilter-value=2-high', { ptql: 'ID < 3' })).toEqual(['1.5: 1'])
      const auto = await make({ 'autofilter-fields': ['Name'] })
      const path = project.p(`/filters/${auto.id}/values.json`)
      const { body } = await get().get(`${path}?page[size]=4&page[number]=2`)
      expect(body.data).toHaveLength(2)
      expect(body.meta).toMatchObject({ 'total-count': 6, 'total-pages': 2, 'prev-page': 1, 'next-page': null })
      const plain = await make({})
      refused(await get().get(project.p(`/filters/${plain.id}/values.json`)))
      const one = refused(await get().get(`${path}?autofilter-value=x`))
      expect(one.source).toEqual({ parameter: 'autofilter-value' })
    })
  })

  describe('VIEW', () => {
    const ptql = (query: string) => `ptql=${encodeURIComponent(query)}`

    it('finds filters by id, by path, and by a name that stands alone', async () => {
      const root = await make({ name: 'Root', ptql: 'ID <= 3' })
      const child = await make({ name: 'Web', ptql: 'Tags = web', 'parent-id': root.id })
      await make({ name: 'By priority', 'autofilter-fields': ['Priority', 'Version'], 'parent-id': child.id })
      const both = ['Pay by card', 'Pay by invoice']
      expect(await list(ptql(`VIEW #${child.id}`))).toEqual(both)
      expect(await list(ptql('VIEW "root"/"WEB"'))).toEqual(both)
      expect(await list(ptql('VIEW "Web"'))).toEqual(both)
      expect(await list(ptql('VIEW "Root" AND NOT VIEW "Root" / "Web"'))).toEqual(['Größe 100%_x'])
      expect(await list(ptql('VIEW "Root"/"Web"/"By priority"/"2-high"'))).toEqual(['Pay by card'])
      expect(await list(ptql('VIEW "Root"/"Web"/"By priority"/"2-high"/"1.5"'))).toEqual(['Pay by card'])
      expect(await list(ptql('VIEW "Root"/"Web"/"By priority"/"2-high"/"9"'))).toEqual([])
      expect((await refusedList(ptql('VIEW "Web"/"By priority"'))).title).toContain('there is no filter "Web"')
      expect((await refusedList(ptql('VIEW "Root"/"Nope"'))).title).toContain('no child and no value "Nope"')
      await make({ name: 'Web', 'parent-id': (await make({})).id })
      expect((await refusedList(ptql('VIEW "Web"'))).title).toContain('several filters are called "Web"')
      await make({ name: 'Web', ptql: 'ID = 6' })
      expect(await list(ptql('VIEW "Web"'))).toEqual(['empty'])
      await make({
        name: '2-high',
        ptql: 'ID = 1',
        'parent-id': (await make({ name: 'Auto', 'autofilter-fields': ['Priority'] })).id,
      })
      expect(await list(ptql('VIEW "Auto"/"2-high"'))).toEqual(['Pay by card'])
    })

    it('reaches into the filters of linked kinds', async () => {
      const requirements = await make({ entity: 'requirement', ptql: 'Priority = must' })
      expect(await list(ptql(`LINKED TO Requirement WHERE (VIEW #${requirements.id})`))).toHaveLength(2)
      expect((await refusedList(ptql(`VIEW #${requirements.id}`))).title).toContain('there is no filter')
      expect((await refusedList(ptql('LINKED TO Milestone WHERE (VIEW #1)'))).title).toContain('there is no filter #1')
    })

    it('refuses circles, whoever closes them', async () => {
      const app = get()
      const a = await make({ ptql: 'ID = 1' })
      const b = await make({ ptql: `VIEW #${a.id}` })
      const self = await app.put(project.p(`/filters/${a.id}.json`), {
        data: { attributes: { ptql: `VIEW #${a.id}` } },
      })
      expect(refused(self).title).toContain('refers back to itself')
      const circle = await app.put(project.p(`/filters/${a.id}.json`), {
        data: { attributes: { ptql: `ID = 2 OR VIEW #${b.id}` } },
      })
      expect(refused(circle)).toMatchObject({ source: { pointer: '/data/attributes/ptql' }, meta: { position: 10 } })
      expect(await list(ptql(`VIEW #${b.id}`))).toEqual(['Pay by card'])
      const below = await make({ ptql: `VIEW #${b.id}`, 'parent-id': a.id })
      expect(await list(`filter-id=${below.id}`)).toEqual(['Pay by card'])
    })

    it('counts a view once however often it is named, and has limits on what is written out', async () => {
      let last = await make({ ptql: 'ID <= 2' })
      const doubled = () =>
        create({ name: 'd', entity: 'test', ptql: `VIEW #${last.id} OR NOT VIEW #${last.id} AND ID = 3` })
      for (let i = 0; i < 8; i++) last = (await doubled()).body.data
      expect(await list(ptql(`VIEW #${last.id} AND VIEW #${last.id}`))).toHaveLength(3)
      last = (await doubled()).body.data
      expect(refused(await doubled()).title).toContain('more than 4000 comparisons and values')
      const wide = Array.from({ length: 300 }, (_, i) => `ID=${i}`).join(' OR ')
      const [one, other] = [await make({ ptql: wide }), await make({ ptql: `${wide} OR ID=7777` })]
      expect(await list(ptql(`VIEW #${one.id} OR VIEW #${one.id}`))).toHaveLength(6)
      const { title } = await refusedList(ptql(`VIEW #${one.id} OR VIEW #${other.id}`))
      expect(title).toContain('more than 500 comparisons')
      let deep = await make({ ptql: 'ID = 1' })
      for (let i = 0; i < 13; i++) deep = await make({ ptql: `NOT (ID = ${i} AND NOT VIEW #${deep.id})` })
      expect((await refusedList(ptql(`NOT NOT NOT NOT NOT NOT NOT VIEW #${deep.id}`))).title).toContain(
        'deeper than 40',
      )
    })
  })
})
