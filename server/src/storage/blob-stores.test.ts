import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startS3 } from '../../../test-support/s3-server.ts'
import { sha256 } from '../core/hash.ts'
import { tallied } from '../core/tally.ts'
import { type BlobStore, StorageUnavailable } from './blob-store.ts'
import { createDiskBlobStore } from './disk-blob-store.ts'
import { createS3BlobStore } from './s3-blob-store.ts'

const HOUR = 3_600_000

async function openStore(kind: string, folder: string): Promise<{ store: BlobStore; close(): Promise<void> }> {
  if (kind === 'disk') return { store: createDiskBlobStore(join(folder, 'attachments')), close: async () => {} }
  const s3 = await startS3()
  return { store: createS3BlobStore(s3.options), close: s3.close }
}

describe.each(['disk', 's3'])('attachments on %s', (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-blobs-'))
  let opened: Awaited<ReturnType<typeof openStore>>
  beforeAll(async () => {
    opened = await openStore(kind, folder)
  })
  afterAll(async () => {
    await opened?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const read = async (account: number, hash: string) => {
    const stream = await opened.store.open(account, hash)
    return stream && (await buffer(stream)).toString('latin1')
  }

  it('come back byte by byte, to their account only; storing twice is storing once', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('hello'), randomBytes(300_000)]) {
      const hash = await opened.store.put(1, bytes)
      expect(hash).toBe(sha256(bytes))
      expect(await opened.store.put(1, bytes)).toBe(hash)
      expect(await read(1, hash)).toBe(bytes.toString('latin1'))
      expect(await read(2, hash)).toBeUndefined()
    }
    expect(await read(1, 'f'.repeat(64))).toBeUndefined()
  })

  it('are taken from a file', async () => {
    const bytes = randomBytes(2_000_000)
    const hash = sha256(bytes)
    for (const name of ['once', 'twice']) {
      const path = join(folder, name)
      writeFileSync(path, bytes)
      await opened.store.putFile(3, { path, hash, size: bytes.length })
      expect(await read(3, hash)).toBe(bytes.toString('latin1'))
    }
  })

  it('are swept when nothing refers to them and nobody stored them within an hour', async () => {
    const [kept, dropped] = [await opened.store.put(7, Buffer.from('k')), await opened.store.put(7, Buffer.from('d'))]
    const isReferenced = async (account: number, hash: string) => account !== 7 || hash === kept
    expect(await opened.store.sweep(isReferenced, Date.now())).toBe(0)
    expect(await opened.store.sweep(isReferenced, Date.now() + HOUR + 5_000)).toBe(1)
    expect([await read(7, kept), await read(7, dropped)]).toEqual(['k', undefined])
  })
})

it('removes what an upload left half-written on disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-blobs-'))
  const store = createDiskBlobStore(folder)
  await store.put(1, Buffer.from('x'))
  const [first = ''] = readdirSync(join(folder, '1'))
  const part = join(folder, '1', first, 'cut.part')
  writeFileSync(part, 'half')
  utimesSync(part, new Date(0), new Date(0))
  expect(await store.sweep(async () => true, Date.now())).toBe(1)
  rmSync(folder, { recursive: true })
})

describe('an S3 service in trouble', () => {
  let service: Server
  let asked = 0
  let answer: (path: string) => number
  let store: BlobStore
  beforeAll(async () => {
    service = createServer((request, response) => {
      asked++
      request.resume().once('end', () => response.writeHead(answer(request.url ?? '')).end())
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => service.once('listening', resolve))
    const endpoint = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
    const secret = { accessKeyId: 'id', secretAccessKey: 'very-secret' }
    store = createS3BlobStore({ endpoint, region: 'r', bucket: 'b', prefix: '', pathStyle: true, ...secret })
  })
  afterAll(() => service.close())

  it('is asked three times, and then the storage is unavailable', async () => {
    asked = 0
    answer = () => 503
    const counted = () => [tallied('assay_s3_retries_total', 'store'), tallied('assay_s3_failures_total', 'store')]
    const [retries = 0, failures = 0] = counted()
    const trouble = await store.put(1, Buffer.from('x')).catch((error: unknown) => error)
    expect(trouble).toBeInstanceOf(StorageUnavailable)
    expect(String(trouble)).toMatch(/S3 could not store an attachment: .*503/)
    expect(String(trouble)).not.toContain('very-secret')
    expect(asked).toBe(3)
    expect(counted()).toEqual([retries + 2, failures + 1])
  })

  it('that recovers has stored the attachment', async () => {
    asked = 0
    answer = () => (asked < 3 ? 500 : 200)
    expect(await store.put(1, Buffer.from('x'))).toBe(sha256('x'))
  })

  it('that refuses is not asked again', async () => {
    asked = 0
    answer = () => 403
    await expect(store.open(1, 'x')).rejects.toThrow(/S3 could not read an attachment: .*403/)
    expect(asked).toBe(1)
  })
})

it('signs what it sends to S3, and says when the keys are wrong', async () => {
  const { options, close } = await startS3(true)
  const store = createS3BlobStore(options)
  const hash = await store.put(1, Buffer.from('signed'))
  expect((await buffer((await store.open(1, hash)) as Readable)).toString()).toBe('signed')
  const wrong = createS3BlobStore({ ...options, secretAccessKey: 'another' })
  await expect(wrong.put(1, Buffer.from('x'))).rejects.toThrow(/403.*SignatureDoesNotMatch/)
  await close()
})

it('says that S3 cannot be reached', async () => {
  const options = { region: 'r', bucket: 'b', accessKeyId: 'id', secretAccessKey: 's', prefix: '', pathStyle: true }
  const store = createS3BlobStore({ endpoint: 'http://127.0.0.1:9', ...options })
  await expect(store.put(1, Buffer.from('x'))).rejects.toThrow(/S3 could not store an attachment: /)
})
