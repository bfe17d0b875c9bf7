import { describe, expect, it } from 'vitest'
import { AssayConnectionError, AssayError } from './errors.ts'
import { backOffDelay, retryAfterDelay } from './retry.ts'
import { clientOf, dropped, json, rejection, silent } from './test/fake-fetch.ts'

describe('a request', () => {
  it('carries the token, and a key when it writes', async () => {
    const { client, calls } = clientOf([json({ data: { id: '5' } })])
    await client.request('POST', 'projects/2/runs.json', { query: { 'set-ids': [1, 2] }, body: { data: [] } })
    await client.request('GET', 'projects.json')
    expect(calls[0]).toMatchObject({ method: 'POST', body: '{"data":[]}' })
    expect(calls[0]?.url).toMatch(/^https:\/\/assay.example.org\/api\/v2\/projects\/2\/runs.json\?set-ids=1(,|%2C)2$/)
    expect(calls[0]?.headers.get('pttoken')).toBe('secret')
    expect(calls[0]?.headers.get('content-type')).toBe('application/json')
    expect(calls[0]?.headers.get('idempotency-key')).toMatch(/^[0-9a-f]{32}$/)
    expect(calls[1]?.headers.get('idempotency-key')).toBeNull()
    expect(calls[1]?.headers.get('content-type')).toBeNull()
  })

  it.each([
    ['https://assay.example.org', 'https://assay.example.org/api/v2/x.json'],
    ['https://assay.example.org/api/v2/', 'https://assay.example.org/api/v2/x.json'],
    ['http://10.0.0.5:3000/assay//', 'http://10.0.0.5:3000/assay/api/v2/x.json'],
  ])('to the server at %s goes to %s', async (baseUrl, url) => {
    const { client, calls } = clientOf([json({})], { baseUrl })
    await client.request('GET', 'x.json', { query: { page: undefined, filter: null } })
    await client.request('GET', '/files/x')
    expect(calls.map((call) => call.url)).toEqual([url, url.replace('api/v2/x.json', 'files/x')])
  })

  it('sends the key it is given', async () => {
    const { client, calls } = clientOf([json({})])
    await client.request('PUT', 'x.json', { body: {}, idempotencyKey: 'build-7' })
    expect(calls[0]?.headers.get('idempotency-key')).toBe('build-7')
  })

  it.each([
    ['409', json({}, 409)],
    ['429', json({}, 429, { 'retry-after': '0' })],
    ['500', json({}, 500)],
    ['502', json({}, 502)],
    ['503', json({}, 503)],
    ['504', json({}, 504)],
    ['a dropped connection', dropped],
  ])('is repeated after %s with the same key and bytes', async (_, trouble) => {
    const { client, calls, waits } = clientOf([trouble, trouble, json({ data: [] })])
    expect(await client.request('POST', 'x.json', { body: { data: 1 } })).toEqual({ data: [] })
    expect(calls).toHaveLength(3)
    expect(waits.map(({ method, path, attempt }) => [method, path, attempt])).toEqual([
      ['POST', 'x.json', 1],
      ['POST', 'x.json', 2],
    ])
    expect(new Set(calls.map(({ headers, body }) => `${headers.get('idempotency-key')} ${body}`)).size).toBe(1)
  })

  it('is repeated when the answer breaks off', async () => {
    const cut = () => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"data":'))
          controller.error(new Error('socket hang up'))
        },
      })
      return Promise.resolve(new Response(body))
    }
    const { client, waits } = clientOf([cut, json({ data: [] })])
    expect(await client.request('GET', 'x.json')).toEqual({ data: [] })
    expect(waits[0]?.reason).toMatchObject({ message: 'No answer from https://assay.example.org: socket hang up' })
  })

  it('has a new key for every write', async () => {
    const { client, calls } = clientOf([json({})])
    for (let i = 0; i < 20; i++) await client.request('POST', 'x.json', { body: {} })
    expect(new Set(calls.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(20)
  })

  it('is not repeated without a key, nor when the server refuses it', async () => {
    const unkeyed = clientOf([dropped])
    await expect(unkeyed.client.request('POST', 'x.json', { body: {}, idempotencyKey: null })).rejects.toThrow(
      AssayConnectionError,
    )
    expect(unkeyed.calls).toHaveLength(1)
    expect(unkeyed.calls[0]?.headers.has('idempotency-key')).toBe(false)
    const refused = clientOf([json({ errors: [{ status: '422', title: "Name can't be blank" }] }, 422)])
    const error = await rejection(refused.client.request('POST', 'x.json', { body: {} }))
    expect(error).toBeInstanceOf(AssayError)
    expect(error).toMatchObject({ status: 422, message: "Name can't be blank" })
    expect(refused.calls).toHaveLength(1)
  })

  it('is repeated without a key only when the server certainly did not do it', async () => {
    const { client, calls } = clientOf([json({}, 429, { 'retry-after': '0' }), json({}, 503)])
    await expect(client.request('POST', 'x.json', { body: {}, idempotencyKey: null })).rejects.toMatchObject({
      status: 503,
    })
    expect(calls).toHaveLength(2)
  })

  it('gives up after its retries and says what was the matter', async () => {
    const { client, calls } = clientOf([dropped], { retries: 2 })
    const error = await rejection(client.request('GET', 'x.json'))
    expect(error).toBeInstanceOf(AssayConnectionError)
    expect(error).toMatchObject({
      message: 'No answer from https://assay.example.org: connect ECONNREFUSED',
      name: 'AssayConnectionError',
      status: 0,
      errors: [],
      cause: dropped,
    })
    expect(calls).toHaveLength(3)
  })

  it('gives up at its deadline, at once where Retry-After is beyond it', async () => {
    const { client, calls, waits } = clientOf([json({}, 429, { 'retry-after': '60' })], { deadline: 59_000 })
    const error = await rejection(client.request('GET', 'x.json'))
    expect(error).toMatchObject({ status: 429, retryAfter: 60_000 })
    expect([calls.length, waits.length]).toEqual([1, 0])
  })

  it('waits as long as Retry-After says', async () => {
    const { client, waits } = clientOf([json({}, 429, { 'retry-after': '0.05' }), json({ data: 1 })], { backOff: 9000 })
    await client.request('GET', 'x.json')
    expect(waits.map(({ delay }) => delay)).toEqual([50])
  })
})

describe('an attempt without an answer', () => {
  it('counts as a dropped connection after its time', async () => {
    const { client, calls } = clientOf([silent, json({ data: 1 })], { timeout: 20 })
    expect(await client.request('GET', 'x.json')).toEqual({ data: 1 })
    expect(calls).toHaveLength(2)
  })
})

describe('aborting', () => {
  it('ends a request under way with the reason, and nothing is repeated', async () => {
    const stop = new AbortController()
    const { client, calls } = clientOf([silent], { signal: stop.signal })
    const error = rejection(client.request('GET', 'x.json'))
    stop.abort(new Error('enough'))
    expect(await error).toMatchObject({ message: 'enough' })
    await expect(client.request('GET', 'x.json')).rejects.toThrow('enough')
    expect(calls).toHaveLength(1)
  })

  it('ends the wait before a retry', async () => {
    const stop = new AbortController()
    const { client, calls } = clientOf([json({}, 503)], {
      backOff: 600_000,
      onRetry: () => setTimeout(() => stop.abort(new Error('enough')), 5),
    })
    await expect(client.call('showMe', { signal: stop.signal })).rejects.toThrow('enough')
    expect(calls).toHaveLength(1)
  })

  it('of one call leaves the client usable', async () => {
    const { client } = clientOf([json({ data: {} })])
    const aborted = AbortSignal.abort(new Error('enough'))
    await expect(client.call('showMe', { signal: aborted })).rejects.toThrow('enough')
    expect(await client.call('showMe')).toEqual({ data: {} })
  })
})

describe('an error', () => {
  it('says everything that the server said', async () => {
    const errors = [
      { status: '422', title: 'The query breaks off', source: { parameter: 'ptql' }, meta: { position: 7 } },
      {
        status: '422',
        title: 'Name is too long',
        detail: 'At most 1000',
        source: { pointer: '/data/attributes/name' },
      },
    ]
    const { client } = clientOf([json({ errors }, 422, { 'x-request-id': 'req-7' })])
    expect(await rejection(client.call('listProjects'))).toMatchObject({
      name: 'AssayError',
      message: 'The query breaks off; Name is too long',
      status: 422,
      errors,
      requestId: 'req-7',
      retryAfter: null,
    })
  })

  it.each([
    [502, '<html>Bad Gateway</html>', 'The server answered 502 Bad Gateway'],
    [404, '', 'The server answered 404 Bad Gateway'],
    [200, '<html>Log in</html>', 'The answer is not JSON; is this the address of an Assay server?'],
  ])('is made of an answer %i that is not of this API', async (status, text, message) => {
    const { client } = clientOf([new Response(text, { status, statusText: 'Bad Gateway' })], { retries: 0 })
    expect(await rejection(client.request('GET', 'x.json'))).toMatchObject({
      status,
      message,
      errors: [{ title: message }],
    })
  })
})

describe('waiting', () => {
  it('doubles up to half a minute, half of it random', () => {
    expect([1, 2, 3].map((attempt) => backOffDelay(attempt, 250, () => 1))).toEqual([250, 500, 1000])
    expect(backOffDelay(1, 250, () => 0)).toBe(125)
    expect(backOffDelay(20, 250, () => 1)).toBe(30_000)
  })

  it('reads Retry-After as seconds or a date', () => {
    const now = Date.parse('2026-03-01T12:00:00Z')
    expect(
      [null, '', '3', 'soon', 'Sun, 01 Mar 2026 12:00:05 GMT'].map((value) => retryAfterDelay(value, now)),
    ).toEqual([null, null, 3000, null, 5000])
  })
})
