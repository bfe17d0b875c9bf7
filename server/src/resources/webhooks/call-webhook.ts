import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { MAX_RESPONSE } from '../../core/limits.ts'
import { isRefusedAddress } from './refused-addresses.ts'
import { type Address, resolveHost } from './resolve-host.ts'

/** A whole attempt, from resolving the host to the answer, takes no longer, in milliseconds (contract §7.12). */
const TIMEOUT = 5000

export interface Call {
  url: string
  headers: Record<string, string>
  body: string
  /** Whether private addresses may be called. */
  allowPrivate: boolean
  /** Milliseconds; 5 s unless a test is in a hurry. */
  timeout?: number
}

/** What came of an attempt: the status code, if there was an answer, and what went wrong, if anything did. */
export interface Outcome {
  code: number | null
  error: string | null
}

/** What may be said about a failed connection: no text of the far side, and no address that a name stands for. */
const FAILURES: Record<string, string> = {
  ECONNREFUSED: 'The connection was refused',
  ECONNRESET: 'The connection was closed before an answer',
  EHOSTUNREACH: 'The host cannot be reached',
  ENETUNREACH: 'The host cannot be reached',
  ENOTFOUND: 'The host name cannot be resolved',
  EAI_AGAIN: 'The host name cannot be resolved',
  ETIMEDOUT: 'There was no answer in time',
  ABORT_ERR: 'There was no answer in time',
}

function describe(error: unknown): string {
  const code = String((error as { code?: unknown }).code ?? '')
  return FAILURES[code] ?? (code === '' ? 'The connection failed' : `The connection failed: ${code}`)
}

function judge(code: number): Outcome {
  if (code >= 200 && code < 300) return { code, error: null }
  if (code >= 300 && code < 400) return { code, error: 'The answer was a redirect, and those are not followed' }
  return { code, error: `The answer was ${code}, not 2xx` }
}

/** The addresses of a host that may be called; none when all of them are refused. Throws when it has none. */
async function addressesOf(hostname: string, allowPrivate: boolean): Promise<Address[]> {
  const all = await resolveHost(hostname.replace(/^\[|\]$/g, ''))
  return allowPrivate ? all : all.filter(({ address }) => !isRefusedAddress(address))
}

function post(call: Call, addresses: readonly Address[], signal: AbortSignal): Promise<Outcome> {
  const url = new URL(call.url)
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  // The connection goes to the addresses that were checked, whatever the name resolves to by now.
  const lookup: LookupFunction = (_host, { all }, done) => {
    const [first] = addresses as [Address, ...Address[]]
    if (all) done(null, [...addresses])
    else done(null, first.address, first.family)
  }
  return new Promise((settle, fail) => {
    const headers = { ...call.headers, 'content-length': String(Buffer.byteLength(call.body)) }
    const sent = request(url, { method: 'POST', headers, lookup, signal, agent: false }, (response) => {
      // Its code counts, however the rest of the answer ends.
      settle(judge(response.statusCode as number))
      let read = 0
      response.on('data', (chunk: Buffer) => {
        read += chunk.length
        if (read >= MAX_RESPONSE) response.destroy()
      })
      response.on('error', () => {})
    })
    sent.on('error', fail)
    sent.end(call.body)
  })
}

/** Makes one attempt and says what came of it; never throws. A host whose addresses are all refused is a failure. */
export async function callWebhook(call: Call): Promise<Outcome> {
  const signal = AbortSignal.timeout(call.timeout ?? TIMEOUT)
  const late = new Promise<Outcome>((settle) => {
    signal.addEventListener('abort', () => settle({ code: null, error: FAILURES.ABORT_ERR as string }), { once: true })
  })
  const attempt = async (): Promise<Outcome> => {
    const addresses = await addressesOf(new URL(call.url).hostname, call.allowPrivate)
    if (addresses.length === 0) {
      return { code: null, error: 'The host is, or resolves to, an address that webhooks may not call' }
    }
    return post(call, addresses, signal)
  }
  try {
    // Resolving cannot be aborted, so it is left behind.
    return await Promise.race([attempt(), late])
  } catch (error) {
    return { code: null, error: describe(error) }
  }
}
