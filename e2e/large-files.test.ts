import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startS3 } from '../test-support/s3-server.ts'
import { call, type Json, type ServerProcess, startServer, TOKEN } from './server-process.ts'

/** Size of the file, in MiB; `ASSAY_LARGE_MB=500` is the long version. */
const SIZE = Number(process.env.ASSAY_LARGE_MB ?? 120)
const MIB = 1024 * 1024

/** The most resident memory that a process ever had, in MiB. */
function peakOf(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1024
}

/** What is in files of the spool, in bytes. */
function spooled(dataDir: string): number {
  const folder = join(dataDir, 'spool')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.part'))
  const sizes = names.map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** The most that was on its way: sent, and not yet on the server's disk, in MiB. */
interface Way {
  dataDir: string
  most: number
}

/** So much may be on its way, in MiB. */
const ON_THE_WAY = 40

/** The n-th piece of the file, not the same as any other. */
const piece = (n: number) => Buffer.alloc(MIB * 3, createHash('sha256').update(String(n)).digest())

/** The pieces of a file of so many MiB, made while they are sent; each looks at what is on its way. */
function* pieces(size: number, way: Way): Generator<Buffer> {
  for (let n = 0; n < size / 3; n++) {
    way.most = Math.max(way.most, n * 3 - spooled(way.dataDir) / MIB)
    yield piece(n)
  }
}

/** A JSON body with one file. */
function* bodyWithFile(testId: number, size: number, way: Way): Generator<Buffer> {
  yield Buffer.from(`{"entity":"test","entity-id":${testId},"data":{"files":[{"filename":"a.bin","content_encoded":"`)
  for (const bytes of pieces(size, way)) yield Buffer.from(bytes.toString('base64'))
  yield Buffer.from('"}]}}')
}

/** A multipart form with the same file. */
function* formWithFile(size: number, way: Way): Generator<Buffer> {
  yield Buffer.from('--x\r\nContent-Disposition: form-data; name="result_files[a.bin]"\r\n\r\n')
  yield* pieces(size, way)
  yield Buffer.from('\r\n--x--\r\n')
}

const upload = (url: string, body: Iterable<Buffer>, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { pttoken: TOKEN, ...headers },
    body: ReadableStream.from(body),
    duplex: 'half',
  })

describe.each(['disk', 's3'])(`a file of ${SIZE} MiB on %s`, (kind) => {
  let server: ServerProcess
  let s3: Awaited<ReturnType<typeof startS3>> | undefined
  beforeAll(async () => {
    s3 = kind === 's3' ? await startS3() : undefined
    server = await startServer({
      env: {
        ASSAY_MAX_BODY_MB: '1024',
        ASSAY_MAX_FILE_MB: '1000',
        ...(s3 && {
          ASSAY_S3_ENDPOINT: s3.options.endpoint,
          ASSAY_S3_BUCKET: s3.options.bucket,
          ASSAY_S3_ACCESS_KEY_ID: s3.options.accessKeyId,
          ASSAY_S3_SECRET_ACCESS_KEY: s3.options.secretAccessKey,
          ASSAY_S3_PREFIX: 'assay',
        }),
      },
    })
  })
  afterAll(async () => {
    await server?.stop()
    await s3?.close()
  })

  it('is stored and read back while memory stays flat', { timeout: 120_000 + SIZE * 1000 }, async () => {
    const project = (await call(server, 'GET', '/projects.json')).data[0].id as string
    const author = Number((await call(server, 'GET', '/users.json')).data[0].id)
    const at = (path: string) => `${server.url}/api/v2/projects/${project}${path}`
    const test = { data: { attributes: { name: 'large', 'author-id': author } } }
    const id = Number((await call(server, 'POST', `/projects/${project}/tests.json`, test)).data.id)
    const set = { data: { attributes: { name: 's' }, instances: { 'test-ids': [id] } } }
    await call(server, 'POST', `/projects/${project}/sets.json`, set)
    const instance = (await call(server, 'GET', `/projects/${project}/instances.json`)).data[0].id
    const v1 = `${server.url}/api/v1/automated_tests/upload_test_result.json?instance_id=${instance}&exit_code=0`

    /** Sends a file in a JSON body, reads it, and sends it in a form; the most memory that there was by then. */
    async function sendAndRead(size: number) {
      const bytes = Math.ceil(size / 3) * 3 * MIB
      const ways = { body: { dataDir: server.dataDir, most: 0 }, form: { dataDir: server.dataDir, most: 0 } }
      const sent = await upload(at('/attachments.json'), bodyWithFile(id, size, ways.body))
      const body = (await sent.json()) as Json
      expect([sent.status, body.data?.[0].attributes.size]).toEqual([200, bytes])
      const answer = await fetch(at(`/attachments/${body.data[0].id}`), { headers: { pttoken: TOKEN } })
      const [hash, wanted] = [createHash('sha256'), createHash('sha256')]
      for await (const chunk of answer.body as unknown as AsyncIterable<Buffer>) hash.update(chunk)
      for (let n = 0; n < size / 3; n++) wanted.update(piece(n))
      expect(hash.digest('hex')).toBe(wanted.digest('hex'))
      const form = formWithFile(size, ways.form)
      const run = (await (await upload(v1, form, { 'content-type': 'multipart/form-data; boundary=x' })).json()) as Json
      const [kept] = (
        await call(server, 'GET', `/projects/${project}/attachments.json?entity=run&entity-id=${run.data.id}`)
      ).data
      expect(kept.attributes).toMatchObject({ name: 'a.bin', size: bytes })
      return { peak: peakOf(server.pid), body: ways.body.most, form: ways.form.most }
    }

    const small = await sendAndRead(SIZE / 10)
    const large = await sendAndRead(SIZE)
    const mib = (number: number) => number.toFixed(0)
    console.log(
      `${SIZE} MiB on ${kind}: ${mib(large.body)} and ${mib(large.form)} MiB on their way at most, ` +
        `memory at most ${mib(large.peak)} MiB, with a tenth of it ${mib(small.peak)} MiB`,
    )
    // Buffers of both ends and of the system between them, whatever the size.
    expect([large.body <= ON_THE_WAY, large.form <= ON_THE_WAY]).toEqual([true, true])
    // Buffers of the parser, of the disk and of the garbage collector, whatever the size.
    expect(large.peak / small.peak).toBeLessThan(1.5)
    await expect.poll(() => spooled(server.dataDir)).toBe(0)
    expect(readdirSync(server.dataDir).includes('attachments')).toBe(kind === 'disk')
  })
})

describe('an S3 service that is away', () => {
  it('makes uploads 503, which store nothing', async () => {
    const server = await startServer({
      env: {
        ASSAY_S3_ENDPOINT: 'http://127.0.0.1:9',
        ASSAY_S3_BUCKET: 'assay',
        ASSAY_S3_ACCESS_KEY_ID: 'key-that-is-secret',
        ASSAY_S3_SECRET_ACCESS_KEY: 'secret-that-is-secret',
      },
    })
    const project = (await call(server, 'GET', '/projects.json')).data[0].id as string
    const author = Number((await call(server, 'GET', '/users.json')).data[0].id)
    const test = { data: { attributes: { name: 'large', 'author-id': author } } }
    const id = Number((await call(server, 'POST', `/projects/${project}/tests.json`, test)).data.id)
    for (const size of [1, 400_000]) {
      const answer = await fetch(`${server.url}/api/v2/projects/${project}/attachments.json`, {
        method: 'POST',
        headers: { pttoken: TOKEN },
        body: JSON.stringify({
          entity: 'test',
          'entity-id': id,
          data: { files: [{ filename: 'a', content_encoded: Buffer.alloc(size).toString('base64') }] },
        }),
      })
      const { errors } = (await answer.json()) as Json
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
      expect(errors[0].title).toMatch(/The storage of attachments does not answer/)
    }
    const kept = await call(server, 'GET', `/projects/${project}/attachments.json?entity=test&entity-id=${id}`)
    expect(kept.data).toEqual([])
    await server.stop()
    expect(server.output()).toContain('S3 could not store an attachment')
    expect(server.output()).not.toContain('that-is-secret')
  })
})
