import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError, apiError, ERRORS, type ErrorCode, errorBody } from '../core/errors.ts'
import { type TallyValue, tally } from '../core/tally.ts'
import { countDatabaseError } from '../db/count-error.ts'
import { QueryTooLong } from '../db/dialects/dialect.ts'
import { type TransientError, transientError } from '../db/dialects/transient-error.ts'
import { StorageUnavailable } from '../storage/blob-store.ts'
import { closeSoon } from './connections.ts'

/** What a client is told of failures that pass: to come back, not that we broke. */
const PASSING: Record<TransientError, string> = {
  locked: 'The database is busy with other work and nothing was stored; try again shortly',
  full: 'The disk of the server is full and nothing was stored; its operator must make room, then try again',
  unwritable: 'The server cannot use its disk; its operator must see to it, then try again',
  away: 'The database does not answer; try again shortly',
}

/** Turns whatever was thrown into the one error type that is rendered. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof QueryTooLong) return apiError('invalid', { title: 'The query takes too long; narrow it' })
  if (error instanceof StorageUnavailable) {
    const title = 'The storage of attachments does not answer; nothing was stored, try again shortly'
    return apiError('unavailable', { title }, { 'retry-after': '5' })
  }
  const status = (error as { statusCode?: number }).statusCode
  if (status !== undefined && status >= 400 && status < 500) {
    const code = (Object.keys(ERRORS) as ErrorCode[]).find((key) => ERRORS[key].status === status)
    return apiError(code ?? 'malformed_request')
  }
  const failure = transientError(error)
  if (failure === undefined) return apiError('internal')
  return apiError('unavailable', { title: PASSING[failure] }, { 'retry-after': '1' })
}

/** Why a request is answered with 503. */
function unavailableBecause(error: unknown): TallyValue<'assay_unavailable_total'> {
  if (error instanceof ApiError) return 'other'
  if (error instanceof StorageUnavailable) return 'storage'
  return transientError(error) ?? 'internal'
}

export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const v1 = /^\/api\/(v1|automated_tests|integration_issues)\//.test(request.url)
  const first = toApiError(error)
  // The agent of the v1 API polls again at once on 500 (contract §6.2).
  const known = v1 && first.status === 500 ? apiError('unavailable', {}, { 'retry-after': '1' }) : first
  countDatabaseError(error)
  if (known.status === 503) tally('assay_unavailable_total', unavailableBecause(error))
  if (known.status >= 500) request.log.error({ reqId: request.id, err: error }, 'request failed')
  // Fastify would close at once on who is still sending, and who would never read the answer: it lingers instead.
  reply.removeHeader('connection')
  return (
    reply
      .code(known.status)
      .headers(known.headers)
      // What Fastify refuses before any hook runs says it only here.
      .header('x-request-id', request.id)
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(
        JSON.stringify({
          ...(v1 ? { error: known.message } : {}),
          ...errorBody(known.status, known.problems, request.id),
        }),
      )
  )
}

/** One handler renders every error thrown while a request is handled (contract §1.8). */
export function renderErrors(app: FastifyInstance): void {
  app.setErrorHandler(sendError)
}

const SOCKET_ERRORS: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'timeout',
}

/** Answers requests that Node's HTTP parser refused, in the same body as every other error (contract §1.1). */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, title } = ERRORS[SOCKET_ERRORS[error.code ?? ''] ?? 'malformed_request']
  const body = JSON.stringify(errorBody(status, [{ title }]))
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nX-Request-Id: ${crypto.randomUUID()}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
  closeSoon(socket)
}
