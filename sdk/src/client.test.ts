import { describe, expect, it } from 'vitest'
import { attachment } from './attachment.ts'
import { clientOf, dropped, json, rejection } from './test/fake-fetch.ts'

const token = json({ data: { id: '3', type: 'tokens', attributes: { token: 'abc' } } })

describe('call', () => {
  it('fills in the path and sends query and body', async () => {
    const { client, calls } = clientOf([json({ data: [] })])
    await client.call('createRuns', {
      path: { project_id: 2 },
      body: { data: [{ attributes: { 'instance-id': '100', 'exit-code': 0 } }] },
    })
    await client.call('showTest', { path: { project_id: '2', id: 7 }, query: { relationships: true } })
    expect(calls.map(({ method, url, body }) => [method, url, body])).toEqual([
      [
        'POST',
        'https://assay.example.org/api/v2/projects/2/runs.json',
        '{"data":[{"attributes":{"instance-id":"100","exit-code":0}}]}',
      ],
      ['GET', 'https://assay.example.org/api/v2/projects/2/tests/7.json?relationships=true', null],
    ])
  })

  it('gives an array for an array of one, which the server answers with its object', async () => {
    const run = { id: '3', type: 'runs' }
    const { client } = clientOf([json({ data: run }), json({ data: run })])
    const path = { project_id: 2 }
    const data = { attributes: { 'instance-id': 100 } }
    expect(await client.call('createRuns', { path, body: { data: [data] } })).toEqual({ data: [run] })
    expect(await client.call('createRun', { path, body: { data } })).toEqual({ data: run })
  })

  it('reaches what is not below /api/v2', async () => {
    const { client, calls } = clientOf([json({})])
    await client.call('nextTest', { query: { client_id: 'agent' } })
    expect(calls[0]?.url).toBe('https://assay.example.org/api/v1/automated_tests/next_test.json?client_id=agent')
  })

  it('lets no value leave its place in the path', async () => {
    const { client, calls } = clientOf([json({})])
    await client.call('showProject', { path: { id: '2/../3?x' } })
    expect(calls[0]?.url).toBe('https://assay.example.org/api/v2/projects/2%2F..%2F3%3Fx.json')
  })

  it('rejects what a compiler would have refused, without a request', async () => {
    const { client, calls } = clientOf([json({})])
    const loose = client as unknown as { call: (id: string, input?: object) => Promise<unknown> }
    await expect(loose.call('createTset')).rejects.toThrow('There is no operation "createTset"')
    await expect(loose.call('constructor')).rejects.toThrow('There is no operation "constructor"')
    await expect(loose.call('showTest', { path: { project_id: 2 } })).rejects.toThrow('path.id is missing')
    expect(calls).toHaveLength(0)
  })

  it('does not repeat what shows a secret, because the server keeps no answer of it', async () => {
    const { client, calls } = clientOf([dropped, token])
    const body = { data: { attributes: { name: 'CI' } } }
    await expect(client.call('createToken', { body })).rejects.toThrow('No answer')
    expect(calls).toHaveLength(1)
    expect(calls[0]?.headers.has('idempotency-key')).toBe(false)
    const limited = clientOf([json({}, 429, { 'retry-after': '0' }), token])
    expect((await limited.client.call('createToken', { body })).data.attributes.token).toBe('abc')
  })
})

describe('list', () => {
  const next = 'https://elsewhere.example.org/assay/api/v2/projects/2/tests.json?page%5Bnumber%5D=2&page%5Bafter%5D=7'
  const pages = () => [
    json({ data: [{ id: '1' }, { id: '7' }], links: { next }, meta: { 'total-count': 3 } }),
    json({ data: [{ id: '9' }], links: {}, meta: { 'total-count': 3 } }),
  ]
  const path = { project_id: 2 }

  it('follows links.next to the end, on the configured server', async () => {
    const { client, calls } = clientOf(pages())
    const ids: string[] = []
    for await (const { id } of client.list('listTests', { path, query: { name_like: 'a' } })) ids.push(id)
    expect(ids).toEqual(['1', '7', '9'])
    expect(calls.map(({ url }) => url)).toEqual([
      'https://assay.example.org/api/v2/projects/2/tests.json?name_like=a',
      'https://assay.example.org/api/v2/projects/2/tests.json?page%5Bnumber%5D=2&page%5Bafter%5D=7',
    ])
  })

  it('asks only for the pages that are looked at', async () => {
    const { client, calls } = clientOf(pages())
    const list = client.list('listTests', { path })
    expect(calls).toHaveLength(0)
    for await (const { id } of list) if (id === '7') break
    expect(calls).toHaveLength(1)
  })

  it('is read anew by every loop, as pages, or whole', async () => {
    const { client } = clientOf([...pages(), ...pages(), ...pages()])
    const list = client.list('listTests', { path })
    const sizes: number[] = []
    for await (const { data, meta } of list.pages()) sizes.push(data.length, meta['total-count'])
    expect(sizes).toEqual([2, 3, 1, 3])
    expect((await list.all()).map(({ id }) => id)).toEqual(['1', '7', '9'])
    expect((await list.all()).length).toBe(3)
  })

  it('repeats a page that failed, and ends with the error of one that is refused', async () => {
    const [first, second] = pages() as [Response, Response]
    const patient = clientOf([first, json({}, 503), second])
    expect(await patient.client.list('listTests', { path }).all()).toHaveLength(3)
    const refused = clientOf([first, json({ errors: [{ title: 'The token is disabled' }] }, 401)])
    expect(await rejection(refused.client.list('listTests', { path }).all())).toMatchObject({ status: 401 })
  })
})

describe('project', () => {
  it('fills in the project', async () => {
    const { client, calls } = clientOf([json({ data: [], links: {} })])
    const project = client.project(2)
    await project.call('showSet', { path: { id: 90 } })
    await project.call('showWorkflow')
    await project.list('listRuns', { query: { 'set-ids': [90, 91] } }).all()
    expect(calls.map(({ url }) => decodeURIComponent(url.slice('https://assay.example.org/api/v2/'.length)))).toEqual([
      'projects/2/sets/90.json',
      'projects/2/workflow.json',
      'projects/2/runs.json?set-ids=90,91',
    ])
  })
})

describe('an attachment', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) % 256)

  it.each([
    ['text', 'größe ✓', Buffer.from('größe ✓')],
    ['bytes', bytes, Buffer.from(bytes)],
    ['a part of a buffer', bytes.subarray(5, 24_581), Buffer.from(bytes.subarray(5, 24_581))],
    ['a blob', new Blob([bytes]), Buffer.from(bytes)],
    ['nothing', '', Buffer.alloc(0)],
  ])('is made of %s', async (_, content, expected) => {
    expect(await attachment('a.log', content)).toEqual({
      filename: 'a.log',
      content_encoded: expected.toString('base64'),
    })
  })

  it('is downloaded without handing on the token, from the configured server', async () => {
    const location = 'http://assay.internal:3000/files/signed-token'
    const { client, calls } = clientOf([
      new Response(null, { status: 302, headers: { location } }),
      new Response('{"not":"parsed"}'),
    ])
    const found = await client.call('downloadAttachment', { path: { project_id: 2, id: 9 } })
    expect(new TextDecoder().decode(found)).toBe('{"not":"parsed"}')
    expect(calls.map(({ url, headers }) => [url, headers.has('pttoken')])).toEqual([
      ['https://assay.example.org/api/v2/projects/2/attachments/9', true],
      ['https://assay.example.org/files/signed-token', false],
    ])
  })

  it('is downloaded by a browser, which follows the redirect itself', async () => {
    const opaque = new Response(null)
    Object.defineProperty(opaque, 'type', { value: 'opaqueredirect' })
    const { client, calls } = clientOf([() => Promise.resolve(opaque), new Response('bytes')])
    const found = await client.call('downloadAttachment', { path: { project_id: 2, id: 9 } })
    expect([found.length, calls.length, calls[1]?.url]).toEqual([5, 2, calls[0]?.url])
  })

  it('that is gone is an error, not bytes', async () => {
    const { client } = clientOf([json({ errors: [{ title: 'Attachment not found' }] }, 404)])
    const error = await rejection(client.call('downloadAttachment', { path: { project_id: 2, id: 9 } }))
    expect(error).toMatchObject({ status: 404, message: 'Attachment not found' })
  })
})
