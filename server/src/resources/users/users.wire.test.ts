import { describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, titles } from '../../test/build-app.ts'

onEveryDatabase('users', (get) => {
  const body = (attributes: Json) => ({ data: { attributes } })
  const make = async (attributes: Json): Promise<Json> => {
    const answer = await get().post('/users.json', body(attributes))
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }
  const emails = (answer: Json) => answer.body.data.map(({ attributes }: Json) => attributes.email)

  describe('POST /users.json', () => {
    it('makes a user in no project, with the attributes of the contract', async () => {
      const app = get()
      const made = await make({ 'first-name': 'Ada', email: 'Ada@Example.ORG', 'display-name': null })
      expect(made).toEqual({
        id: expect.any(String),
        type: 'users',
        attributes: {
          'first-name': 'Ada',
          'last-name': null,
          'display-name': 'ada@example.org',
          email: 'ada@example.org',
          'time-zone': null,
          active: true,
          'created-at': expect.stringMatching(/Z$/),
        },
      })
      expect((await app.get(`/users/${made.id}.json`)).body.data).toEqual(made)
      expect((await app.get(`/users/${made.id}/projects.json`)).body.data).toEqual([])
      const twin = await make({ email: 'twin@example.org', 'display-name': 'ada@example.org', 'time-zone': 'UTC' })
      expect(twin.attributes).toMatchObject({ 'display-name': 'ada@example.org', 'time-zone': 'UTC' })
    })

    it('refuses e-mails that are missing, malformed or taken in any case', async () => {
      const app = get()
      await make({ email: 'taken@example.org' })
      const wrong = [undefined, null, '', 'nobody', '@example.org', 'a@', 'a@b@c', 'a b@c', 'TAKEN@example.org', {}]
      for (const email of wrong) {
        const answer = await app.post('/users.json', body({ email, 'first-name': 'x' }))
        expect([email, answer.status, answer.body.errors[0].source.pointer]).toEqual([
          email,
          422,
          '/data/attributes/email',
        ])
      }
      const answers = await Promise.all([1, 2, 3].map(() => app.post('/users.json', body({ email: 'race@x.org' }))))
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422])
    })
  })

  describe('GET /users.json', () => {
    it('lists all users to an account token, and those of shared projects to a personal one', async () => {
      const app = get()
      const alone = await app.person('alone@example.org', null)
      const inside = await app.person('inside@example.org', 'Commenters')
      const all = await app.get('/users.json')
      expect(emails(all)).toEqual(expect.arrayContaining(['owner@example.org', 'alone@example.org']))
      const ids = all.body.data.map(({ id }: Json) => Number(id))
      expect(ids).toEqual([...ids].sort((a, b) => a - b))
      expect(emails(await app.get('/users.json', { token: alone.token }))).toEqual(['alone@example.org'])
      const shared = emails(await app.get('/users.json', { token: inside.token }))
      expect(shared).toContain('inside@example.org')
      expect(shared).not.toContain('alone@example.org')
      expect((await app.get(`/users/${alone.id}.json`, { token: inside.token })).status).toBe(404)
      expect((await app.get(`/users/${inside.id}.json`, { token: inside.token })).status).toBe(200)
      expect((await app.get('/users/999999999.json')).status).toBe(404)
    })

    it('narrows by whole e-mail in any case and by activity, and shows the last activity on request', async () => {
      const app = get()
      const person = await app.person('active@example.org', 'Testers')
      await make({ email: 'passive@example.org' })
      expect(emails(await app.get('/users.json?email=ACTIVE@Example.org'))).toEqual(['active@example.org'])
      expect(emails(await app.get('/users.json?email=active'))).toEqual([])
      const active = emails(await app.get('/users.json?active=true'))
      expect([active.includes('active@example.org'), active.includes('passive@example.org')]).toEqual([true, false])
      expect(emails(await app.get('/users.json?active=yes'))).toContain('passive@example.org')
      await app.get('/me.json', { token: person.token })
      const seen = async () =>
        (await app.get(`/users/${person.id}.json?last_activity=true`)).body.data.attributes['last-activity']
      await expect.poll(seen).toMatch(/^\d{4}-\d{2}-\d{2}$/)
      const never = (await app.get('/users.json?email=passive@example.org&last_activity=true')).body.data[0]
      expect(never.attributes).toHaveProperty('last-activity', null)
    })
  })

  describe('PUT /users/:id.json', () => {
    it('changes names but no e-mail, and null clears them', async () => {
      const app = get()
      const { id } = await make({ email: 'named@example.org', 'last-name': 'L', 'display-name': 'D' })
      const put = (attributes: Json, options = {}) => app.put(`/users/${id}.json`, body(attributes), options)
      const changed = await put({ 'first-name': 'F', email: 'other@example.org', 'time-zone': 'Europe/Berlin' })
      expect(changed.body.data.attributes).toMatchObject({
        'first-name': 'F',
        'last-name': 'L',
        email: 'named@example.org',
        'time-zone': 'Europe/Berlin',
      })
      const cleared = await put({ 'first-name': null, 'display-name': null })
      expect(cleared.body.data.attributes).toMatchObject({ 'first-name': null, 'display-name': 'named@example.org' })
      expect((await put({ 'first-name': 'x'.repeat(256), 'last-name': [] })).body.errors).toHaveLength(2)
      expect((await app.put('/users/999999999.json', body({}))).status).toBe(404)
    })

    it('is for account tokens and the user’s own', async () => {
      const app = get()
      const [one, two] = [
        await app.person('one@example.org', 'Testers'),
        await app.person('two@example.org', 'Testers'),
      ]
      const attributes = { 'display-name': 'Me' }
      expect((await app.put(`/users/${one.id}.json`, body(attributes), { token: one.token })).status).toBe(200)
      const refused = await app.put(`/users/${two.id}.json`, body(attributes), { token: one.token })
      expect(refused.status).toBe(403)
      expect(titles(refused)[0]).toContain('own personal token')
      expect((await app.post('/users.json', body({ email: 'x@y.z' }), { token: one.token })).status).toBe(403)
    })
  })

  it('show in the audit with what was changed, access included', async () => {
    const app = get()
    const { id } = await make({ email: 'audited@example.org' })
    await app.put(`/users/${id}.json`, body({ 'first-name': 'A' }))
    await app.put(`/users/${id}.json`, body({ 'first-name': 'A', email: 'z@example.org' }))
    const [group] = (await app.get(app.p('/groups.json'))).body.data
    const projects = [{ id: app.projectId, groups: [{ id: group.id }] }]
    for (let i = 0; i < 2; i++) await app.put(`/users/${id}/projects.json`, { data: { projects } })
    for (let i = 0; i < 2; i++) await app.del(`/users/${id}/projects.json`)
    const { data } = (await app.get(`/audit.json?entity=user&entity-id=${id}`)).body
    const access = [{ id: app.projectId, groups: [Number(group.id)] }]
    expect(data.map(({ attributes }: Json) => [attributes.action, attributes.changes])).toEqual([
      ['update', [{ field: 'projects', from: access, to: [] }]],
      ['update', [{ field: 'projects', from: [], to: access }]],
      ['update', [{ field: 'first-name', from: null, to: 'A' }]],
      [
        'create',
        [
          { field: 'display-name', from: null, to: 'audited@example.org' },
          { field: 'email', from: null, to: 'audited@example.org' },
          { field: 'active', from: null, to: true },
        ],
      ],
    ])
  })
})
