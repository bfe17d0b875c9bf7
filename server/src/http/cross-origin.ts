import type { FastifyInstance, FastifyReply } from 'fastify'
import { splitTarget } from './request-path.ts'

/** Headers of answers that scripts of other origins may read. */
const EXPOSED = [
  'Content-Disposition',
  'Idempotent-Replayed',
  'Retry-After',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-Id',
].join(', ')

/** What a browser may send beside what it may send anyway. That of the console is not among them: it goes with a cookie. */
const ALLOWED = 'Accept, Authorization, Content-Type, Idempotency-Key, PTToken'
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE'

/** Seconds that a browser remembers what it may do; none remembers it for longer. */
const REMEMBERED = '7200'

const answerPreflight = (reply: FastifyReply) =>
  reply
    .code(204)
    .header('access-control-allow-methods', METHODS)
    .header('access-control-allow-headers', ALLOWED)
    .header('access-control-max-age', REMEMBERED)
    .send()

/**
 * Lets scripts on pages of some origins call `/api` with a token. Cookies are never allowed: a browser gives an answer to
 * a request with one to nobody else (contract §13.11).
 */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return
  const known = new Set(origins)
  app.addHook('onRequest', (request, reply, done) => {
    if (!splitTarget(request.originalUrl).path.startsWith('/api/')) return done()
    // Also where there is none, so that no cache gives one origin the answer to another.
    reply.header('vary', 'Origin')
    const { origin } = request.headers
    if (origin === undefined || !known.has(origin)) return done()
    reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', EXPOSED)
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return done()
    answerPreflight(reply)
  })
}
