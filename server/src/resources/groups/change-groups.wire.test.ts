import { describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, titles } from '../../test/build-app.ts'

onEveryDatabase('groups of a project', (get) => {
  const body = (attributes: Json) => ({ data: { attributes } })
  const post = (attributes: Json, options = {}) => get().post(get().p('/groups.json'), body(attributes), options)
  const put = (id: string, attributes: Json) => get().put(get().p(`/groups/${id}.json`), body(attributes))
  const make = async (name: string, permissions: Json = {}): Promise<string> => {
    const answer = await post({ name, permissions })
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data.id
  }
  const allowed = (answer: Json): string[] =>
    answer.body.data.attributes.permissions.filter((each: Json) => each.allowed).map((each: Json) => each.key)
  const defaultGroup = async (name: string): Promise<Json> =>
    (await get().get(get().p('/groups.json'))).body.data.find((group: Json) => group.attributes.name === name)

  describe('POST /projects/:id/groups.json', () => {
    it('makes one, shown as a single GET shows it, with what its permissions imply', async () => {
      const app = get()
      const made = await post({
        name: 'Writers',
        permissions: { 'tests-editor': true, issues_view: 'true', reports: 0 },
      })
      expect(made.body.data).toMatchObject({ id: expect.any(String), type: 'groups' })
      expect(Object.keys(made.body.data.attributes)).toEqual(['name', 'created-at', 'permissions'])
      expect(Object.keys(made.body.data.attributes.permissions[0])).toEqual(['key', 'title', 'description', 'allowed'])
      expect(allowed(made)).toEqual(['tests_view', 'runs', 'tests_editor', 'issues_view'])
      expect((await app.get(app.p(`/groups/${made.body.data.id}.json`))).body).toEqual(made.body)
      const listed = (await app.get(app.p('/groups.json'))).body.data.at(-1)
      expect([listed.id, Object.keys(listed.attributes)]).toEqual([made.body.data.id, ['name', 'created-at']])
      const none = await post({ name: 'Nothing', permissions: null })
      expect(allowed(none)).toEqual([])
    })

    it('needs a name that no other group has in any case', async () => {
      await make('Unique')
      for (const name of ['UNIQUE', 'testers', '', null, 'x'.repeat(1001)]) {
        const answer = await post({ name })
        expect([answer.status, answer.body.errors[0].source.pointer]).toEqual([422, '/data/attributes/name'])
      }
      expect((await get().post(get().p('/groups.json'))).status).toBe(400)
    })

    it('ignores permissions that it does not know, and refuses what is neither true nor false', async () => {
      const made = await post({ name: 'Odd', permissions: { instances_editor: true, fly: true, runs: null } })
      expect(allowed(made)).toEqual([])
      const wrong = await post({ name: ' ', permissions: { runs: 'maybe', reports: [] } })
      expect(wrong.body.errors.map((error: Json) => error.source.pointer)).toEqual([
        '/data/attributes/name',
        '/data/attributes/permissions/runs',
        '/data/attributes/permissions/reports',
      ])
      expect(titles(await post({ name: 'Odder', permissions: 'all' }))[0]).toContain('must be an object')
    })

    it('counts for its members from the next request on', async () => {
      const app = get()
      const id = await make('Reporters', { issues_editor: true })
      const person = await app.person('reporter@example.org', null)
      await app.post(app.p(`/groups/${id}/relationships/users.json`), { data: { id: person.id } })
      const issue = body({ title: 'seen' })
      const options = { token: person.token }
      expect((await app.post(app.p('/issues.json'), issue, options)).status).toBe(200)
      expect((await app.get(app.p('/tests.json'), options)).status).toBe(403)
      await put(id, { permissions: { issues_editor: false, tests_view: true } })
      expect((await app.post(app.p('/issues.json'), issue, options)).status).toBe(403)
      expect((await app.get(app.p('/tests.json'), options)).status).toBe(200)
    })
  })

  describe('PUT /projects/:id/groups/:id.json', () => {
    it('renames, and merges permissions into those there are', async () => {
      const id = await make('Merged', { tests_admin: true, reports: true })
      expect(allowed(await put(id, { name: 'Renamed', permissions: { tests_admin: false } }))).toEqual([
        'tests_view',
        'runs',
        'runs_admin',
        'tests_editor',
        'reports',
      ])
      // What a permission implies cannot be taken away under it.
      expect(allowed(await put(id, { permissions: { runs: false, tests_view: false, reports: false } }))).toEqual([
        'tests_view',
        'runs',
        'runs_admin',
        'tests_editor',
      ])
      const shown = (await get().get(get().p(`/groups/${id}.json`))).body
      expect(shown.data.attributes.name).toBe('Renamed')
      expect((await get().put(get().p(`/groups/${id}.json`), shown)).body).toEqual(shown)
      expect((await put(id, { permissions: null })).body).toEqual(shown)
      const array = [{ key: 'workflow', allowed: true }, { key: 'nothing' }]
      expect(allowed(await put(id, { permissions: array }))).toContain('workflow')
    })

    it('refuses blank and taken names and changes nothing then', async () => {
      const id = await make('Steady', { runs: true })
      for (const name of ['', null, 'Administrators']) {
        const answer = await put(id, { name, permissions: { runs: false } })
        expect([answer.status, answer.body.errors[0].source.pointer]).toEqual([422, '/data/attributes/name'])
      }
      const shown = await get().get(get().p(`/groups/${id}.json`))
      expect([shown.body.data.attributes.name, allowed(shown)]).toEqual(['Steady', ['tests_view', 'runs']])
      expect((await put(id, { name: 'STEADY' })).status).toBe(200)
      expect((await put('999999', { name: 'x' })).status).toBe(404)
    })

    it('leaves the four default groups as they are, but takes what they are already', async () => {
      const app = get()
      for (const name of ['Administrators', 'Testers', 'Developers', 'Commenters']) {
        const { id } = await defaultGroup(name)
        const shown = (await app.get(app.p(`/groups/${id}.json`))).body
        expect((await app.put(app.p(`/groups/${id}.json`), shown)).body).toEqual(shown)
        const renamed = await put(id, { name: `${name}!` })
        expect([renamed.status, renamed.body.errors[0].source.pointer]).toEqual([422, '/data/attributes/name'])
        const permissions = name === 'Administrators' ? { reports: false } : { workflow: true }
        const changed = await put(id, { permissions })
        expect([changed.status, changed.body.errors[0].source.pointer]).toEqual([422, '/data/attributes/permissions'])
        expect((await app.del(app.p(`/groups/${id}.json`))).status).toBe(422)
        expect((await app.get(app.p(`/groups/${id}.json`))).body).toEqual(shown)
      }
    })
  })

  describe('DELETE /projects/:id/groups/:id.json', () => {
    it('drops memberships and unassigns everything at once', async () => {
      const app = get()
      await app.put(`/projects/${app.projectId}.json`, body({ 'assign-to-group': true }))
      const id = await make('Doomed', { tests_view: true })
      const person = await app.person('member@example.org', null)
      await app.post(app.p(`/groups/${id}/relationships/users.json`), { data: [{ id: person.id }] })
      const assigned = { 'assigned-to-id': Number(id), 'assigned-to-type': 'group' }
      const test = await app.post(app.p('/tests.json'), body({ name: 't', 'author-id': app.ownerId, ...assigned }))
      expect(test.body.data.attributes['assigned-to-type']).toBe('group')
      const path = app.p(`/tests/${test.body.data.id}.json`)
      expect((await app.del(app.p(`/groups/${id}.json`))).body).toEqual({ data: { id, type: 'groups' } })
      const shown = (await app.get(path)).body
      expect(shown.data.attributes).toMatchObject({ 'assigned-to-id': null, 'assigned-to-type': null })
      expect(shown.data.attributes['updated-at']).toBe(test.body.data.attributes['updated-at'])
      expect((await app.put(path, shown)).status).toBe(200)
      expect((await app.put(path, body(assigned))).status).toBe(422)
      expect((await app.get(app.p('/tests.json'), { token: person.token })).status).toBe(404)
      expect((await app.get(`/users/${person.id}/projects.json`)).body.data).toEqual([])
      expect((await app.del(app.p(`/groups/${id}.json`))).status).toBe(404)
      expect(await make('DOOMED')).not.toBe(id)
    })

    it('takes the group out of transitions, and is refused where that would open one to everybody', async () => {
      const app = get()
      const [one, two] = [await make('One'), await make('Two')]
      const { statuses, transitions } = (await app.get(app.p('/workflow.json'))).body.data.attributes
      const path = app.p(`/workflow/transitions/${transitions[0].id}.json`)
      const groupsOf = async () =>
        (await app.get(app.p('/workflow.json'))).body.data.attributes.transitions[0]['group-ids']
      await app.put(path, body({ 'group-ids': [one, two] }))
      expect((await app.del(app.p(`/groups/${one}.json`))).status).toBe(200)
      expect(await groupsOf()).toEqual([Number(two)])
      const refused = await app.del(app.p(`/groups/${two}.json`))
      expect(refused.status).toBe(422)
      expect(titles(refused)[0]).toContain(`"${statuses[0].name}" to "${statuses[1].name}"`)
      expect((await app.get(app.p(`/groups/${two}.json`))).status).toBe(200)
      await app.put(path, body({ 'group-ids': [] }))
      expect((await app.del(app.p(`/groups/${two}.json`))).status).toBe(200)
    })
  })

  it('are changed by those who manage the project only', async () => {
    const app = get()
    const id = await make('Guarded')
    const tester = await app.person('guarded@example.org', 'Testers')
    const stranger = await app.person('guarded2@example.org', null)
    for (const [token, status] of [
      [tester.token, 403],
      [stranger.token, 404],
    ] as const) {
      expect((await post({ name: 'x' }, { token })).status).toBe(status)
      expect((await app.put(app.p(`/groups/${id}.json`), body({ name: 'x' }), { token })).status).toBe(status)
      expect((await app.del(app.p(`/groups/${id}.json`), { token })).status).toBe(status)
    }
    const administrator = await app.person('guarded3@example.org', 'Administrators')
    expect((await app.del(app.p(`/groups/${id}.json`), { token: administrator.token })).status).toBe(200)
  })

  it('show in the audit what was changed', async () => {
    const app = get()
    const id = await make('Audited', { reports: true })
    await put(id, { permissions: { reports: false, runs: true } })
    await put(id, { permissions: { runs: true }, name: 'Audited' })
    await app.post(app.p(`/groups/${id}/relationships/users.json`), { data: { id: app.ownerId } })
    await app.call('DELETE', app.p(`/groups/${id}/relationships/users.json`), { data: { id: app.ownerId } })
    await app.del(app.p(`/groups/${id}.json`))
    const { data } = (await app.get(`/audit.json?entity=group&entity-id=${id}`)).body
    expect(data.map(({ attributes }: Json) => attributes.action)).toEqual([
      'delete',
      'unlink',
      'link',
      'update',
      'create',
    ])
    expect(data[1].attributes.changes).toEqual([{ field: 'users', from: app.ownerId, to: null }])
    expect(data[3].attributes.changes).toEqual([
      { field: 'permissions', from: ['reports'], to: ['tests_view', 'runs'] },
    ])
  })
})
