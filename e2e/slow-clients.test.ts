import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, type Json, type ServerProcess, startServer, TOKEN } from './server-process.ts'

/** Timeouts of seconds, so that the tests take seconds. */
const IMPATIENT = {
  ASSAY_HEADERS_TIMEOUT_SECONDS: '2',
  ASSAY_REQUEST_TIMEOUT_SECONDS: '4',
  ASSAY_IDLE_TIMEOUT_SECONDS: '3',
  ASSAY_MAX_CONNECTIONS: '1500',
  ASSAY_DRAIN_TIMEOUT_SECONDS: '1',
}

/** Longer than these take by far, and shorter than what is the default for them: who waits that long fails. */
const SOONER = { timeout: 50_000 }

const CONNECTIONS = 1000

interface Client {
  socket: Socket
  /** What came back so far. */
  answer(): string
  closed: Promise<unknown>
}

function open(server: ServerProcess): Promise<Client> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk))
    const closed = new Promise((done) => socket.once('close', done))
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject).on('error', () => {})
      resolve({ socket, answer: () => answer, closed })
    })
  })
}

/** Writes a text byte by byte until the server has had enough of it. */
async function drip({ socket, closed }: Client, text: string): Promise<void> {
  let isOver = false
  void closed.then(() => (isOver = true))
  for (const letter of text) {
    if (isOver) return
    socket.write(letter)
    await sleep(100)
  }
}

/** How many sockets the server has, as it tells Prometheus. */
async function sockets(server: ServerProcess): Promise<number> {
  const answer = await fetch(`${server.url}/metrics`, { headers: { pttoken: TOKEN } })
  return Number(/^nodejs_active_handles\{type="Socket"\} (\d+)$/m.exec(await answer.text())?.[1])
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(100)
}

const head = (path: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nPTToken: ${TOKEN}\r\nContent-Length: ${length}\r\n\r\n`

describe('clients that are slow, or gone', () => {
  let server: ServerProcess
  let project: string
  beforeAll(async () => {
    server = await startServer({ env: IMPATIENT })
    project = (await call(server, 'GET', '/projects.json')).data[0].id
  })
  let isRunning = true
  afterAll(async () => {
    if (server && isRunning) await server.stop()
  })
  const path = () => `/api/v2/projects/${project}/tests.json`
  const stored = async () =>
    (await call(server, 'GET', `/projects/${project}/tests.json`)).meta['total-count'] as number
  const first = (client: Client): Json => JSON.parse(client.answer().split('\r\n\r\n')[1] ?? '').errors[0]

  it('that send a head byte by byte get 408', async () => {
    const client = await open(server)
    await drip(client, `GET /healthz HTTP/1.1\r\nX: ${'a'.repeat(200)}`)
    await client.closed
    expect(client.answer()).toMatch(/^HTTP\/1.1 408/)
    expect(first(client)).toEqual({ status: '408', title: 'The request took too long to arrive' })
  })

  it('that send a body byte by byte get 408, and nothing is stored', async () => {
    const client = await open(server)
    client.socket.write(head(path(), 1000))
    await drip(client, '{"data":{"attributes":{"name":"slow"'.padEnd(200))
    await client.closed
    expect(client.answer()).toMatch(/^HTTP\/1.1 408/)
    expect(await stored()).toBe(0)
  })

  it('that go on sending after their 408, or their refusal, lose their connection all the same', async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => open(server)))
    const closed = clients.map(async (client, n) => {
      // Half of them are refused before their body is read, the other half take too long with their head.
      client.socket.write(
        n % 2 === 0 ? head(path(), 1_000_000).replace(TOKEN, 'nobody') : 'GET /healthz HTTP/1.1\r\nX: ',
      )
      await drip(client, 'a'.repeat(100_000))
      await client.closed
      return client.answer().slice(0, 12)
    })
    const answers = await Promise.all(closed)
    expect(answers.filter((_, n) => n % 2 === 0)).toEqual(Array(10).fill('HTTP/1.1 401'))
    expect(answers.filter((_, n) => n % 2 === 1)).toEqual(Array(10).fill('HTTP/1.1 408'))
  })

  it('that stop in the middle of a body lose their connection', async () => {
    const client = await open(server)
    client.socket.write(`${head(path(), 1000)}{"data":`)
    await client.closed
    expect(await stored()).toBe(0)
  })

  it('that never say anything lose their connection', SOONER, async () => {
    const client = await open(server)
    await client.closed
    expect(await call(server, 'GET', '/me.json')).toHaveProperty('data')
  })

  it('that do not take their answer lose it, and cost no memory meanwhile', SOONER, async () => {
    const file = { filename: 'large.bin', content_encoded: Buffer.alloc(40 * 1024 * 1024).toString('base64') }
    const author = Number((await call(server, 'GET', '/users.json')).data[0].id)
    const test = { data: { attributes: { name: 'with a file', 'author-id': author } } }
    const id = Number((await call(server, 'POST', `/projects/${project}/tests.json`, test)).data.id)
    const body = { entity: 'test', 'entity-id': id, data: { files: [file] } }
    const attachment = (await call(server, 'POST', `/projects/${project}/attachments.json`, body)).data[0]
    const { headers } = await fetch(`${server.url}/api/v2/projects/${project}/attachments/${attachment.id}`, {
      headers: { pttoken: TOKEN },
      redirect: 'manual',
    })
    const link = headers.get('location') as string
    const clients = await Promise.all(Array.from({ length: 20 }, () => open(server)))
    for (const { socket } of clients) {
      socket.pause()
      socket.write(`GET ${new URL(link).pathname} HTTP/1.1\r\nHost: x\r\n\r\n`)
    }
    await until(async () => (await sockets(server)) > clients.length)
    // Everybody else is served.
    const whole = await fetch(link)
    expect((await whole.arrayBuffer()).byteLength).toBe(attachment.attributes.size)
    await until(async () => (await sockets(server)) < clients.length)
    for (const { socket } of clients) socket.resume()
    await Promise.all(clients.map(({ closed }) => closed))
    for (const { answer } of clients) expect(answer().length).toBeLessThan(attachment.attributes.size)
  })

  it(`${CONNECTIONS} at once, half-open, hold up nobody`, async () => {
    const before = await stored()
    const clients: Client[] = []
    for (let n = 0; n < CONNECTIONS / 100; n++) {
      clients.push(...(await Promise.all(Array.from({ length: 100 }, () => open(server)))))
    }
    for (const [index, { socket }] of clients.entries()) {
      socket.write(index % 2 === 0 ? 'GET /api/v2/projects' : `${head(path(), 1000)}{"data"`)
    }
    const author = Number((await call(server, 'GET', '/users.json')).data[0].id)
    const made = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        call(server, 'POST', `/projects/${project}/tests.json`, {
          data: { attributes: { name: `meanwhile ${n}`, 'author-id': author } },
        }),
      ),
    )
    for (const answer of made) expect(answer).toHaveProperty('data.id')
    await Promise.all(clients.map(({ closed }) => closed))
    expect(await stored()).toBe(before + made.length)
  })

  it('beyond the limit of connections are turned away, and let in again', SOONER, async () => {
    const clients = await Promise.all(Array.from({ length: 1600 }, () => open(server).catch(() => undefined)))
    await Promise.all(clients.map((client) => client?.closed))
    expect(await call(server, 'GET', '/me.json')).toHaveProperty('data')
  })

  it('cannot keep a server from stopping, and leave no error in its log', { timeout: 28_000 }, async () => {
    const clients = await Promise.all(Array.from({ length: 3 }, () => open(server)))
    clients[0]?.socket.write('GET /api')
    const dripping = clients[1] as Client
    dripping.socket.write(head(path(), 1000))
    const isOver = drip(dripping, '{"data":'.padEnd(300))
    await sleep(300)
    isRunning = false
    expect(await server.stop()).toBe(0)
    await Promise.all([isOver, ...clients.map(({ closed }) => closed)])
    expect(server.output()).not.toMatch(/"level":[56]0/)
  })
})
