import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { findToken } from '../auth/credentials.ts'
import { apiError } from '../core/errors.ts'
import { parseQuery } from '../core/jsonapi/query.ts'
import { memoize } from '../core/memoize.ts'
import type { Database } from '../db/handle.ts'
import { authenticate } from './authorize.ts'
import type { Services } from './create-context.ts'
import { type ReadBacklog, serveOperation } from './operation-metrics.ts'
import { splitTarget } from './request-path.ts'

/** What Prometheus is told. */
export interface Metrics {
  registry: Registry
  /** Notes a request that was answered; `route` is a pattern, never an address with ids or tokens in it. */
  observe(request: { method: string; route: string; status: number; seconds: number }): void
}

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Metrics of one server: requests, what its operator must know, and what Node says of its process and event loop. */
export function createMetrics(database: Database, readBacklog: ReadBacklog): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'assay_http_request_duration_seconds',
    help: 'Time until the answer was out, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  })
  serveOperation(registry, database, readBacklog)
  /** Series by their labels, so that a request need not look its own up by hashing them. */
  const seriesOf = memoize((method: string) =>
    memoize((route: string) => memoize((status: number) => requests.labels({ method, route, status: String(status) }))),
  )
  return {
    registry,
    observe({ method, route, status, seconds }) {
      seriesOf(method)(route)(status).observe(seconds)
    },
  }
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
const isSame = (a: string, b: string) =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())

/**
 * `GET /metrics`, which tell of all accounts: for the operator's own token, and for account tokens of the first
 * account, which is the operator's. Every request is measured.
 */
export function serveMetrics(
  app: FastifyInstance,
  { services, metrics, token }: { services: Services; metrics: Metrics; token: string | undefined },
): void {
  app.addHook('onResponse', (request, reply, done) => {
    metrics.observe({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    })
    done()
  })
  app.get('/metrics', async (request, reply) => {
    const query = parseQuery(splitTarget(request.originalUrl).query)
    const sent = findToken(request.headers, query)
    if (token === undefined || sent === undefined || !isSame(sent, token)) {
      const caller = await authenticate(services, sent, Date.now())
      const first = await services.database.read.db.selectFrom('accounts').select('id').orderBy('id').executeTakeFirst()
      if (!caller.passesAll || caller.accountId !== first?.id) {
        throw apiError('forbidden', {
          title: 'Metrics are for the account tokens of the first account, and for the token in ASSAY_METRICS_TOKEN',
        })
      }
    }
    return reply
      .header('content-type', metrics.registry.contentType)
      .header('cache-control', 'no-store')
      .send(await metrics.registry.metrics())
  })
}
