import { type Query, requestUrl, serverRoot } from './addresses.ts'
import { AssayConnectionError, AssayError } from './errors.ts'
import { readAnswer } from './read-answer.ts'
import { backOffDelay, isRetriedStatus, pause, type RetryOptions } from './retry.ts'

export interface ClientOptions {
  /** `https://assay.example.org`, with or without `/api/v2`. */
  baseUrl: string
  /** Sent as `PTToken`. */
  token: string
  /** Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch
  retry?: RetryOptions
  /** Milliseconds one attempt may take before it counts as a dropped connection. Default 120,000. */
  timeout?: number
  /** Ends every request of this client. */
  signal?: AbortSignal
}

/** What any request may be given beside its parameters. */
export interface CallOptions {
  /** Ends this request. */
  signal?: AbortSignal
  /** Default for writes: a random key. `null` sends none; then only a 429 is retried. */
  idempotencyKey?: string | null
}

export interface RequestOptions extends CallOptions {
  query?: Query
  body?: unknown
  /** The answer is a file, not JSON. */
  bytes?: boolean
}

/** One request; resolves with the parsed body, rejects with an `AssayError`, or with the reason of an abort. */
export type Request = <T = unknown>(method: string, path: string, options?: RequestOptions) => Promise<T>

/** A fresh idempotency key: 128 random bits as hex. Works where `crypto.randomUUID` is missing (plain-HTTP pages). */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * The function that all requests of one server and token go through. A request that meets 409, 429, 500, 502, 503, 504
 * or a dropped connection is repeated with the same `Idempotency-Key`, so a write whose answer was lost is never done
 * twice. `path` is below `/api/v2`, or with a leading slash below the server.
 */
export function createRequest(options: ClientOptions): Request {
  const { token, timeout = 120_000, retry = {} } = options
  const { retries = 8, backOff = 250, deadline = 300_000, onRetry } = retry
  const fetch = options.fetch ?? globalThis.fetch
  const root = serverRoot(options.baseUrl)

  return async function request<T>(method: string, path: string, wanted: RequestOptions = {}) {
    const { query, body, bytes = false, idempotencyKey } = wanted
    const signal = anyOf([options.signal, wanted.signal])
    const reads = method === 'GET' || method === 'HEAD'
    const key = idempotencyKey === undefined && !reads ? randomKey() : idempotencyKey
    const headers: Record<string, string> = { PTToken: token, Accept: bytes ? '*/*' : 'application/json' }
    if (key) headers['Idempotency-Key'] = key
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    // Serialised once: a repeat must be the same bytes, or the server refuses the key.
    const payload = body === undefined ? null : JSON.stringify(body)
    const url = requestUrl(root, path, query)
    const started = Date.now()

    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted()
      let reason: AssayError
      try {
        const limit = anyOf([signal, AbortSignal.timeout(timeout)]) as AbortSignal
        const redirect = bytes ? 'manual' : 'follow'
        const answer = await fetch(url, { method, headers, body: payload, signal: limit, redirect })
        const response = bytes ? await followed(fetch, root, answer, { url, headers, signal: limit }) : answer
        return (await readAnswer(response, bytes)) as T
      } catch (error) {
        signal?.throwIfAborted()
        reason = error instanceof AssayError ? error : connectionError(root, error)
      }
      // A 429 was certainly not done; after everything else, a write without a key may have been.
      const mayRepeat = reads || key ? isRetriedStatus(reason.status) : reason.status === 429
      if (!mayRepeat || speaksPlainHttp(reason.cause) || attempt > retries) throw reason
      const delay = reason.retryAfter ?? backOffDelay(attempt, backOff)
      if (Date.now() - started + delay > deadline) throw reason
      onRetry?.({ method, path, attempt, delay, reason })
      await pause(delay, signal)
    }
  }
}

interface Followed {
  url: string
  headers: Record<string, string>
  signal: AbortSignal
}

/**
 * What a download leads to. Its address needs no token, and its path is asked of the configured server, which may know
 * itself by another name. Browsers hide the address, so there they follow it themselves.
 */
async function followed(fetch: typeof globalThis.fetch, root: string, answer: Response, asked: Followed) {
  if (answer.type === 'opaqueredirect') return fetch(asked.url, { headers: asked.headers, signal: asked.signal })
  const location = answer.headers.get('location')
  if (answer.status < 300 || answer.status > 399 || location === null) return answer
  await answer.body?.cancel()
  const { pathname, search } = new URL(location, root)
  return fetch(`${root}${pathname.slice(Math.max(0, pathname.indexOf('/files/')))}${search}`, { signal: asked.signal })
}

function anyOf(signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined)
  return given.length > 1 ? AbortSignal.any(given) : given[0]
}

/** Node hides the useful part of a failed fetch ("connect ECONNREFUSED …") in the cause. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error
}

/** Whether https met a port that answers without TLS. Asking again would meet the same. */
function speaksPlainHttp(error: unknown): boolean {
  return (causeOf(error) as { code?: unknown } | undefined)?.code === 'ERR_SSL_WRONG_VERSION_NUMBER'
}

function connectionError(root: string, error: unknown): AssayConnectionError {
  const { origin, host } = new URL(root)
  if (speaksPlainHttp(error)) {
    const message = `${origin} does not speak https: use http://${host}, or the address of the proxy that adds TLS`
    return new AssayConnectionError(message, error)
  }
  const cause = causeOf(error)
  const why = cause instanceof Error ? cause.message || cause.name : String(cause)
  return new AssayConnectionError(`No answer from ${origin}: ${why}`, error)
}
