import { createClient } from '../client.ts'
import type { ClientOptions } from '../request.ts'
import type { RetryNotice, RetryOptions } from '../retry.ts'

export interface Call {
  method: string
  url: string
  headers: Headers
  body: unknown
  signal: AbortSignal
}

type Settings = RetryOptions & Pick<ClientOptions, 'signal' | 'timeout' | 'baseUrl'>
type Answerer = (call: Call) => Promise<Response>

/** A client whose requests are answered by `answers`, one after the other; the last one stays. */
export function clientOf(answers: (Response | Error | Answerer)[], settings: Partial<Settings> = {}) {
  const { signal, timeout, baseUrl = 'https://assay.example.org/', ...retry } = settings
  const calls: Call[] = []
  const waits: RetryNotice[] = []
  const client = createClient({
    baseUrl,
    token: 'secret',
    ...(signal ? { signal } : {}),
    ...(timeout ? { timeout } : {}),
    retry: { retries: 3, backOff: 1, onRetry: (notice) => waits.push(notice), ...retry },
    fetch: async (url, init) => {
      const call: Call = {
        method: String(init?.method ?? 'GET'),
        url: String(url),
        headers: new Headers(init?.headers),
        body: init?.body,
        signal: init?.signal as AbortSignal,
      }
      calls.push(call)
      const answer = answers[Math.min(calls.length, answers.length) - 1] as Response | Error | Answerer
      if (answer instanceof Error) throw answer
      return typeof answer === 'function' ? answer(call) : answer.clone()
    },
  })
  return { client, calls, waits }
}

/** An answer of the server. */
export const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

/** What Node's fetch throws when nobody listens. */
export const dropped = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })

/** Never answers; ends as fetch does when its signal aborts. */
export const silent: Answerer = ({ signal }) =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('value' in outcome) throw new Error(`resolved with ${JSON.stringify(outcome.value)}`)
  return outcome.error
}
