import { expect, it } from 'vitest'
import { type Json, onEveryDatabase, titles } from '../../test/build-app.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

onEveryDatabase('webhooks', (get) => {
  const hook = (attributes: Json = {}) => ({
    data: { type: 'webhooks', attributes: { name: 'CI', url: 'https://example.org/hook', ...attributes } },
  })
  const make = async (attributes: Json = {}): Promise<Json> => {
    const answer = await get().post(get().p('/webhooks.json'), hook(attributes))
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }
  const path = (id: string, more = '') => get().p(`/webhooks/${id}${more}.json`)

  it('are made with the attributes of the contract and a secret of the server, shown once', async () => {
    const app = get()
    const made = await make()
    const { secret, ...plain } = made.attributes
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(Object.keys(made.attributes)).toEqual([
      'project-id',
      'name',
      'url',
      'events',
      'enabled',
      'disabled-reason',
      'secret',
      'created-at',
      'updated-at',
    ])
    expect(made).toMatchObject({ id: expect.stringMatching(/^\d+$/), type: 'webhooks' })
    const shown = (await app.get(path(made.id))).body.data
    expect(shown.attributes).toEqual(plain)
    expect(Object.keys(shown.attributes)).toEqual(Object.keys(plain))
    expect(plain).toEqual({
      'project-id': app.projectId,
      name: 'CI',
      url: 'https://example.org/hook',
      events: ['*'],
      enabled: true,
      'disabled-reason': null,
      'created-at': expect.stringMatching(/Z$/),
      'updated-at': expect.stringMatching(/Z$/),
    })
    expect((await make()).attributes.secret).not.toBe(secret)
    const list = await app.get(app.p('/webhooks.json'))
    expect(list.body.data.map((each: Json) => each.id)).toContain(made.id)
    expect(list.body.meta).toMatchObject({ 'current-page': 1 })
    expect(list.text).not.toContain('whsec_')
  })

  it('take a secret, and show it only in the answer of the request that set it', async () => {
    const app = get()
    const made = await make({ secret: SECRET })
    expect(made.attributes.secret).toBe(SECRET)
    const other = `whsec_${Buffer.alloc(24, 9).toString('base64')}`
    const named = await app.put(path(made.id), hook({ name: 'named' }))
    expect(named.body.data.attributes.name).toBe('named')
    expect(named.text).not.toContain('whsec_')
    const changed = await app.put(path(made.id), hook({ secret: other }))
    expect(changed.body.data.attributes).toMatchObject({ name: 'CI', secret: other })
    const { rows } = { rows: await app.database.read.db.selectFrom('history_events').selectAll().execute() }
    const own = rows.filter((row) => row.entity === 'webhook' && row.entity_id === Number(made.id))
    expect(own.map((row) => row.action)).toEqual(['create', 'update', 'update'])
    expect(own[2]?.changes).toContain('"field":"secret"')
    expect(JSON.stringify(rows)).not.toContain('whsec_')
    for (const bad of [
      'short',
      Buffer.alloc(32).toString('base64'),
      `whsec_${Buffer.alloc(23).toString('base64')}`,
      `whsec_${Buffer.alloc(65).toString('base64')}`,
      'whsec_ä$$',
      '',
      7,
    ]) {
      const refused = await app.post(app.p('/webhooks.json'), hook({ secret: bad }))
      expect(refused.status, String(bad)).toBe(422)
      expect(refused.body.errors[0].source.pointer).toBe('/data/attributes/secret')
      expect(titles(refused)[0]).not.toContain(String(bad) || 'nothing')
    }
    expect((await make({ secret: `whsec_${Buffer.alloc(64, 1).toString('base64')}` })).id).toBeTruthy()
  })

  it('ignore an Idempotency-Key where the answer shows a secret, and honour it elsewhere', async () => {
    const app = get()
    const headers = { 'idempotency-key': 'one' }
    const first = await app.post(app.p('/webhooks.json'), hook(), { headers })
    const second = await app.post(app.p('/webhooks.json'), hook(), { headers })
    expect(second.status).toBe(200)
    expect(second.headers['idempotent-replayed']).toBeUndefined()
    expect(second.body.data.id).not.toBe(first.body.data.id)
    const broken = await app.post(app.p('/webhooks.json'), hook(), { headers: { 'idempotency-key': 'ä'.repeat(300) } })
    expect(broken.status).toBe(200)
    const stored = await app.database.read.db.selectFrom('idempotency_keys').selectAll().execute()
    expect(stored).toEqual([])
    const id = first.body.data.id
    const named = () => app.put(path(id), hook({ name: 'once' }), { headers: { 'idempotency-key': 'two' } })
    await named()
    expect((await named()).headers['idempotent-replayed']).toBe('true')
  })

  it('check every attribute and name all problems in one answer', async () => {
    const app = get()
    const bad = { name: ' ', url: 'ftp://example.org', events: ['test.created', 'test.exploded'], enabled: 'maybe' }
    const answer = await app.post(app.p('/webhooks.json'), hook({ ...bad, secret: 'x' }))
    expect(answer.status).toBe(422)
    expect(answer.body.errors.map((error: Json) => error.source.pointer).sort()).toEqual(
      ['enabled', 'events', 'name', 'secret', 'url'].map((key) => `/data/attributes/${key}`),
    )
    const about = titles(answer).find((title) => title.startsWith('Events')) as string
    expect(about).toContain('test.exploded')
    expect(about).toContain('issue.status_changed')
    for (const url of ['/relative', 'example.org', 'javascript:alert(1)', 'http://user:word@example.org', '', null]) {
      const refused = await app.post(app.p('/webhooks.json'), hook({ url }))
      expect([refused.status, refused.body.errors[0].source.pointer]).toEqual([422, '/data/attributes/url'])
    }
    for (const events of [[], {}, 7, [7], ['']]) {
      expect((await app.post(app.p('/webhooks.json'), hook({ events }))).status).toBe(422)
    }
    expect((await app.post(app.p('/webhooks.json'))).status).toBe(400)
    expect((await make({ events: null, enabled: null })).attributes).toMatchObject({ events: ['*'], enabled: true })
    expect((await make({ events: 'Run.Created, issue.status-changed,run.created' })).attributes.events).toEqual([
      'run.created',
      'issue.status_changed',
    ])
  })

  it('are changed by PUT, key by key', async () => {
    const app = get()
    const made = await make({ enabled: false, events: ['set.deleted'] })
    expect(made.attributes).toMatchObject({ enabled: false, 'disabled-reason': null })
    const put = (attributes: Json) => app.put(path(made.id), { data: { attributes } })
    const changed = await put({ enabled: true, events: ['*'], 'disabled-reason': 'mine', 'project-id': 7 })
    expect(changed.body.data.attributes).toMatchObject({
      enabled: true,
      events: ['*'],
      'disabled-reason': null,
      'project-id': app.projectId,
    })
    const before = (await app.get(path(made.id))).body.data
    expect((await app.put(path(made.id), { data: before })).body.data).toEqual(before)
    expect((await put({ events: null, enabled: null, secret: null })).body.data).toEqual(before)
    for (const wrong of [{ name: null }, { url: null }, { url: 'mailto:a@b' }, { events: ['nothing'] }]) {
      expect((await put(wrong)).status).toBe(422)
    }
    expect((await app.get(path(made.id))).body.data).toEqual(before)
    expect((await app.call('PATCH', path(made.id), { data: { attributes: { name: 'patched' } } })).status).toBe(200)
  })

  it('are deleted with their log and what waits for them', async () => {
    const app = get()
    const { id } = await make()
    await app.post(path(id, '/test'))
    expect((await app.del(path(id))).body).toEqual({ data: { id, type: 'webhooks' } })
    for (const gone of [path(id), path(id, '/deliveries')]) expect((await app.get(gone)).status).toBe(404)
    expect((await app.del(path(id))).status).toBe(404)
    expect((await app.put(path(id), hook())).status).toBe(404)
    expect((await app.post(path(id, '/test'))).status).toBe(404)
    for (const table of ['webhook_messages', 'webhook_deliveries'] as const) {
      const { db } = app.database.read
      const left = await db
        .selectFrom(table as 'webhook_messages')
        .select('id')
        .where('webhook_id', '=', Number(id))
        .execute()
      expect(left).toEqual([])
    }
  })

  it('are for those who manage the project, and of it alone', async () => {
    const app = get()
    const { id } = await make()
    const tester = await app.person('tester@example.org', 'Testers')
    const administrator = await app.person('administrator@example.org', 'Administrators')
    const outsider = await app.person('outsider@example.org', null)
    const made = await app.post('/projects.json', { data: { attributes: { name: 'Elsewhere' } } })
    const elsewhere = `/projects/${made.body.data.id}`
    const calls: [string, string, Json?][] = [
      ['GET', '/webhooks.json'],
      ['POST', '/webhooks.json', hook()],
      ['GET', `/webhooks/${id}.json`],
      ['PUT', `/webhooks/${id}.json`, hook()],
      ['POST', `/webhooks/${id}/test.json`],
      ['GET', `/webhooks/${id}/deliveries.json`],
      ['DELETE', `/webhooks/${id}.json`],
    ]
    for (const [method, word, body] of calls) {
      const status = async (token: string) => (await app.call(method, app.p(word), body, { token })).status
      expect([method, word, await status(tester.token)]).toEqual([method, word, 403])
      expect([method, word, await status(outsider.token)]).toEqual([method, word, 404])
      if (word !== '/webhooks.json') expect((await app.call(method, `${elsewhere}${word}`, body)).status).toBe(404)
      expect([method, word, await status(administrator.token)]).toEqual([method, word, 200])
    }
    expect((await app.get(`${elsewhere}/webhooks.json`)).body.data).toEqual([])
  })
})
