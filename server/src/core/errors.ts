import { MAX_PROBLEM_TITLE, MAX_PROBLEMS } from './limits.ts'
import { beginning, harmless } from './shown-value.ts'

/** Where a problem sits: a JSON pointer into the body, or the name of a query parameter. */
export type Source = { pointer: string } | { parameter: string }

/** One error object of the contract's §1.8 body, before rendering. */
export interface Problem {
  title: string
  detail?: string
  source?: Source
  meta?: Record<string, unknown>
}

/**
 * The one table of error codes: code → HTTP status and the title used when the thrower gives none.
 * Nothing else in the code names a status.
 */
export const ERRORS = {
  malformed_body: { status: 400, title: 'The request body could not be read' },
  malformed_request: { status: 400, title: 'The request could not be read' },
  unauthorized: { status: 401, title: 'An API token is needed: none was sent, or it is unknown, disabled or expired' },
  forbidden: { status: 403, title: 'This token may not do that' },
  route_not_found: { status: 404, title: 'There is nothing at this address' },
  not_found: { status: 404, title: 'It does not exist, or this token may not see it' },
  method_not_allowed: { status: 405, title: 'This address does not support that method' },
  not_acceptable: { status: 406, title: 'Answers are JSON only' },
  timeout: { status: 408, title: 'The request took too long to arrive' },
  conflict: { status: 409, title: 'A request with the same Idempotency-Key is still running; try again in a second' },
  too_large: { status: 413, title: 'The request body is too large' },
  uri_too_long: { status: 414, title: 'The request line is too long' },
  invalid: { status: 422, title: 'The request is not valid' },
  rate_limited: { status: 429, title: 'Too many calls this minute; try again after the time in Retry-After' },
  headers_too_large: { status: 431, title: 'The request headers are too large' },
  internal: { status: 500, title: 'Internal server error' },
  unavailable: { status: 503, title: 'The server cannot do this right now; try again shortly' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof ERRORS

/** Thrown anywhere, rendered once by http/errors.ts. Carries one or more problems and optional response headers. */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly problems: Problem[]
  readonly headers: Record<string, string>

  constructor(code: ErrorCode, problems: Problem[], headers: Record<string, string> = {}) {
    super(problems[0]?.title ?? ERRORS[code].title)
    this.name = 'ApiError'
    this.code = code
    this.status = ERRORS[code].status
    this.problems = problems
    this.headers = headers
  }
}

/** Makes an ApiError with one problem; the title defaults to the table's. */
export function apiError(
  code: ErrorCode,
  problem: Partial<Problem> = {},
  headers: Record<string, string> = {},
): ApiError {
  return new ApiError(code, [{ title: ERRORS[code].title, ...problem }], headers)
}

const printable = (text: string) => beginning(harmless(text), MAX_PROBLEM_TITLE)

/** Renders problems as the contract's error body (§1.8). `requestId` is added to every object of a 5xx. */
export function errorBody(status: number, problems: Problem[], requestId?: string): { errors: object[] } {
  return {
    errors: problems.slice(0, MAX_PROBLEMS).map(({ title, detail, source, meta }) => ({
      ...(status >= 500 && requestId ? { id: requestId } : {}),
      status: String(status),
      title: printable(title),
      ...(detail === undefined ? {} : { detail: printable(detail) }),
      ...(source === undefined ? {} : { source }),
      ...(meta === undefined ? {} : { meta }),
    })),
  }
}
