import { AssayApiError } from './errors.ts'
import type { ApiErrorObject } from './json-api.ts'

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
 * Reads the body of a response to its end and returns the parsed JSON, or throws an `AssayApiError`.
 * A success that is not JSON is an error too: a proxy's log-in page answers 200.
 */
export async function readAnswer(response: Response): Promise<unknown> {
  const body = parseJson(await response.text())
  if (response.ok && body !== undefined) return body
  const errors = errorObjects(body)
  if (errors.length === 0) {
    const title = response.ok
      ? 'The answer is not JSON; is this the address of an Assay server?'
      : `The server answered ${response.status} ${response.statusText}`.trim()
    errors.push({ status: String(response.status), title })
  }
  throw new AssayApiError(response.status, errors, response.headers.get('x-request-id'))
}
