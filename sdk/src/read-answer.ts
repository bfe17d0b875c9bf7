import { type ApiErrorObject, AssayError } from './errors.ts'
import { retryAfterDelay } from './retry.ts'

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function errorObjects(body: unknown): ApiErrorObject[] {
  const errors = typeof body === 'object' && body !== null && 'errors' in body ? body.errors : undefined
  if (!Array.isArray(errors)) return []
  return errors.filter((error): error is ApiErrorObject => typeof error?.title === 'string')
}

/**
 * Reads the body of a response to its end and returns the parsed JSON, with `bytes` the bytes, or throws an `AssayError`.
 * A success that is not JSON is an error too: a proxy's log-in page answers 200.
 */
export async function readAnswer(response: Response, bytes = false): Promise<unknown> {
  if (response.ok && bytes) return new Uint8Array(await response.arrayBuffer())
  const body = parseJson(await response.text())
  if (response.ok && body !== undefined) return body
  const errors = errorObjects(body)
  if (errors.length === 0) {
    const title = response.ok
      ? 'The answer is not JSON; is this the address of an Assay server?'
      : `The server answered ${response.status} ${response.statusText}`.trim()
    errors.push({ status: String(response.status), title })
  }
  throw new AssayError(errors.map(({ title }) => title).join('; '), response.status, errors, {
    requestId: response.headers.get('x-request-id'),
    retryAfter: retryAfterDelay(response.headers.get('retry-after')),
  })
}
