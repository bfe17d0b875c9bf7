import { type Api, AssayConnectionError, AssayError, attachment, createClient } from '@assay/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../test-support/free-port.ts'
import { DATABASES, onDatabase, type ServerProcess, startServer, TOKEN } from './server-process.ts'

/** What a promise was rejected with. */
async function refusal(promise: Promise<unknown>): Promise<AssayError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AssayError)) throw new Error(`not an AssayError: ${error}`)
  return error
}

describe.each(DATABASES)('the SDK against a server on %s', (kind) => {
  let server: ServerProcess
  let client: ReturnType<typeof createClient>
  let project: ReturnType<typeof client.project>
  let author: string

  beforeAll(async () => {
    server = await startServer({ env: await onDatabase(kind) })
    client = createClient({ baseUrl: server.url, token: TOKEN })
    const made = await client.call('createProject', { body: { data: { attributes: { name: 'SDK' } } } })
    project = client.project(made.data.id)
    const user = await client.call('createUser', { body: { data: { attributes: { email: 'ada@example.org' } } } })
    author = user.data.id
  })
  afterAll(() => server.stop())

  const createTest = (name: string) =>
    project.call('createTest', { body: { data: { attributes: { name, 'author-id': author } } } })

  it('stores a run with steps and files, and reads the bytes again', async () => {
    const { data: test } = await createTest('Pay by invoice')
    const { data: set } = await project.call('createSet', {
      body: { data: { attributes: { name: 'Nightly', 'author-id': author } } },
    })
    const { data: instance } = await project.call('createInstance', {
      body: { data: { attributes: { 'set-id': set.id, 'test-id': test.id } } },
    })
    const picture = Uint8Array.from({ length: 70_000 }, (_, i) => (i * i) % 256)
    const { data: run } = await project.call('createRun', {
      body: {
        data: {
          attributes: { 'instance-id': instance.id, 'run-duration': '00:00:13' },
          steps: {
            data: [
              { name: 'Open', status: 'PASSED' },
              { name: 'Pay', status: 'FAILED', files: { data: [await attachment('pay.bin', picture)] } },
            ],
          },
          files: { data: [await attachment('größe.log', 'größe ✓'), await attachment('empty', new Blob([]))] },
        },
      },
    })
    expect(run.attributes).toMatchObject({ status: 'FAILED', 'run-duration': '00:00:13', 'test-id': Number(test.id) })

    const query = { entity: 'run', 'entity-id': run.id }
    const files = await project.list('listAttachments', { query }).all()
    expect(files.map(({ attributes }) => [attributes.name, attributes.size])).toEqual([
      ['größe.log', 11],
      ['empty', 0],
    ])
    const read = (id: string) => project.call('downloadAttachment', { path: { id } })
    expect(new TextDecoder().decode(await read(files[0]?.id ?? ''))).toBe('größe ✓')
    const steps = await project.list('listStepRuns', { query: { 'run-ids': run.id } }).all()
    expect(steps.map(({ attributes }) => [attributes.name, attributes.status])).toEqual([
      ['Open', 'PASSED'],
      ['Pay', 'FAILED'],
    ])
    const ofStep = { entity: 'step-run', 'entity-id': steps[1]?.id ?? '' }
    const [file] = await project.list('listAttachments', { query: ofStep }).all()
    expect(Buffer.from(await read(file?.id ?? ''))).toEqual(Buffer.from(picture))
  })

  it('reads a list over three pages, and finds by PTQL', async () => {
    const names = Array.from({ length: 25 }, (_, i) => `Page ${i}`)
    const { data: made } = await project.call('createTests', {
      body: { data: names.map((name) => ({ attributes: { name, 'author-id': author } })) },
    })
    const query = { name_like: 'Page ', 'page[size]': 10 }
    const sizes: number[] = []
    for await (const { data, meta } of project.list('listTests', { query }).pages()) {
      sizes.push(data.length, meta['current-page'])
    }
    expect(sizes).toEqual([10, 1, 10, 2, 5, 3])
    const found: Api.Test[] = await project.list('listTests', { query }).all()
    expect(found.map(({ id }) => id)).toEqual(made.map(({ id }) => id))
    const ptql = 'Name = "Page 7"'
    const [seventh] = await project.list('listTests', { query: { ptql } }).all()
    expect(seventh?.id).toBe(made[7]?.id)
    const some = await project.list('listInstances', { query: { 'test-ids': made.map(({ id }) => id) } }).all()
    expect(some).toEqual([])
  })

  it('says where a PTQL query breaks off', async () => {
    const error = await refusal(project.list('listTests', { query: { ptql: 'Name = ' } }).all())
    expect(error).toMatchObject({ status: 422, errors: [{ source: { parameter: 'ptql' } }] })
    expect(error.errors[0]?.meta).toHaveProperty('position')
    expect(error.requestId).toEqual(expect.any(String))
  })

  it('says what is missing, forbidden and not valid', async () => {
    const missing = await refusal(project.call('showTest', { path: { id: 2_000_000_000 } }))
    expect([missing.status, missing.errors.length]).toEqual([404, 1])
    const stranger = createClient({ baseUrl: server.url, token: 'nobody' })
    expect((await refusal(stranger.call('listProjects'))).status).toBe(401)
    const invalid = await refusal(createTest(''))
    expect([invalid.status, invalid.errors[0]?.source]).toEqual([422, { pointer: '/data/attributes/name' }])
  })

  it('writes once, however often it is repeated', async () => {
    let attempts = 0
    const unlucky = createClient({
      baseUrl: server.url,
      token: TOKEN,
      retry: { backOff: 1 },
      // The server does it, but its first two answers are lost.
      fetch: async (url, init) => {
        const answer = await fetch(url, init)
        if (++attempts < 3) throw new TypeError('fetch failed', { cause: new Error('socket hang up') })
        return answer
      },
    })
    const attributes = { name: 'Written once', 'author-id': author }
    const { data } = await unlucky.call('createTest', {
      path: {
        project_id: (await client.list('listProjects').all()).find((p) => p.attributes.name === 'SDK')?.id ?? '',
      },
      body: { data: { attributes } },
    })
    const found = await project.list('listTests', { query: { name_exact: 'Written once' } }).all()
    expect([attempts, found.map(({ id }) => id)]).toEqual([3, [data.id]])
  })
})

describe('the SDK', () => {
  it('waits where the rate limit is reached, and then goes on', async () => {
    const server = await startServer({ env: { ASSAY_RATE_LIMIT: '3' } })
    try {
      const waits: number[] = []
      const options = { baseUrl: server.url, token: TOKEN }
      const client = createClient({ ...options, retry: { onRetry: ({ delay }) => waits.push(delay) } })
      for (let i = 0; i < 3; i++) await client.call('showMe')
      const hasty = createClient({ ...options, retry: { retries: 0 } })
      const refused = await refusal(hasty.call('showMe'))
      expect(refused.status).toBe(429)
      expect(refused.retryAfter).toBeGreaterThan(0)
      expect((await client.call('showMe')).data.type).toBe('me')
      expect(waits).toHaveLength(1)
      expect(waits[0]).toBeLessThanOrEqual(60_000)
    } finally {
      await server.stop()
    }
  })

  it('says when nobody listens', async () => {
    const client = createClient({ baseUrl: `http://127.0.0.1:${await freePort()}`, token: 'x', retry: { retries: 0 } })
    const error = await refusal(client.call('showMe'))
    expect(error).toBeInstanceOf(AssayConnectionError)
    expect(error.message).toMatch(/^No answer from http:\/\/127\.0\.0\.1:\d+: connect ECONNREFUSED/)
  })
})
