import { describe, expect, it } from 'vitest'
import { createClient } from './client.ts'
import { AssayApiError, AssayConnectionError } from './errors.ts'
import { backOffDelay, retryAfterDelay } from './retry.ts'

interface Call {
  method: string
  url: string
  headers: Headers
  body: unknown
}

/** A client whose requests are answered by `answers`, one after the other; the last one stays. */
function clientOf(answers: (Response | Error)[], retries = 3) {
  const calls: Call[] = []
  const waits: number[] = []
  const client = createClient({
    baseUrl: 'https://assay.example.org/',
    token: 'secret',
    retries,
    backOff: 1,
    onRetry: ({ delay }) => waits.push(delay),
    fetch: async (url, init) => {
      calls.push({
        method: String(init?.method),
        url: String(url),
        headers: new Headers(init?.headers),
        body: init?.body,
      })
      const answer = answers[Math.min(calls.length, answers.length) - 1] as Response | Error
      if (answer instanceof Error) throw answer
      return answer.clone()
    },
  })
  return { client, calls, waits }
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
const dropped = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })

describe('a request', () => {
  it('carries the token, and a key when it writes', async () => {
    const { client, calls } = clientOf([json({ data: { id: '5' } })])
    await client.request('POST', 'projects/2/runs.json', { query: { 'set-ids': [1, 2] }, body: { data: [] } })
    await client.request('GET', 'projects.json')
    expect(calls[0]).toMatchObject({ method: 'POST', body: '{"data":[]}' })
    expect(calls[0]?.url).toMatch(/^https:\/\/assay.example.org\/api\/v2\/projects\/2\/runs.json\?set-ids=1(,|%2C)2$/)
    expect(calls[0]?.headers.get('pttoken')).toBe('secret')
    expect(calls[0]?.headers.get('idempotency-key')).toMatch(/^[0-9a-f]{32}$/)
    expect(calls[1]?.headers.get('idempotency-key')).toBeNull()
  })

  it.each([
    ['409', json({}, 409)],
    ['429', json({}, 429, { 'retry-after': '0' })],
    ['503', json({}, 503)],
    ['a dropped connection', dropped],
  ])('is repeated after %s with the same key and bytes', async (_, trouble) => {
    const { client, calls, waits } = clientOf([trouble, trouble, json({ data: [] })])
    expect(await client.request('POST', 'x.json', { body: { data: 1 } })).toEqual({ data: [] })
    expect(calls).toHaveLength(3)
    expect(waits).toHaveLength(2)
    expect(new Set(calls.map(({ headers, body }) => `${headers.get('idempotency-key')} ${body}`)).size).toBe(1)
  })

  it('is not repeated without a key, nor when the server refuses it', async () => {
    const unkeyed = clientOf([dropped])
    await expect(unkeyed.client.request('POST', 'x.json', { body: {}, idempotencyKey: null })).rejects.toThrow(
      AssayConnectionError,
    )
    expect(unkeyed.calls).toHaveLength(1)
    const refused = clientOf([json({ errors: [{ status: '422', title: "Name can't be blank" }] }, 422)])
    const error = await refused.client.request('POST', 'x.json', { body: {} }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AssayApiError)
    expect(error).toMatchObject({ status: 422, message: "Name can't be blank" })
    expect(refused.calls).toHaveLength(1)
  })

  it('gives up after its retries and says what was the matter', async () => {
    const { client, calls } = clientOf([dropped], 2)
    await expect(client.request('GET', 'x.json')).rejects.toThrow(
      'No answer from https://assay.example.org: connect ECONNREFUSED',
    )
    expect(calls).toHaveLength(3)
  })
})

describe('a list', () => {
  it('follows links.next to the end', async () => {
    const next = 'https://assay.example.org/api/v2/tests.json?page%5Bnumber%5D=2&page%5Bafter%5D=7'
    const { client, calls } = clientOf([
      json({ data: [{ id: '1' }, { id: '7' }], links: { next } }),
      json({ data: [{ id: '9' }], links: {} }),
    ])
    const ids: string[] = []
    for await (const { id } of client.list('tests.json')) ids.push(id)
    expect(ids).toEqual(['1', '7', '9'])
    expect(calls[1]?.url).toBe(next)
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
