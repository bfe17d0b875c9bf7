import { beforeAll, describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../test/build-app.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

onEveryDatabase('a GET with a body', (get) => {
  let app: TestApp
  let tests: Json[]
  let path: string
  beforeAll(async () => {
    app = get()
    const data = ['a', 'b,c', 'd'].map((name) => ({ attributes: { name, 'author-id': app.ownerId } }))
    tests = (await app.post(app.p('/tests.json'), { data })).body.data
    path = app.p('/tests.json')
  })
  const ask = (body: unknown, query = '', headers = {}) => app.call('GET', `${path}${query}`, body, { headers })
  const names = async (body: unknown, query = '', headers = {}): Promise<string[]> => {
    const answer = await ask(body, query, headers)
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data.map(({ attributes }: Json) => attributes.name)
  }
  const displayIds = () => tests.map(({ attributes }) => attributes['display-id'] as number)

  it('takes the members of a JSON object as parameters, whatever its type says', async () => {
    const [first, second] = displayIds()
    expect(await names({ 'display-ids': `${first}` })).toEqual(['a'])
    expect(await names({ Display_IDs: second }, '', FORM)).toEqual(['b,c'])
    expect(await names({ 'display-ids': [first, `${second}`, null] })).toEqual(['a', 'b,c'])
    expect(await names({ name_exact: 'b,c', 'display-ids': null })).toEqual(['b,c'])
    expect(await names({ page: { number: 2, size: 2 } })).toEqual(['d'])
    expect(await names({ 'page[number]': '2', 'page[size]': 2 })).toEqual(['d'])
    expect(await names({ ptql: 'Name = "d"' })).toEqual(['d'])
    expect(await names({ source: 'x', nested: { very: { deep: [[[{}]]] } } })).toHaveLength(3)
  })

  it('takes a urlencoded form as parameters', async () => {
    const [first, second] = displayIds()
    expect(await names(`display-ids=${first}%2C${second}`, '', FORM)).toEqual(['a', 'b,c'])
    expect(await names('name_exact=b%2Cc')).toEqual(['b,c'])
  })

  it('lets the query win, unless it is blank there', async () => {
    const [first, second] = displayIds()
    expect(await names({ display_ids: second }, `?display-ids=${first}`)).toEqual(['a'])
    expect(await names({ display_ids: second }, '?display-ids=')).toEqual(['b,c'])
    expect(await names({ display_ids: second }, '?name_exact=a')).toEqual([])
  })

  it('shows one thing with what the body asks for', async () => {
    const { body } = await app.call('GET', app.p(`/tests/${tests[0].id}.json`), { relationships: true })
    expect(Object.keys(body.data.relationships)).toEqual(['requirements', 'issues'])
  })

  it('puts them into links, which clients follow without a body', async () => {
    const { body } = await ask({ name_like: ' ,&=', page: { size: 1 }, api_token: app.token })
    expect(body.links).toEqual({})
    const [first, , third] = displayIds()
    const paged = (await ask({ 'display-ids': [first, third], page: { size: 1 }, api_token: 'secret' })).body
    expect(paged.links.next).toContain(`display-ids=${first}%2C${third}&page%5Bnumber%5D=2`)
    expect(paged.links.next).not.toContain('secret')
    const next = await app.get(new URL(paged.links.next).pathname + new URL(paged.links.next).search)
    expect(next.body.data.map(({ id }: Json) => id)).toEqual([tests[2].id])
  })

  it.each([
    ['a JSON text', '"display-ids=1"'],
    ['an array', '[{"display-ids":"1"}]'],
    ['broken JSON', '{"display-ids":"1"'],
    ['nothing that has a form', '\u0000\u0001'],
  ])('ignores %s', async (_, body) => {
    expect(await names(body)).toHaveLength(3)
  })

  it('ignores what says that it is something else', async () => {
    expect(await names('display-ids=0', '', { 'content-type': 'text/plain' })).toHaveLength(3)
    expect(await names('display-ids=0', '', { 'content-type': 'multipart/form-data; boundary=x' })).toHaveLength(3)
  })

  it('answers HEAD alike', async () => {
    const head = async (body: unknown) => (await app.call('HEAD', path, body)).headers['content-length']
    expect(await head({ 'display-ids': '0' })).not.toBe(await head(undefined))
    expect((await app.call('HEAD', path, { 'page[number]': 'x' })).status).toBe(422)
  })

  it('says what is wrong with them, and takes 64 KiB', async () => {
    const refused = await ask({ page: { size: 0 } })
    expect([refused.status, refused.body.errors[0].source]).toEqual([422, { parameter: 'page[size]' }])
    expect((await app.call('GET', app.p('/steps.json'), { ptql: 'Name = 1' })).status).toBe(422)
    const padded = (size: number) => `{"display-ids":"0","x":"${'x'.repeat(size - 26)}"}`
    expect(await names(padded(65_536))).toEqual([])
    const large = await ask(padded(65_537))
    expect([large.status, titles(large)]).toEqual([
      413,
      ['The body of a GET holds parameters: at most 64 KiB are accepted'],
    ])
  })

  it('gives no token', async () => {
    const answer = await app.call('GET', path, { api_token: app.token }, { token: null })
    expect(answer.status).toBe(401)
  })

  describe('where no body is needed', () => {
    it.each(['"{\\"data\\":{}}"', '[]', '7', 'null', 'not json', ' \n'])('%j is ignored', async (body) => {
      const clone = await app.post(app.p(`/tests/${tests[0].id}/clone.json`), body)
      // Who clones with an account token must say who the author is.
      expect([clone.status, clone.body.errors?.[0].title]).toEqual([422, "Author can't be blank"])
      const set = (await app.post(app.p('/sets.json'), { data: { attributes: { name: 's' } } })).body.data.id
      expect((await app.post(app.p(`/sets/${set}/clone.json`), body)).body.data.attributes.name).toBe('Clone of s')
      expect((await app.post(app.p('/custom_fields/prepare_testrail_import.json'), body)).status).toBe(200)
      expect((await app.del(app.p(`/sets/${set}.json`))).status).toBe(200)
      const upload = await app.post('/api/v1/automated_tests/upload_test_result.json', body)
      expect(titles(upload)[0]).toMatch(/^Instance id can't be blank/)
    })

    it('one that begins as an object and is none is named all the same', async () => {
      const set = (await app.post(app.p('/sets.json'), { data: { attributes: { name: 's' } } })).body.data.id
      const broken = await app.post(app.p(`/sets/${set}/clone.json`), '{"data":{"attributes":{"name":"x"}}')
      expect([broken.status, titles(broken)[0]]).toEqual([400, expect.stringContaining('not valid JSON')])
    })

    it.each(['"{}"', '[]', '{', ''])('%j is still refused where one is needed', async (body) => {
      for (const target of ['/tests.json', `/issues/1/relationships/tests.json`]) {
        expect((await app.post(app.p(target), body)).status).toBe(400)
      }
    })
  })
})
