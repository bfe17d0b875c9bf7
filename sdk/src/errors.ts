import type { ApiErrorObject } from './json-api.ts'

/** The server answered, but not with success. `errors` is never empty. */
export class AssayApiError extends Error {
  override readonly name = 'AssayApiError'
  readonly status: number
  readonly errors: ApiErrorObject[]
  readonly requestId: string | null

  constructor(status: number, errors: ApiErrorObject[], requestId: string | null = null) {
    super(errors.map((error) => error.title).join('; '))
    this.status = status
    this.errors = errors
    this.requestId = requestId
  }
}

/** No complete answer arrived, after all retries. `cause` is what the last attempt died of. */
export class AssayConnectionError extends Error {
  override readonly name = 'AssayConnectionError'
}
