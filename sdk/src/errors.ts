/** One element of `errors` in a refusal. */
export interface ApiErrorObject {
  /** The request id, on server errors. */
  id?: string
  status?: string
  /** A sentence that says what is wrong. */
  title: string
  detail?: string
  /** Where: a JSON pointer into the body, or a query parameter. */
  source?: { pointer?: string; parameter?: string }
  /** Of PTQL and JSON errors: position, line, column. */
  meta?: Record<string, unknown>
}

export interface AssayErrorDetails {
  requestId?: string | null
  retryAfter?: number | null
  cause?: unknown
}

/** The server answered, but not with success. The message is the titles of `errors`. */
export class AssayError extends Error {
  override readonly name: string = 'AssayError'
  /** The HTTP status; 0 when no answer came. */
  readonly status: number
  /** What is wrong, one element a problem; empty when no answer came. */
  readonly errors: readonly ApiErrorObject[]
  /** `X-Request-Id` of the answer: what an operator finds in the log. */
  readonly requestId: string | null
  /** Milliseconds after which the server asked to try again. */
  readonly retryAfter: number | null

  constructor(message: string, status: number, errors: readonly ApiErrorObject[], details: AssayErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause })
    this.status = status
    this.errors = errors
    this.requestId = details.requestId ?? null
    this.retryAfter = details.retryAfter ?? null
  }
}

/** No complete answer arrived, after all retries. `cause` is what the last attempt died of. */
export class AssayConnectionError extends AssayError {
  override readonly name = 'AssayConnectionError'

  constructor(message: string, cause: unknown) {
    super(message, 0, [], { cause })
  }
}
