import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../test-support/free-port.ts'
import { type RedisServer, startRedis } from '../test-support/redis-server.ts'
import {
  call,
  DATABASES,
  type Json,
  newFolder,
  onDatabase,
  ROOT,
  type ServerProcess,
  spawnServer,
  startServer,
} from './server-process.ts'

/** Every secret is recognised by this word, which nothing else holds. */
const MARK = 'c0ffee5ec2e7'
const secret = (n: number) => `${MARK}${String(n).padStart(28, '0')}`

const ACCOUNT = secret(1)
const WRONG = secret(2)
const S3_SECRET = secret(3)
const NOTE = secret(4)

interface Endpoint {
  method: string
  path: string
}

const ENDPOINTS: Endpoint[] = readFileSync(join(ROOT, 'docs/endpoints.tsv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [method = '', path = ''] = line.split('\t')
    return { method, path }
  })

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

/** Every way to send a token: headers, and what is added to the query. */
const FORMS: ((token: string) => { headers: Record<string, string>; query: string })[] = [
  (token) => ({ headers: { PTToken: token }, query: '' }),
  (token) => ({ headers: { Authorization: basic(`me@example.org:${token}`) }, query: '' }),
  (token) => ({ headers: { Authorization: `Bearer ${token}` }, query: '' }),
  (token) => ({ headers: { Authorization: `custom api_token=${token}` }, query: '' }),
  (token) => ({ headers: { Authorization: `me@example.org:${token}` }, query: '' }),
  (token) => ({ headers: { Authorization: token }, query: '' }),
  (token) => ({ headers: {}, query: `api_token=${token}` }),
  (token) => ({ headers: {}, query: `API-Token=${token}&x=1` }),
  (token) => ({ headers: {}, query: `a=1&api%5Ftoken=${token}` }),
]

interface Answer {
  status: number
  head: string
  body: string
}

function ask(url: string, method: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Node sends the body of a GET without saying how long it is, unless told to.
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const sent = request(url, { method, headers: { ...headers, ...length } }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk) => (text += chunk))
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, head: answer.rawHeaders.join('\n'), body: text })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Sends bytes as they are; answers what came until the server hung up. */
function exchange(server: ServerProcess, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.end(text))
    socket.on('data', (chunk) => (answer += chunk))
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}

describe.each(DATABASES)('a server on %s that logs everything', (kind) => {
  let server: ServerProcess
  let redis: RedisServer
  let project: string
  let metricsPort: number
  /** Secrets that the server made. */
  const made: string[] = []
  beforeAll(async () => {
    redis = await startRedis()
    metricsPort = await freePort()
    server = await startServer({
      env: {
        ...(await onDatabase(kind)),
        LOG_LEVEL: 'trace',
        ASSAY_BOOTSTRAP_TOKEN: ACCOUNT,
        ASSAY_REDIS_URL: redis.url,
        ASSAY_RATE_LIMIT: '100000',
        ASSAY_METRICS_LISTEN: `127.0.0.1:${metricsPort}`,
        ASSAY_S3_ENDPOINT: 'http://127.0.0.1:9',
        ASSAY_S3_BUCKET: 'assay',
        ASSAY_S3_ACCESS_KEY_ID: 'assay',
        ASSAY_S3_SECRET_ACCESS_KEY: S3_SECRET,
      },
    })
    project = (await call(server, 'GET', '/projects.json')).data[0].id
  })
  let isRunning = true
  const stop = async () => {
    isRunning = false
    return server.stop()
  }
  afterAll(async () => {
    if (server && isRunning) await stop()
    await redis?.stop()
  })

  const at = ({ method, path }: Endpoint) =>
    path
      .replace(':project_id', project)
      .replace(':id', method === 'DELETE' ? '999999' : '1')
      .replace(':signed_token', 'x')

  it('shows no token in any answer to any endpoint, right or wrong', { timeout: 120_000 }, async () => {
    let calls = 0
    for (const token of [ACCOUNT, WRONG]) {
      for (const [index, endpoint] of ENDPOINTS.entries()) {
        // Each form meets each kind of endpoint; all of them on all would be the same many times.
        for (const form of [FORMS[index % FORMS.length], FORMS[(index + 6) % FORMS.length]]) {
          const { headers, query } = (form as (typeof FORMS)[number])(token)
          const answer = await ask(`${server.url}${at(endpoint)}?${query}`, endpoint.method, headers, '{"data":')
          calls++
          // Links carry a token that came in the query (contract §1.2), so that they can be followed.
          const shown = answer.status === 200 ? answer.body.replaceAll(/"links":\{[^}]*\}/g, '') : answer.body
          expect([endpoint.path, shown.includes(MARK), answer.head.includes(MARK)]).toEqual([
            endpoint.path,
            false,
            false,
          ])
        }
      }
    }
    expect(calls).toBe(ENDPOINTS.length * 4)
  })

  it('shows none to requests that are broken, or hold it in a wrong place', async () => {
    const wrong = [
      `/api/v2/${ACCOUNT}`,
      `/api/v2/projects/${ACCOUNT}/tests.json`,
      `/api/v2/projects/${ACCOUNT}/tests/${ACCOUNT}.json`,
      `/${ACCOUNT}?api_token=${ACCOUNT}`,
      `/files/${ACCOUNT}`,
      `/docs/files/${ACCOUNT}`,
      `/api/v2/projects.xml?api_token=${ACCOUNT}`,
      `/api/v2/projects.json?api_token=${ACCOUNT}&page[size]=x`,
      `/api/v2/%zz${ACCOUNT}`,
    ]
    for (const path of wrong) {
      const answer = await ask(`${server.url}${path}`, 'GET', { pttoken: WRONG })
      expect([path, answer.body.includes(MARK)]).toEqual([path, false])
    }
    const broken = [
      `GET /?api_token=${ACCOUNT} HTTP/9.9\r\nPTToken: ${ACCOUNT}\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: x\r\nPTToken ${ACCOUNT}\r\n\r\n`,
      `${ACCOUNT}\r\n\r\n`,
      `POST / HTTP/1.1\r\nHost: x\r\nPTToken: ${ACCOUNT}\r\nContent-Length: x\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: x\r\nPTToken: ${ACCOUNT.repeat(8_000)}\r\n\r\n`,
      `POST /api/v2/projects.json HTTP/1.1\r\nHost: x\r\nPTToken: ${ACCOUNT}\r\nContent-Length: 99\r\n\r\n{"${ACCOUNT}`,
    ]
    for (const text of broken) expect(await exchange(server, text)).not.toContain(MARK)
  })

  it('shows a secret that it makes once, to who asked for it', async () => {
    const attributes = { name: 'CI' }
    const account = await call(server, 'POST', '/tokens.json', { data: { attributes } })
    const hook = { name: 'hook', url: 'http://127.0.0.1:9/', events: ['test.created'] }
    const webhook = await call(server, 'POST', `/projects/${project}/webhooks.json`, { data: { attributes: hook } })
    const user = Number((await call(server, 'GET', '/users.json')).data[0].id)
    const personal = await call(server, 'POST', `/users/${user}/personal_token.json`, {})
    for (const answer of [account, webhook, personal]) {
      const { token, secret } = answer.data.attributes
      expect(token ?? secret).toMatch(/.{20}/)
      made.push(token ?? secret)
    }
    for (const path of [
      '/tokens.json',
      `/users/${user}/personal_token.json`,
      `/projects/${project}/webhooks.json`,
      '/audit.json',
    ]) {
      const shown = JSON.stringify(await call(server, 'GET', path))
      for (const value of made) expect([path, shown.includes(value)]).toEqual([path, false])
    }
    // A body is nobody's business either, also one that fails: the storage of its file is away.
    const test = { data: { attributes: { name: NOTE, 'author-id': user, description: NOTE } } }
    const id = Number(((await call(server, 'POST', `/projects/${project}/tests.json`, test)) as Json).data.id)
    const file = { filename: `${NOTE}.txt`, content_encoded: Buffer.from(NOTE).toString('base64') }
    const refused = await ask(
      `${server.url}/api/v2/projects/${project}/attachments.json`,
      'POST',
      { pttoken: made[0] as string },
      JSON.stringify({ entity: 'test', 'entity-id': id, data: { files: [file] } }),
    )
    expect([refused.status, refused.body.includes(MARK)]).toEqual([503, false])
  })

  it('keeps all of them out of its log, its metrics and the names of its files', async () => {
    const scraped = await ask(`http://127.0.0.1:${metricsPort}/metrics`, 'GET', {})
    const asked = await ask(`${server.url}/metrics`, 'GET', { pttoken: ACCOUNT })
    expect([scraped.status, asked.status]).toEqual([200, 200])
    expect(await stop()).toBe(0)
    const names = readdirSync(server.dataDir, { recursive: true }).join('\n')
    const output = server.output()
    expect(output.split('\n').length).toBeGreaterThan(ENDPOINTS.length * 4)
    expect(output).toContain('api%5Ftoken=***')
    expect(output).toContain('S3 could not store an attachment')
    for (const place of [output, scraped.body, asked.body, names]) {
      const found = [MARK, 'redis-secret', ...made].filter((value) => place.includes(value))
      const line = place.split('\n').find((text) => found.some((value) => text.includes(value)))
      expect([found, line]).toEqual([[], undefined])
    }
  })
})

it('shows no password of a setting when a server cannot start', async () => {
  const bad: Record<string, string>[] = [
    { DATABASE_URL: `postgres://assay:${MARK}@127.0.0.1:9/assay` },
    { DATABASE_URL: `mysql://assay:${MARK}@127.0.0.1:9/assay` },
    { ASSAY_REDIS_URL: `http://:${MARK}@127.0.0.1:9` },
    { ASSAY_S3_SECRET_ACCESS_KEY: MARK },
    { ASSAY_BOOTSTRAP_TOKEN: MARK },
  ]
  for (const env of bad) {
    const { ended, output } = spawnServer(
      { dataDir: newFolder(), env: { LOG_LEVEL: 'trace', ...env } },
      await freePort(),
    )
    expect([Object.keys(env), await ended]).toEqual([Object.keys(env), 2])
    expect(output()).not.toContain(MARK)
  }
})
