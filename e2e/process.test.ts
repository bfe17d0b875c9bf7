import { spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, inject, it } from 'vitest'
import { createPostgresDatabase } from '../server/src/test/postgres-database.ts'
import { call, freePort, newFolder, type ServerProcess, spawnServer, startServer, TOKEN } from './server-process.ts'

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

/** Opens a connection and sends the head of an upload and half of its body. */
async function halfUpload(server: ServerProcess, project: string, instance: number) {
  const body = JSON.stringify({ data: { attributes: { 'instance-id': instance, 'exit-code': 0 } } })
  const { port } = new URL(server.url)
  const socket = connect(Number(port), '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk))
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const head = `POST /api/v2/projects/${project}/runs.json HTTP/1.1\r\nHost: x\r\nPTToken: ${TOKEN}\r\nContent-Length: ${body.length}\r\n\r\n`
  socket.write(head + body.slice(0, 20))
  await sleep(300)
  return { socket, rest: body.slice(20), closed, answer: () => answer }
}

const databases = ['sqlite', 'postgres'] as const

describe.each(databases)('the server process on %s', (kind) => {
  const settings = async (): Promise<Record<string, string>> =>
    kind === 'postgres' ? { DATABASE_URL: (await createPostgresDatabase(inject('postgresUrl'))).url } : {}

  it('prints its secret once, with a curl line that works as pasted', async () => {
    const dataDir = newFolder()
    const env = { ...(await settings()), ASSAY_BOOTSTRAP_TOKEN: '' }
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
    const env = await settings()
    const server = await startServer({ dataDir, env })
    const { project, instance } = await withSet(server)
    const upload = await halfUpload(server, project, instance)
    const stopped = server.stop()
    await sleep(300)
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
    const server = await startServer({ env: await settings() })
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

  it('are read by npm start', async () => {
    const server = await startServer({ command: ['npm', 'start', '--silent'] })
    expect((await call(server, 'GET', '/projects.json')).data[0].attributes.name).toBe('Demo')
    await server.stop()
  })
})
