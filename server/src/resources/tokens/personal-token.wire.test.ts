import { describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, titles } from '../../test/build-app.ts'

onEveryDatabase('personal tokens', (get) => {
  const makeUser = async (email: string) =>
    Number((await get().post('/users.json', { data: { attributes: { email } } })).body.data.id)
  const path = (id: number) => `/users/${id}/personal_token.json`
  const works = async (token: string) => (await get().get('/me.json', { token })).status
  const renew = async (id: number, options = {}) => {
    const answer = await get().post(path(id), undefined, options)
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data.attributes.token as string
  }

  it('are made once per user, with the secret in that answer only', async () => {
    const app = get()
    const id = await makeUser('ada@example.org')
    expect((await app.get(path(id))).status).toBe(404)
    const made = await app.post(path(id))
    expect(made.body).toEqual({
      data: {
        id: expect.any(String),
        type: 'personal-tokens',
        attributes: {
          enabled: true,
          impersonation: false,
          'last-used-at': null,
          'created-at': expect.stringMatching(/Z$/),
          token: expect.stringMatching(/^[0-9a-f]{40}$/),
        },
      },
    })
    const { token } = made.body.data.attributes
    const me = await app.get('/me.json', { token })
    expect(me.body.data).toMatchObject({ id: String(id), attributes: { 'token-kind': 'personal' } })
    const shown = await app.get(path(id), { token })
    expect(Object.keys(shown.body.data.attributes)).toEqual(['enabled', 'impersonation', 'last-used-at', 'created-at'])
    expect(shown.text).not.toContain(token)
  })

  it('are renewed: the old secret stops, both flags stay, and no key repeats the answer', async () => {
    const app = get()
    const id = await makeUser('renewed@example.org')
    const first = await renew(id)
    const put = (attributes: Json) => app.put(path(id), { data: { attributes } })
    expect((await put({ impersonation: true })).body.data).toMatchObject({
      type: 'personal-tokens',
      attributes: { enabled: true, impersonation: true },
    })
    const own = { token: first, headers: { 'idempotency-key': 'again' } }
    const second = await renew(id, own)
    expect([await works(first), await works(second)]).toEqual([401, 200])
    expect((await app.get('/me.json', { token: second })).body.data.attributes.impersonation).toBe(true)
    const third = await renew(id, { ...own, token: second })
    expect(third).not.toBe(second)
    await put({ enabled: false })
    expect(await works(third)).toBe(401)
    const fourth = await renew(id)
    expect((await app.get(path(id))).body.data.attributes).toMatchObject({ enabled: false, impersonation: true })
    expect(await works(fourth)).toBe(401)
    await put({ enabled: true })
    expect(await works(fourth)).toBe(200)
  })

  it('stay one per user when many are asked for at once', async () => {
    const app = get()
    const id = await makeUser('hurried@example.org')
    const tokens = await Promise.all(Array.from({ length: 6 }, () => renew(id)))
    const statuses = await Promise.all(tokens.map(works))
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    const rows = await app.database.read.db.selectFrom('tokens').select('id').where('user_id', '=', id).execute()
    expect(rows).toHaveLength(1)
  })

  it('are deleted by account tokens, and are 401 and 404 from then on', async () => {
    const app = get()
    const id = await makeUser('deleted@example.org')
    const token = await renew(id)
    const deleted = await app.del(path(id))
    expect(deleted.body).toEqual({ data: { id: expect.any(String), type: 'personal-tokens' } })
    expect(await works(token)).toBe(401)
    expect((await app.get(path(id))).status).toBe(404)
    expect((await app.del(path(id))).status).toBe(404)
    expect((await app.put(path(id), { data: { attributes: { enabled: true } } })).status).toBe(404)
  })

  describe('permissions', () => {
    it('own token: read and renew; flags and deletion are the account’s', async () => {
      const app = get()
      const { id, token } = await app.person('self@example.org', 'Administrators')
      expect((await app.get(path(id), { token })).status).toBe(200)
      const body = { data: { attributes: { impersonation: true } } }
      expect(titles(await app.put(path(id), body, { token }))[0]).toContain('account owner')
      expect((await app.del(path(id), { token })).status).toBe(403)
      const other = await app.person('neighbour@example.org', 'Testers')
      expect((await app.get(path(other.id), { token })).status).toBe(403)
      expect((await app.post(path(other.id), undefined, { token })).status).toBe(403)
      expect(await works(await renew(id, { token }))).toBe(200)
    })

    it('users of another account, and ids of nobody, are 404', async () => {
      const app = get()
      const { ownerId } = await app.otherAccount()
      for (const id of [ownerId, 999999999, 'undefined', 0]) {
        const answers = [
          await app.get(`/users/${id}/personal_token.json`),
          await app.post(`/users/${id}/personal_token.json`),
          await app.put(`/users/${id}/personal_token.json`, { data: { attributes: {} } }),
          await app.del(`/users/${id}/personal_token.json`),
        ]
        expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
      }
    })
  })

  it('take no body to be made, and none that cannot be read', async () => {
    const app = get()
    const id = await makeUser('body@example.org')
    const form = { headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' } }
    expect((await app.post(path(id), '', form)).status).toBe(200)
    const flags = { data: { attributes: { impersonation: true, enabled: false } } }
    expect((await app.post(path(id), flags)).body.data.attributes).toMatchObject({
      impersonation: false,
      enabled: true,
    })
    expect((await app.post(path(id), '{"broken')).status).toBe(400)
    expect((await app.put(path(id))).status).toBe(400)
    expect((await app.put(path(id), { data: { attributes: { impersonation: 'x' } } })).status).toBe(422)
  })

  it('show in the audit, never with a secret', async () => {
    const app = get()
    const id = await makeUser('audit@example.org')
    const secrets = [await renew(id), await renew(id)]
    await app.put(path(id), { data: { attributes: { impersonation: true } } })
    const tokenId = (await app.get(path(id))).body.data.id
    const audit = await app.get(`/audit.json?entity=token&entity-id=${tokenId}`)
    expect(audit.body.data.map(({ attributes }: Json) => attributes.action)).toEqual(['update', 'update', 'create'])
    expect(audit.body.data[0].attributes.changes).toEqual([{ field: 'impersonation', from: false, to: true }])
    expect(audit.body.data[1].attributes.changes.map(({ field }: Json) => field)).toEqual(['created-at'])
    for (const secret of secrets) expect(audit.text).not.toContain(secret)
  })
})
