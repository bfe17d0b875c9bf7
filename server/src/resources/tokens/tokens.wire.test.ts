import { describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, titles } from '../../test/build-app.ts'

const SECRET = /^[0-9a-f]{40}$/

onEveryDatabase('account tokens', (get) => {
  const make = async (name: string): Promise<{ id: string; token: string }> => {
    const answer = await get().post('/tokens.json', { data: { attributes: { name } } })
    expect(answer.status, answer.text).toBe(200)
    return { id: answer.body.data.id, token: answer.body.data.attributes.token }
  }
  const works = async (token: string) => (await get().get('/me.json', { token })).status

  describe('POST /tokens.json', () => {
    it('shows the secret in its answer and nowhere else', async () => {
      const app = get()
      const answer = await app.post('/tokens.json', { data: { attributes: { name: 'CI', enabled: false } } })
      expect(answer.body).toEqual({
        data: {
          id: expect.any(String),
          type: 'tokens',
          attributes: {
            name: 'CI',
            enabled: true,
            'last-used-at': null,
            'created-at': expect.stringMatching(/Z$/),
            token: expect.stringMatching(SECRET),
          },
        },
      })
      const { id, attributes } = answer.body.data
      expect(await works(attributes.token)).toBe(200)
      const shown = [await app.get('/tokens.json'), await app.put(`/tokens/${id}.json`, { data: { attributes: {} } })]
      const row = (shown[0] as Json).body.data.find((each: Json) => each.id === id)
      expect(Object.keys(row.attributes)).toEqual(['name', 'enabled', 'last-used-at', 'created-at'])
      for (const text of shown.map((each) => each.text)) expect(text).not.toContain(attributes.token)
      const events = await app.database.read.db.selectFrom('history_events').selectAll().execute()
      expect(JSON.stringify(events)).not.toContain(attributes.token)
      const stored = await app.database.read.db.selectFrom('tokens').selectAll().execute()
      expect(JSON.stringify(stored)).not.toContain(attributes.token)
    })

    it('ignores Idempotency-Key: the answer with the secret is never stored', async () => {
      const app = get()
      const body = { data: { attributes: { name: 'once' } } }
      const options = { headers: { 'idempotency-key': 'same key' } }
      const [one, two] = [await app.post('/tokens.json', body, options), await app.post('/tokens.json', body, options)]
      expect([one.status, two.status]).toEqual([200, 200])
      expect(two.headers['idempotent-replayed']).toBeUndefined()
      expect(two.body.data.id).not.toBe(one.body.data.id)
      const keys = await app.database.read.db.selectFrom('idempotency_keys').select('key').execute()
      expect(keys).toEqual([])
    })

    it('needs a name', async () => {
      const app = get()
      for (const attributes of [{}, { name: '' }, { name: ' ' }, { name: null }, { name: {} }]) {
        const answer = await app.post('/tokens.json', { data: { attributes } })
        expect([answer.status, answer.body.errors[0].source.pointer]).toEqual([422, '/data/attributes/name'])
      }
      expect((await app.post('/tokens.json')).status).toBe(400)
      expect((await app.post('/tokens.json', {})).status).toBe(400)
    })
  })

  it('are listed by id without personal ones, with links and meta', async () => {
    const app = get()
    const made = await make('listed')
    await app.person('personal@example.org', 'Testers')
    const answer = await app.get('/tokens.json')
    const ids = answer.body.data.map(({ id }: Json) => Number(id))
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
    expect(ids).toContain(Number(made.id))
    expect(answer.body).toMatchObject({ links: {}, meta: { 'total-count': ids.length } })
    expect(answer.body.data.every(({ type }: Json) => type === 'tokens')).toBe(true)
    expect(answer.text).not.toContain('personal@example.org')
  })

  describe('PUT /tokens/:id.json', () => {
    it('renames, disables with the next request, and enables again', async () => {
      const app = get()
      const { id, token } = await make('switched')
      const put = (attributes: Json) => app.put(`/tokens/${id}.json`, { data: { attributes } })
      expect((await put({ name: 'renamed' })).body.data.attributes).toMatchObject({ name: 'renamed', enabled: true })
      expect((await put({ enabled: false })).body.data.attributes).toMatchObject({ enabled: false })
      const refused = await app.get('/me.json', { token })
      expect(refused.status).toBe(401)
      expect(refused.headers['www-authenticate']).toBe('Basic realm="Assay"')
      expect((await put({ enabled: null, name: 'renamed' })).body.data.attributes.enabled).toBe(false)
      expect((await put({ enabled: 'true' })).status).toBe(200)
      expect(await works(token)).toBe(200)
      expect(titles(await put({ name: null, enabled: 'maybe' }))).toHaveLength(2)
      expect((await app.put('/tokens/999999.json', { data: { attributes: {} } })).status).toBe(404)
    })

    it('may disable the token that calls', async () => {
      const { id, token } = await make('itself')
      const body = { data: { attributes: { enabled: false } } }
      expect((await get().put(`/tokens/${id}.json`, body, { token })).status).toBe(200)
      expect(await works(token)).toBe(401)
    })
  })

  describe('DELETE /tokens/:id.json', () => {
    it('ends a token with the next request, also the one that calls', async () => {
      const app = get()
      const [one, two] = [await make('one'), await make('two')]
      expect((await app.del(`/tokens/${one.id}.json`)).body).toEqual({ data: { id: one.id, type: 'tokens' } })
      expect(await works(one.token)).toBe(401)
      expect((await app.del(`/tokens/${one.id}.json`)).status).toBe(404)
      expect((await app.del(`/tokens/${two.id}.json`, { token: two.token })).status).toBe(200)
      expect(await works(two.token)).toBe(401)
    })
  })

  it('are for account tokens and account owners only', async () => {
    const app = get()
    const administrator = await app.person('administrator@example.org', 'Administrators')
    const { id } = await make('guarded')
    const body = { data: { attributes: { name: 'x' } } }
    const { token } = administrator
    for (const answer of [
      await app.get('/tokens.json', { token }),
      await app.post('/tokens.json', body, { token }),
      await app.put(`/tokens/${id}.json`, body, { token }),
      await app.del(`/tokens/${id}.json`, { token }),
    ]) {
      expect(answer.status).toBe(403)
      expect(titles(answer)[0]).toContain('account owner')
    }
    const own = await app.post(`/users/${app.ownerId}/personal_token.json`)
    expect((await app.get('/tokens.json', { token: own.body.data.attributes.token })).status).toBe(200)
  })

  it('of another account, and personal ones, do not exist here', async () => {
    const app = get()
    const other = await app.otherAccount()
    const [theirs] = (await app.get('/tokens.json', { token: other.token })).body.data
    const person = await app.person('someone@example.org', 'Testers')
    const personal = (await app.get(`/users/${person.id}/personal_token.json`)).body.data.id
    for (const id of [theirs.id, personal]) {
      expect((await app.put(`/tokens/${id}.json`, { data: { attributes: { enabled: false } } })).status).toBe(404)
      expect((await app.del(`/tokens/${id}.json`)).status).toBe(404)
    }
    expect(await works(other.token)).toBe(200)
    expect((await app.get('/tokens.json')).text).not.toContain(`"${theirs.id}"`)
  })

  it('keep when they were used, to the minute', async () => {
    const app = get()
    const { id, token } = await make('used')
    expect(await works(token)).toBe(200)
    const used = async () =>
      (await app.get('/tokens.json')).body.data.find((row: Json) => row.id === id).attributes['last-used-at']
    await expect.poll(used).toMatch(/Z$/)
    const first = await used()
    expect(await works(token)).toBe(200)
    expect(await used()).toBe(first)
  })

  it('show in the audit who made, changed and deleted them', async () => {
    const app = get()
    const { id } = await make('audited')
    await app.put(`/tokens/${id}.json`, { data: { attributes: { name: 'audited', enabled: false } } })
    await app.put(`/tokens/${id}.json`, { data: { attributes: { enabled: false } } })
    await app.del(`/tokens/${id}.json`)
    const { data } = (await app.get(`/audit.json?entity=token&entity-id=${id}`)).body
    expect(data.map(({ attributes }: Json) => [attributes.action, attributes.changes])).toEqual([
      [
        'delete',
        [
          { field: 'name', from: 'audited', to: null },
          { field: 'enabled', from: false, to: null },
        ],
      ],
      ['update', [{ field: 'enabled', from: true, to: false }]],
      [
        'create',
        [
          { field: 'name', from: null, to: 'audited' },
          { field: 'enabled', from: null, to: true },
        ],
      ],
    ])
  })
})
