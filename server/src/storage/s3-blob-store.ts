import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout as sleep } from 'node:timers/promises'
import type { S3mini } from 's3mini'
import { sha256InParts } from '../core/hash.ts'
import { type TallyValue, tally } from '../core/tally.ts'
import { withoutTrailing } from '../core/text.ts'
import { type BlobStore, createKeyedQueue, GRACE, StorageUnavailable } from './blob-store.ts'

/** Where an S3-compatible service keeps the attachments, and who may write there. */
export interface S3Options {
  endpoint: string
  region: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  /** What keys start with: empty, or ending in `/`. */
  prefix: string
  /** Whether the bucket is part of the path, or of the host. */
  pathStyle: boolean
}

/** Milliseconds until the service must have begun to answer; sending a body counts at 256 KiB a second at least. */
const PATIENCE = 15_000
const SLOWEST = 256

const ATTEMPTS = 3

type Operation = TallyValue<'assay_s3_failures_total'>

const WHAT: Record<Operation, string> = {
  store: 'store an attachment',
  read: 'read an attachment',
  remove: 'remove an attachment',
  list: 'list attachments',
}

/** Worth another try at once: no connection, or the service is busy. */
function isPassing(error: unknown): boolean {
  const { status } = error as { status?: number }
  return status === undefined || status >= 500 || status === 429
}

/** What went wrong, without what was sent: the headers of a request hold its signature. */
function explain(error: unknown): string {
  const { message, cause } = error as Error
  const { code } = (cause ?? error) as { code?: string }
  return code === undefined || message.includes(code) ? message : `${message} (${code})`
}

/** Sends a stream. The fetch of Node reads it into memory as fast as it comes, however slowly the service takes it. */
async function sendStream(url: string | URL, body: Readable, init: RequestInit): Promise<Response> {
  const send = new URL(url).protocol === 'https:' ? https.request : http.request
  const { method, signal } = init
  const request = send(url, {
    method,
    headers: Object.fromEntries(new Headers(init.headers)),
    signal: signal as AbortSignal,
  })
  const answered = once(request, 'response') as Promise<[IncomingMessage]>
  // A service that refuses may do so in the middle of the body: then its answer counts.
  pipeline(body, request).catch((error: Error) => request.destroy(error))
  const [answer] = await answered
  return new Response(await text(answer), { status: answer.statusCode })
}

/** As fetch, but gives up on a service that does not begin to answer; a body may then take as long as it comes. */
async function impatientFetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const size = Number(new Headers(init.headers).get('content-length') ?? 0)
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(new Error('no answer in time')), PATIENCE + size / SLOWEST)
  try {
    const { body } = init as { body?: unknown }
    if (body instanceof Readable) return await sendStream(input as string, body, { ...init, signal: giveUp.signal })
    return await fetch(input, { ...init, signal: giveUp.signal })
  } finally {
    clearTimeout(timer)
  }
}

function addressOf({ endpoint, bucket, pathStyle }: S3Options): string {
  const url = new URL(endpoint)
  if (pathStyle) url.pathname = `${withoutTrailing(url.pathname, '/')}/${bucket}`
  else url.host = `${bucket}.${url.host}`
  return url.href
}

/**
 * Keeps attachments as objects `<prefix><account>/<sha256>`. The client is loaded at the first use. What the service
 * cannot do after three attempts is thrown as StorageUnavailable.
 */
export function createS3BlobStore(options: S3Options): BlobStore {
  const { prefix, region, accessKeyId, secretAccessKey } = options
  const alone = createKeyedQueue()
  const keyOf = (accountId: number, hash: string) => `${prefix}${accountId}/${hash}`
  let loading: Promise<S3mini> | undefined

  async function load(): Promise<S3mini> {
    const { S3mini } = await import('s3mini')
    return new S3mini({ endpoint: addressOf(options), region, accessKeyId, secretAccessKey, fetch: impatientFetch })
  }

  /** Runs a request, again when the service is busy. */
  async function ask<T>(operation: Operation, request: (client: S3mini) => Promise<T>): Promise<T> {
    loading ??= load()
    const client = await loading
    for (let attempt = 1; ; attempt++) {
      try {
        return await request(client)
      } catch (error) {
        if (attempt === ATTEMPTS || !isPassing(error)) {
          tally('assay_s3_failures_total', operation)
          throw new StorageUnavailable(`S3 could not ${WHAT[operation]}: ${explain(error)}`)
        }
        tally('assay_s3_retries_total', operation)
        await sleep(100 * 4 ** attempt * Math.random())
      }
    }
  }

  /**
   * Always sent, also when it is there already: so its time is new, and no sweep takes it before the transaction
   * commits. The service checks what arrived against the hash.
   */
  async function send(key: string, hash: string, size: number, open: () => Buffer | Readable): Promise<void> {
    const checked = { 'x-amz-checksum-sha256': Buffer.from(hash, 'hex').toString('base64') }
    await alone(key, () =>
      ask('store', async (client) => {
        const { body: answer } = await client.putObject(key, open() as Buffer, undefined, undefined, checked, size)
        await answer?.cancel()
      }),
    )
  }

  async function removeUnlessFresh(key: string, now: number): Promise<boolean> {
    return alone(key, () =>
      ask('remove', async (client) => {
        // The list may be minutes old by now; another node may have stored the content anew.
        const [object] = (await client.listObjects('/', key, 1)) ?? []
        if (object?.Key !== key || now - Date.parse(String(object.LastModified)) < GRACE) return false
        return client.deleteObject(key)
      }),
    )
  }

  return {
    async put(accountId, bytes) {
      const hash = await sha256InParts(bytes)
      await send(keyOf(accountId, hash), hash, bytes.length, () => bytes)
      return hash
    },
    async putFile(accountId, { path, hash, size }) {
      await send(keyOf(accountId, hash), hash, size, () => createReadStream(path))
    },
    async open(accountId, hash) {
      const answer = await ask('read', (client) => client.getObjectResponse(keyOf(accountId, hash)))
      return answer?.body ? Readable.fromWeb(answer.body as ReadableStream) : undefined
    },
    async sweep(isReferenced, now) {
      let removed = 0
      for (let from: string | undefined, more = true; more; more = from !== undefined) {
        const page = await ask('list', (client) => client.listObjectsPaged('/', prefix, 1000, from))
        from = page?.nextContinuationToken
        for (const { Key: key, LastModified: time } of page?.objects ?? []) {
          const [, account, hash] = /^(\d+)\/([\da-f]{64})$/.exec(key.slice(prefix.length)) ?? []
          if (account === undefined || hash === undefined || now - Date.parse(String(time)) < GRACE) continue
          if (await isReferenced(Number(account), hash)) continue
          if (await removeUnlessFresh(key, now)) removed++
        }
      }
      return removed
    },
  }
}
