import { spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { freePort } from '../test-support/free-port.ts'
import {
  call,
  DATABASES,
  type Json,
  newFolder,
  onDatabase,
  type ServerProcess,
  spawnServer,
  startServer,
  TOKEN,
} from './server-process.ts'

async function withSet(server: ServerProcess) {
  const project = (await call(server, 'GET', '/projects.json')).data[0].id as string
  const author = Number((await call(server, 'GET', '/users.json')).data[0].id)
  const test = { data: { attributes: { name: 'slow', 'author-id': author } } }
  const testId = Number((await call(server, 'POST', `/projects/${project}/tests.json`, test)).data.id)
  const set = { data: { attributes: { name: 'slow set' }, instances: { 'test-ids': [testId] } } }
  await call(server, 'POST', `/projects/${project}/sets.json`, set)
  const instance = Number((await call(server, 'GET', `/projects/${project}/instances.json`)).data[0].id)
  return { project, instance }
}

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

/** Opens a connection and sends the head of an upload and half of its body; the server has begun to read it. */
async function halfUpload(server: ServerProcess, project: string, instance: number) {
  const body = JSON.stringify({ data: { attributes: { 'instance-id': instance, 'exit-code': 0 } } })
  const { port } = new URL(server.url)
  const socket = connect(Number(port), '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk))
  const isRead = () => answer.startsWith(CONTINUE)
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const head = `POST /api/v2/projects/${project}/runs.json HTTP/1.1\r\nHost: x\r\nPTToken: ${TOKEN}\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`
  socket.write(head + body.slice(0, 20))
  await expect.poll(isRead, { interval: 10 }).toBe(true)
  return { socket, rest: body.slice(20), closed, answer: () => answer.slice(CONTINUE.length) }
}

describe.each(DATABASES)('the server process on %s', (kind) => {
  it('prints its secret once, with a curl line that works as pasted', async () => {
    const dataDir = newFolder()
    const env = { ...(await onDatabase(kind)), ASSAY_BOOTSTRAP_TOKEN: '' }
    const first = await startServer({ dataDir, env })
    const line = /try it\s+(curl .*)$/m.exec(first.output())?.[1] as string
    const pasted = spawnSync('bash', ['-c', line], { encoding: 'utf8' })
    expect(JSON.parse(pasted.stdout)).toMatchObject({ data: [], meta: { 'total-count': 0 } })
    const token = /token\s+([0-9a-f]{40})/.exec(first.output())?.[1] as string
    expect(await first.stop()).toBe(0)
    const second = await startServer({ dataDir, env })
    expect(second.output()).not.toContain(token)
    expect(second.output()).not.toMatch(/token|curl/)
    expect(await second.stop('SIGINT')).toBe(0)
  })

  it('finishes the upload in flight on SIGTERM, and what it answered is there after a restart', async () => {
    const dataDir = newFolder()
    const env = await onDatabase(kind)
    const server = await startServer({ dataDir, env })
    const { project, instance } = await withSet(server)
    const upload = await halfUpload(server, project, instance)
    const stopped = server.stop()
    const { port } = new URL(server.url)
    const isRefused = () =>
      new Promise((resolve) => {
        const other = connect(Number(port), '127.0.0.1', () => resolve(other.destroy() && false))
        other.once('error', () => resolve(true))
      })
    await expect.poll(isRefused, { interval: 20 }).toBe(true)
    upload.socket.write(upload.rest)
    expect(await stopped).toBe(0)
    await upload.closed
    expect(upload.answer()).toMatch(/^HTTP\/1.1 200/)
    const again = await startServer({ dataDir, env })
    expect(
      (await call(again, 'GET', `/projects/${project}/instances/${instance}.json`)).data.attributes['run-status'],
    ).toBe('PASSED')
    await again.stop()
  })

  it('keeps nothing of a client that hangs up mid-upload, and lives on', async () => {
    const server = await startServer({ env: await onDatabase(kind) })
    const { project, instance } = await withSet(server)
    const upload = await halfUpload(server, project, instance)
    upload.socket.destroy()
    await sleep(200)
    expect((await call(server, 'GET', `/projects/${project}/runs.json`)).data).toEqual([])
    expect(await server.stop()).toBe(0)
  })
})

describe('settings', () => {
  it.each([
    ['PORT', 'abc'],
    ['ASSAY_BOOTSTRAP_TOKEN', 'short'],
    ['ASSAY_RATE_LIMIT', '-1'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['LOG_LEVEL', 'loud'],
    ['ASSAY_MAX_BODY_MB', '0'],
    ['ASSAY_DATA_DIR', '/dev/null/data'],
  ])('that are wrong end the start with a message: %s=%s', async (name, value) => {
    const { ended, output } = spawnServer({ env: { [name]: value } }, await freePort())
    expect(await ended).toBe(2)
    expect(output()).toContain(name)
  })

  it('leave the banner with the address it listens on, the one it is known as, and its reference', async () => {
    const known = await startServer({ env: { ASSAY_BASE_URL: 'https://assay.example.org' } })
    await known.stop()
    expect(known.output()).toContain(
      `Assay listens on ${known.url}\n  known as   https://assay.example.org\n  reference  https://assay.example.org/docs\n`,
    )
    const plain = await startServer()
    await plain.stop()
    expect(plain.output()).toContain(`Assay listens on ${plain.url}\n  reference  ${plain.url}/docs\n`)
  })

  it('are read by npm start', async () => {
    const server = await startServer({ command: ['npm', 'start', '--silent'] })
    expect((await call(server, 'GET', '/projects.json')).data[0].attributes.name).toBe('Demo')
    await server.stop()
  })
})

describe.each(DATABASES)('bad input over a real connection to %s', (kind) => {
  it("gets the contract's error or a correct success, and stores no half", async () => {
    const server = await startServer({ env: await onDatabase(kind) })
    const { project } = await withSet(server)
    const author = Number((await call(server, 'GET', '/users.json')).data[0].id)
    const post = async (body: string | Uint8Array<ArrayBuffer>) => {
      const path = `${server.url}/api/v2/projects/${project}/tests.json`
      const answer = await fetch(path, { method: 'POST', headers: { pttoken: TOKEN }, body })
      return { status: answer.status, body: (await answer.json()) as Json }
    }
    const named = (name: string) => JSON.stringify({ data: { attributes: { name, 'author-id': author } } })
    expect((await post('')).status).toBe(400)
    expect((await post('[]')).status).toBe(400)
    expect((await post('{"data":[1]}')).status).toBe(422)
    const long = await post(named('x'.repeat(10 * 1024 * 1024)))
    expect([long.status, long.body.errors[0].source.pointer]).toEqual([422, '/data/attributes/name'])
    expect((await post(`{"data":${'['.repeat(100_000)}`)).status).toBe(413)
    const cut = await post(named('half').slice(0, -5))
    expect([cut.status, cut.body.errors[0].title]).toEqual([400, expect.stringMatching(/line 1, column \d+/)])
    const odd = ['\u0000', '\u202eright to left', '👩‍👩‍👧', 'e\u0301', ' padded ', '\u001b[31m']
    for (const name of odd) {
      expect((await post(named(name))).body.data.attributes.name).toBe(name.replace('\u0000', '\ufffd'))
    }
    expect(
      (await post(`{"data":{"attributes":{"name":"a\\ud800","author-id":${author}}}}`)).body.data.attributes.name,
    ).toBe('a\ufffd')
    const twice = `{"data":{"attributes":{"name":"first","name":"second","author_id":0,"author-id":${author}}}}`
    expect((await post(twice)).body.data.attributes.name).toBe('second')
    const latin = Buffer.from(named('größe'), 'latin1')
    expect((await post(new Uint8Array(latin))).body.data.attributes.name).toBe('größe')
    const stored = await call(server, 'GET', `/projects/${project}/tests.json`)
    expect(stored.meta['total-count']).toBe(1 + odd.length + 3)
    await server.stop()
  })
})
