import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildApp } from '../app/app.ts'
import { createPeople } from '../people/people.ts'
import type { Services } from './create-context.ts'

// None of these requests reaches a database.
const app = buildApp({
  services: {} as Services,
  rateLimit: 0,
  maxBodyBytes: 1024,
  limits: {
    agentTimeout: 3600,
    maxImportBytes: 2 ** 20,
    people: createPeople({ warn: console.error }),
    shardTimeout: 3_600_000,
  },
  kittens: false,
})
beforeAll(async () => {
  await app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => app.close())

/** Sends bytes as they are and answers what came back until the server hung up: status, headers, body. */
function exchange(text: string): Promise<{ status: number; head: string; body: string }> {
  return new Promise((resolve, reject) => {
    const { port } = app.server.address() as AddressInfo
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      answer += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => {
      const [head = '', body = ''] = answer.split(/\r\n\r\n(.*)/s)
      resolve({ status: Number(/^HTTP\/1.1 (\d+)/.exec(head)?.[1]), head, body })
    })
  })
}

const get = (target: string, headers = '') =>
  exchange(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`)

it.each([
  ['what is not HTTP', 'garbage\r\n\r\n', 400],
  ['a length that is no number', 'POST /api/v2/projects.json HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n', 400],
  ['headers that are too large', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(300 * 1024)}\r\n\r\n`, 431],
])('answers %s with the body of every error and a request id', async (_what, text, status) => {
  const answer = await exchange(text)
  expect(answer.status).toBe(status)
  expect(JSON.parse(answer.body).errors).toEqual([
    { status: String(status), title: expect.stringMatching(/^The request/) },
  ])
  expect(answer.head).toMatch(/content-type: application\/json; charset=utf-8/i)
  expect(answer.head).toMatch(/x-request-id: [\da-f-]{36}/i)
  expect(answer.head).toMatch(/cache-control: no-store/i)
})

it.each(['x/../api', 'user@x', 'x:99999999', 'x y', 'a,b', 'x?y', '[::1', 'x'.repeat(400)])(
  'refuses the Host %j',
  async (host) => {
    const answer = await exchange(`GET /nothing HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    expect([answer.status, JSON.parse(answer.body).errors[0].title]).toEqual([
      400,
      expect.stringMatching(/^The Host header/),
    ])
  },
)

it('refuses two Hosts, and takes one with or without a port', async () => {
  expect((await get('/nothing', 'Host: y\r\n')).status).toBe(400)
  for (const host of ['x', 'x:80', 'tests.example.org:3000', '127.0.0.1', '[::1]:3000', 'a_b']) {
    const { status } = await exchange(`GET /nothing HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    expect([host, status]).toEqual([host, 404])
  }
})

it('sends a request id with what is refused before routing', async () => {
  for (const path of ['/api/v2/%zz.json', `/api/v2/projects/${'9'.repeat(5000)}/tests.json`]) {
    const answer = await get(path)
    expect([answer.status, JSON.parse(answer.body).errors[0].status]).toEqual([404, '404'])
    expect(answer.head).toMatch(/x-request-id: [\da-f-]{36}/i)
  }
})

it('takes a request line of 256 KB on top of 15 KB of other headers', async () => {
  const answer = await get(`/api/v2/nothing.json?ids=${'9,'.repeat(127 * 1024)}`, `A: ${'a'.repeat(15 * 1024)}\r\n`)
  expect(answer.status).toBe(404)
})

it('never answers 417, whatever is expected', async () => {
  for (const expectation of ['100-continue', 'something-else']) {
    expect((await get('/api/v2/nothing.json', `Expect: ${expectation}\r\n`)).body).toContain('"404"')
  }
})
