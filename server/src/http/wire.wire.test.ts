import { beforeAll, describe, expect, it } from 'vitest'
import { onEveryDatabase, type TestApp, titles } from '../test/build-app.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

onEveryDatabase('the wire', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })

  describe('authentication', () => {
    it('takes the token in every documented form', async () => {
      const { token } = app
      const forms: [string, Record<string, string>][] = [
        ['', { pttoken: token }],
        ['', { authorization: basic(`me@example.org:${token}`) }],
        ['', { authorization: basic(`${token}:`) }],
        ['', { authorization: `Custom api_token=${token}, x=1` }],
        ['', { authorization: `me@example.org:${token}` }],
        ['', { authorization: token }],
        ['', { authorization: `Bearer ${token}` }],
        [`?api_token=${token}&developer_email=a@b.c`, {}],
        [`?API-token=${token}`, {}],
      ]
      for (const [query, headers] of forms) {
        expect((await app.get(`/projects.json${query}`, { token: null, headers })).status).toBe(200)
      }
    })

    it('answers 401 with a challenge to a missing, unknown or first-but-bad token', async () => {
      const missing = await app.get('/projects.json', { token: null })
      expect([missing.status, missing.headers['www-authenticate']]).toEqual([401, 'Basic realm="Assay"'])
      expect(titles(missing)).toHaveLength(1)
      expect((await app.get('/projects.json', { token: 'nope' })).status).toBe(401)
      expect((await app.get(`/projects.json?api_token=${app.token}`, { token: 'nope' })).status).toBe(401)
    })

    it('lets a personal token do what its groups allow, and nothing in projects of others', async () => {
      const tester = await app.person('tester@example.org', 'Testers')
      const commenter = await app.person('commenter@example.org', 'Commenters')
      const stranger = await app.person('stranger@example.org', null)
      const body = { data: { attributes: { name: 'by a person', 'author-id': app.ownerId } } }
      const made = await app.post(app.p('/tests.json'), body, { token: tester.token })
      expect(made.body.data.attributes['author-id']).toBe(tester.id)
      expect((await app.post(app.p('/tests.json'), body, { token: commenter.token })).status).toBe(403)
      expect((await app.get(app.p('/tests.json'), { token: commenter.token })).status).toBe(200)
      expect((await app.get(app.p('/custom_fields.json'), { token: tester.token })).status).toBe(200)
      expect((await app.get(app.p('/fields.json'), { token: tester.token })).status).toBe(403)
      expect((await app.get(app.p('/tests.json'), { token: stranger.token })).status).toBe(404)
      expect((await app.get('/projects.json', { token: stranger.token })).body.data).toEqual([])
      expect(
        (await app.post('/users.json', { data: { attributes: { email: 'x@y.z' } } }, { token: tester.token })).status,
      ).toBe(403)
    })
  })

  it('stands 250 writes at once: every one succeeds, no id is given twice', async () => {
    const answers = await Promise.all(
      Array.from({ length: 250 }, (_, i) => {
        const attributes = { name: `at once ${i}`, title: `at once ${i}`, 'author-id': app.ownerId }
        return app.post(app.p(['/tests.json', '/sets.json', '/issues.json'][i % 3] as string), { data: { attributes } })
      }),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const made = answers.map(({ body }) => body.data)
    expect(new Set(made.map(({ id }) => id)).size).toBe(250)
    for (const type of ['tests', 'sets', 'issues']) {
      const ofType = made.filter((resource) => resource.type === type)
      expect(new Set(ofType.map(({ attributes }) => attributes['display-id'])).size).toBe(ofType.length)
    }
  })

  it('tells a token what it is', async () => {
    expect((await app.get('/me.json')).body.data).toEqual({
      id: '0',
      type: 'me',
      attributes: { 'token-kind': 'account', impersonation: false, owner: false, user: null },
    })
    const someone = await app.person('someone@example.org', null, true)
    expect((await app.get('/me.json', { token: someone.token })).body.data).toMatchObject({
      id: String(someone.id),
      attributes: { 'token-kind': 'personal', impersonation: true, user: { email: 'someone@example.org' } },
    })
  })

  describe('users', () => {
    it('lets a person change the own names with a personal token, and nobody else', async () => {
      const me = await app.person('me@example.org', 'Commenters')
      const body = { data: { attributes: { 'display-name': 'Me', email: 'other@example.org', 'time-zone': 'UTC' } } }
      const own = await app.put(`/users/${me.id}.json`, body, { token: me.token })
      expect(own.body.data.attributes).toMatchObject({
        'display-name': 'Me',
        email: 'me@example.org',
        'time-zone': 'UTC',
      })
      expect((await app.put(`/users/${app.ownerId}.json`, body, { token: me.token })).status).toBe(403)
    })
  })

  describe('paths and formats', () => {
    it('reads every spelling of a path', async () => {
      for (const path of [
        '/api/v2/projects',
        '/v2/projects.json',
        '//api//v2/projects.json',
        '/api/v2/projects.json?',
      ]) {
        expect((await app.get(path)).status).toBe(200)
      }
    })

    it('answers 404, 405 with Allow, and 406, before asking for a token', async () => {
      const none = { token: null }
      expect((await app.get('/nothing.json', none)).status).toBe(404)
      const wrong = await app.call('PATCH', '/projects.json', undefined, none)
      expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET, HEAD, POST'])
      expect((await app.get('/projects.xml', none)).status).toBe(406)
      expect((await app.get('/projects.json', { ...none, headers: { accept: 'text/html' } })).status).toBe(406)
      for (const accept of ['application/vnd.api+json', 'text/html, */*;q=0.1', 'garbage', 'text/json;charset=x']) {
        expect((await app.get('/projects.json', { headers: { accept } })).status).toBe(200)
      }
    })

    it('treats a foreign, huge or malformed id as one that does not exist', async () => {
      for (const id of ['999999', 'undefined', '-1', '0', '99999999999999999999999', '%00', "1'"]) {
        expect((await app.get(app.p(`/tests/${id}.json`))).status).toBe(404)
      }
      expect((await app.get('/projects/999999/tests.json')).status).toBe(404)
    })
  })

  it('judges the body before the id of the path, and the id before what the body says', async () => {
    const set = (await app.post(app.p('/sets.json'), { data: { attributes: { name: 'ordered' } } })).body.data.id
    const words = ['tests', 'steps', 'sets', 'instances', 'runs', 'step_runs', 'issues', 'requirements', 'milestones']
    const others = ['groups', 'webhooks', 'custom_fields', 'workflow/statuses', 'workflow/transitions']
    for (const id of ['undefined', '99999999']) {
      const writes = [
        ...[...words, ...others].map((word) => ['PUT', app.p(`/${word}/${id}.json`)]),
        ['PUT', app.p(`/issues/${id}/update_status.json`)],
        ['POST', app.p(`/tests/${id}/relationships/requirements.json`)],
        ['DELETE', app.p(`/groups/${id}/relationships/users.json`)],
        ['PUT', `/users/${id}/projects.json`],
        ['PUT', `/tokens/${id}.json`],
      ] as const
      for (const [method, path] of writes) {
        expect([method, path, (await app.call(method as string, path as string, '{"data":')).status]).toEqual([
          method,
          path,
          400,
        ])
        const readable = path?.includes('relationships')
          ? { data: [{ id: set }] }
          : { data: { attributes: { name: '' } } }
        expect([method, path, (await app.call(method as string, path as string, readable)).status]).toEqual([
          method,
          path,
          404,
        ])
      }
      for (const path of [`/sets/${id}/clone.json`, `/tests/${id}/clone.json`, `/issues/${id}/clone.json`]) {
        expect([path, (await app.post(app.p(path), '{')).status]).toEqual([path, 400])
        expect([path, (await app.post(app.p(path), '')).status]).toEqual([path, 404])
      }
    }
  })

  it('refuses a query where none is spoken, also on one entity, once it was found', async () => {
    const set = (await app.post(app.p('/sets.json'), { data: { attributes: { name: 'shown' } } })).body.data.id
    for (const name of ['ptql', 'set_ptql']) {
      const answer = await app.get(app.p(`/sets/${set}.json?${name}=x`))
      expect([answer.status, answer.body.errors[0].source]).toEqual([422, { parameter: name.replace('_', '-') }])
    }
    expect((await app.get(app.p('/sets/99999999.json?ptql=x'))).status).toBe(404)
    expect((await app.get(app.p(`/sets/${set}.json?ptql=`))).status).toBe(200)
  })

  describe('bodies', () => {
    const post = (body: unknown, headers = {}) => app.post(app.p('/tests.json'), body, { headers })

    it('parses what curl lines really send, whatever the content type says', async () => {
      const text = `\ufeff{"data":{"attributes":{"name":"line\nbreak\tand \u001b esc","Author_ID":"${app.ownerId}","version":12345678901234567890123}}}`
      for (const type of [
        'application/x-www-form-urlencoded',
        'nonsense',
        'application/json',
        'text/plain; charset=x',
      ]) {
        const answer = await post(text, { 'content-type': type })
        expect(answer.status).toBe(200)
        expect(answer.body.data.attributes).toMatchObject({
          name: 'line\nbreak\tand \u001b esc',
          version: '12345678901234567890123',
        })
      }
      const latin1 = Buffer.from(`{"data":{"attributes":{"name":"caf\u00e9","author-id":${app.ownerId}}}}`, 'latin1')
      expect((await post(latin1)).body.data.attributes.name).toBe('café')
    })

    it('replaces NUL and lone surrogates, and keeps every other character', async () => {
      const name = '\u202eعربي 👩‍👩‍👧 ﬁ  x  '
      const text = JSON.stringify({ data: { attributes: { name: `${name}\0\ud800`, 'author-id': app.ownerId } } })
      const answer = await post(text)
      expect(answer.body.data.attributes.name).toBe(`${name}\ufffd\ufffd`)
      const found = await app.get(app.p(`/tests.json?name_exact=${encodeURIComponent(`${name}\ufffd\ufffd`)}`))
      expect(found.body.data).toHaveLength(1)
    })

    it('answers 400 naming line and column to what is not JSON, and 413 to too much or too deep', async () => {
      const broken = await post('{"data":\n {"attributes":,}}')
      expect([broken.status, broken.body.errors[0].meta]).toEqual([400, { line: 2, column: 16 }])
      for (const body of ['', '[]', '"x"', '{"data":[{"a"', '{}', '{"data":1}', 'null']) {
        expect([body, (await post(body)).status]).toEqual([body, 400])
      }
      expect((await post(`{"data":${'['.repeat(200)}${']'.repeat(200)}}`)).status).toBe(413)
      expect((await post(`{"x":"${'a'.repeat(6 * 1024 * 1024)}"}`)).status).toBe(413)
    })

    it('answers 422 with a pointer to wrong types in every attribute, and stores nothing', async () => {
      const before = (await app.get(app.p('/tests.json'))).body.meta['total-count']
      const wrong: Record<string, unknown>[] = [
        { name: '' },
        { name: ' ' },
        { name: {} },
        { name: [] },
        { name: 'x'.repeat(1001) },
        { name: null },
        { description: {} },
        { description: 'x'.repeat(1_048_577) },
        { 'planned-execution': 'soon' },
        { 'duration-estimate': '1:99:00' },
        { 'duration-estimate': -1 },
        { 'test-type': 'NoTest' },
        { tags: {} },
        { version: 'x'.repeat(256) },
        { 'assigned-to-id': 'me' },
        { 'assigned-to-id': 999999 },
        { 'author-id': 999999 },
        { 'author-id': -5 },
        { 'folder-id': 3 },
        { 'custom-fields': { '---f-9999': 'x' } },
        { 'custom-fields': 'x' },
        { 'automated-fields': 'x' },
        { steps: 'x' },
        { steps: [1] },
      ]
      for (const attributes of wrong) {
        const answer = await post({ data: { attributes: { name: 'bad', 'author-id': app.ownerId, ...attributes } } })
        expect([attributes, answer.status]).toEqual([attributes, 422])
        expect(answer.body.errors[0].source.pointer).toMatch(/^\/data\//)
        expect(titles(answer)[0]).toMatch(/^[A-Z]/)
      }
      expect((await app.get(app.p('/tests.json'))).body.meta['total-count']).toBe(before)
    })
  })

  describe('lists', () => {
    it('pages with links, meta and the keyset hint as the contract gives them', async () => {
      const project = (await app.post('/projects.json', { data: { attributes: { name: 'Paging' } } })).body.data.id
      const data = Array.from({ length: 5 }, (_, i) => ({ attributes: { name: `t${i}`, 'author-id': app.ownerId } }))
      const ids = (await app.post(`/projects/${project}/tests.json`, { data })).body.data.map(
        (t: { id: string }) => t.id,
      )
      const path = `/projects/${project}/tests.json`
      const first = (await app.get(`${path}?source=x%20y&page[size]=2`)).body
      expect(first.meta).toEqual({
        'current-page': 1,
        'next-page': 2,
        'prev-page': null,
        'total-pages': 3,
        'total-count': 5,
      })
      expect(Object.keys(first.links)).toEqual(['self', 'next', 'last'])
      expect(first.links.next).toMatch(
        /\?source=x%20y&page%5Bnumber%5D=2&page%5Bsize%5D=2&page%5Bafter%5D=\d+&page%5Bfor%5D=2x2&page%5Btotal%5D=5$/,
      )
      const seen: string[] = []
      for (let url: string | undefined = first.links.self; url; ) {
        const page = (await app.get(new URL(url).pathname + new URL(url).search)).body
        seen.push(...page.data.map((t: { id: string }) => t.id))
        url = page.links.next
      }
      expect(seen).toEqual(ids)
      expect((await app.get(`${path}?page[size]=2&page[number]=9`)).body).toMatchObject({
        data: [],
        meta: { 'next-page': null, 'prev-page': null, 'total-pages': 3 },
      })
      expect((await app.get(`${path}?page[size]=250`)).body.links).toEqual({})
      for (const bad of ['page[size]=0', 'page[number]=-1', 'page[number]=abc']) {
        const answer = await app.get(`${path}?${bad}`)
        expect([answer.status, answer.body.errors[0].source.parameter]).toEqual([422, bad.split('=')[0]])
      }
      expect((await app.get(`${path}?page[number]=99999999999999999999`)).body.data).toEqual([])
    })

    it('counts a hint only for the page it was made for', async () => {
      const project = (await app.post('/projects.json', { data: { attributes: { name: 'Hints' } } })).body.data.id
      const data = Array.from({ length: 9 }, (_, i) => ({ attributes: { name: `t${i}`, 'author-id': app.ownerId } }))
      const made = (await app.post(`/projects/${project}/tests.json`, { data })).body.data as { id: string }[]
      const ids = made.map(({ id }) => id)
      const path = `/projects/${project}/tests.json`
      const shown = async (url: string) => {
        const { body } = await app.get(new URL(url, 'http://x').pathname + new URL(url, 'http://x').search)
        return { ids: body.data.map(({ id }: { id: string }) => id), meta: body.meta, links: body.links }
      }
      const second = (await shown(`/api/v2${path}?page[size]=2`)).links.next as string
      const third = (await shown(second)).links.next as string
      expect((await shown(third)).ids).toEqual(ids.slice(4, 6))
      // Clients that count pages by themselves take a link and put another number in.
      for (const number of [1, 2, 4, 5]) {
        const other = await shown(third.replace('page%5Bnumber%5D=3', `page%5Bnumber%5D=${number}`))
        expect([number, other.ids]).toEqual([number, ids.slice(number * 2 - 2, number * 2)])
        expect(other.meta).toMatchObject({ 'current-page': number, 'next-page': number < 5 ? number + 1 : null })
      }
      const wider = await shown(third.replace('page%5Bsize%5D=2', 'page%5Bsize%5D=3'))
      expect(wider.ids).toEqual(ids.slice(6, 9))
      const without = await shown(`/api/v2${path}?page[size]=2&page[number]=3&page[after]=${ids[0]}`)
      expect(without.ids).toEqual(ids.slice(4, 6))
      expect(without.links.self).toContain(`page[after]=${ids[0]}`)
      // What the link says counts: rows that went in front of it shift nothing.
      await app.del(`/projects/${project}/tests/${ids[0]}.json`)
      expect((await shown(third)).ids).toEqual(ids.slice(4, 6))
      for (const link of ['first', 'prev', 'last'] as const) {
        expect((await shown(third)).links[link]).not.toMatch(/after|for/)
      }
    })

    it('stands a page number of any size, and still answers integers', async () => {
      for (const digits of [17, 22, 400]) {
        const { status, body } = await app.get(`/projects.json?page[size]=1&page[number]=${'9'.repeat(digits)}`)
        expect([status, body.data, body.meta]).toMatchObject([
          200,
          [],
          { 'current-page': Number.MAX_SAFE_INTEGER, 'next-page': null, 'prev-page': null },
        ])
      }
    })

    it('filters by name, display-ids and ids, and refuses text for ids', async () => {
      const add = (name: string) =>
        app.post(app.p('/tests.json'), { data: { attributes: { name, 'author-id': app.ownerId } } })
      const { body } = await add('Needle 100%_x')
      await add('needle 100aax')
      const names = async (query: string) =>
        (await app.get(app.p(`/tests.json?${query}`))).body.data.map(
          (t: { attributes: { name: string } }) => t.attributes.name,
        )
      expect(await names('name_exact=needle 100%25_x')).toEqual([])
      expect(await names('Name-Exact=Needle+100%25_x')).toEqual(['Needle 100%_x'])
      expect(await names('name_like=EEDLE 100%25_X')).toEqual(['Needle 100%_x'])
      expect(await names(`display-ids=${body.data.attributes['display-id']},0,-3,999999,NaN`)).toEqual([
        'Needle 100%_x',
      ])
      expect((await app.get(app.p('/tests.json?display_ids=abc'))).status).toBe(422)
      expect((await app.get(app.p('/tests.json?ptql=x'))).status).toBe(422)
      expect((await app.get(app.p('/tests.json?filter-id=5'))).status).toBe(422)
    })
  })
})

onEveryDatabase(
  'the rate limit',
  (get) => {
    it('lets so many calls a minute through and says when to come back', async () => {
      const app = get()
      const first = await app.get('/projects.json')
      expect(first.headers).toMatchObject({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '1' })
      await app.get('/projects.json')
      const over = await app.get('/projects.json')
      expect([over.status, Number(over.headers['retry-after']) > 0]).toEqual([429, true])
      expect((await app.get('/projects.json', { token: 'bad' })).status).toBe(401)
    })

    it('tells what remains with every answer that it counted, refusals too', async () => {
      const app = get()
      const { token } = await app.otherAccount()
      const refused = await app.get('/projects/999999/tests.json', { token })
      expect([refused.status, refused.headers]).toMatchObject([
        404,
        { 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': expect.stringMatching(/^\d+$/) },
      ])
      expect((await app.get('/nothing.json', { token })).headers['x-ratelimit-limit']).toBeUndefined()
      const malformed = await app.post('/projects.json', '{', { token })
      expect([malformed.status, malformed.headers]).toMatchObject([400, { 'x-ratelimit-remaining': '0' }])
      expect((await app.get('/me.json', { token })).status).toBe(429)
    })
  },
  { rateLimit: 2 },
)
