import { apiRoot, pathOfLink, type Query, requestUrl } from './addresses.ts'
import { AssayApiError, AssayConnectionError } from './errors.ts'
import type { ListDocument, Resource } from './json-api.ts'
import { readAnswer } from './read-answer.ts'
import { backOffDelay, isRetriedStatus, pause, retryAfterDelay } from './retry.ts'

/** What `onRetry` is told before each wait. */
export interface RetryNotice {
  method: string
  path: string
  /** 1 for the first retry. */
  attempt: number
  /** Milliseconds until the request is sent again. */
  delay: number
  reason: Error
}

export interface ClientOptions {
  /** `https://assay.example.org`, with or without `/api/v2`. */
  baseUrl: string
  /** Sent as `PTToken`. */
  token: string
  /** Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch
  /** Retries per request after the first attempt. Default 8, which is about a minute. */
  retries?: number
  /** First back-off in milliseconds; doubles each time. Default 250. */
  backOff?: number
  /** Milliseconds one attempt may take before it counts as a dropped connection. Default 120,000. */
  timeout?: number
  onRetry?: (notice: RetryNotice) => void
  signal?: AbortSignal
}

export interface RequestOptions {
  query?: Query
  body?: unknown
  /** Default for writes: a random key. `null` sends none, and then nothing is retried. */
  idempotencyKey?: string | null
}

export interface AssayClient {
  /** One request; resolves with the parsed body, rejects with `AssayApiError` or `AssayConnectionError`. */
  request: <T = unknown>(method: string, path: string, options?: RequestOptions) => Promise<T>
  /** Every resource of a list, page after page, following `links.next`. */
  list: <A = Record<string, unknown>>(path: string, query?: Query) => AsyncGenerator<Resource<A>, void, undefined>
}

/** A fresh idempotency key: 128 random bits as hex. Works where `crypto.randomUUID` is missing (plain-HTTP pages). */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * A client of one server and token. A request that meets 409, 429, 500, 502, 503, 504 or a dropped connection is
 * repeated with the same `Idempotency-Key`, so a write whose answer was lost is never done twice.
 *
 * @example
 * const client = createClient({ baseUrl: 'https://assay.example.org', token })
 * for await (const run of client.list('projects/2/runs.json', { 'set-ids': 90 })) console.log(run.id)
 */
export function createClient(options: ClientOptions): AssayClient {
  const { token, retries = 8, backOff = 250, timeout = 120_000, onRetry, signal } = options
  const fetch = options.fetch ?? globalThis.fetch
  const root = apiRoot(options.baseUrl)

  async function request<T>(method: string, path: string, { query, body, idempotencyKey }: RequestOptions = {}) {
    const reads = method === 'GET' || method === 'HEAD'
    const key = idempotencyKey === undefined && !reads ? randomKey() : idempotencyKey
    const headers: Record<string, string> = { PTToken: token, Accept: 'application/json' }
    if (key) headers['Idempotency-Key'] = key
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    // Serialised once: a repeat must be the same bytes, or the server refuses the key.
    const payload = body === undefined ? null : JSON.stringify(body)
    const url = requestUrl(root, path, query)
    const attempts = reads || key ? retries + 1 : 1

    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted()
      const limit = AbortSignal.timeout(timeout)
      let retryAfter: number | null = null
      let reason: Error
      try {
        const response = await fetch(url, {
          method,
          headers,
          body: payload,
          signal: signal ? AbortSignal.any([signal, limit]) : limit,
        })
        retryAfter = retryAfterDelay(response.headers.get('retry-after'))
        return (await readAnswer(response)) as T
      } catch (error) {
        signal?.throwIfAborted()
        if (error instanceof AssayApiError && !isRetriedStatus(error.status)) throw error
        reason = error instanceof AssayApiError ? error : connectionError(root, error)
      }
      if (attempt >= attempts) throw reason
      const delay = retryAfter ?? backOffDelay(attempt, backOff)
      onRetry?.({ method, path, attempt, delay, reason })
      await pause(delay, signal)
    }
  }

  async function* list<A>(path: string, query?: Query): AsyncGenerator<Resource<A>, void, undefined> {
    let page = await request<ListDocument<A>>('GET', path, query ? { query } : {})
    for (;;) {
      yield* page.data
      const next = page.links?.next
      if (!next) return
      page = await request<ListDocument<A>>('GET', pathOfLink(next))
    }
  }

  return { request, list }
}

/** Node hides the useful part of a failed fetch ("connect ECONNREFUSED …") in the cause. */
function connectionError(root: string, error: unknown): AssayConnectionError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const why = cause instanceof Error ? cause.message || cause.name : String(cause)
  return new AssayConnectionError(`No answer from ${new URL(root).origin}: ${why}`, { cause: error })
}
