import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { MAX_HEADERS } from '../core/limits.ts'
import type { WindowCounter } from '../core/window-counter.ts'
import { readBodies } from '../http/body-reader.ts'
import { checkHost } from '../http/check-host.ts'
import { type ConnectionLimits, checkEvery, limitConnections } from '../http/connections.ts'
import type { Services } from '../http/create-context.ts'
import { allowOrigins } from '../http/cross-origin.ts'
import { answerBrokenRequest, renderErrors, sendError } from '../http/errors.ts'
import { registerFiles } from '../http/files.ts'
import { logRequests } from '../http/log-requests.ts'
import { type Metrics, serveMetrics } from '../http/metrics.ts'
import { serveProbes } from '../http/probes.ts'
import { createRateLimit } from '../http/rate-limit.ts'
import { answerUnknownRoutes, registerRoutes } from '../http/register-routes.ts'
import { splitTarget } from '../http/request-path.ts'
import { securityHeaders } from '../http/security-headers.ts'
import { createDocuments } from '../openapi/documents.ts'
import { KITTEN_ROUTES } from '../resources/kittens/kittens.routes.ts'
import type { RequestSpool } from '../storage/spool.ts'
import { serveCommandLine } from './command-line/serve-command-line.ts'
import { SETTINGS } from './config.ts'
import { createResources, LISTS, type ResourceSettings } from './registry.ts'
import { serveOpenApi } from './serve-openapi.ts'
import { serveReference } from './serve-reference.ts'
import { serveWelcome } from './welcome/serve-welcome.ts'

export interface AppOptions {
  services: Services
  /** Calls per minute and account, 0 = off. */
  rateLimit: number
  /** What counts the calls; left out: this process does. */
  counter?: WindowCounter | undefined
  /** Left out: Node's own. */
  connections?: ConnectionLimits
  /** Proxies whose `X-Forwarded-…` is believed, as Fastify reads them; left out: none. */
  trustProxy?: string | undefined
  /** Origins whose pages may call the API from a browser. */
  corsOrigins?: readonly string[]
  maxBodyBytes: number
  /** What resources need to know of the settings. */
  limits: Omit<ResourceSettings, 'signingKey'>
  /** Where large files wait while they arrive; left out: they are held in memory. */
  spool?: () => RequestSpool
  /** Whether the tutorial's kittens are served. */
  kittens: boolean
  /** Left out: nothing is measured. */
  metrics?: Metrics
  /** The operator's own token for the metrics. */
  metricsToken?: string | undefined
  logger?: FastifyBaseLogger
}

/** Builds the HTTP application: every plugin and resource, in order. Opens nothing and listens nowhere. */
export function buildApp(options: AppOptions): FastifyInstance {
  const { services, rateLimit, maxBodyBytes, limits, spool, kittens, metrics, metricsToken, logger, connections } =
    options
  const headers = securityHeaders({ overTls: services.baseUrl?.startsWith('https:') === true })
  const app = Fastify({
    ...(logger ? { loggerInstance: logger } : { logger: false }),
    // One line a request, written by logRequests; a logger for each would cost more than the line.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (parent) => parent,
    http: {
      maxHeaderSize: MAX_HEADERS,
      ...(connections && { connectionsCheckingInterval: checkEvery(connections) }),
    },
    trustProxy: options.trustProxy ?? false,
    routerOptions: { maxParamLength: 2048, querystringParser: () => ({}) },
    genReqId: () => crypto.randomUUID(),
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    rewriteUrl: ({ url = '/' }) => {
      const { path, query } = splitTarget(url)
      return query === '' ? path : `${path}?${query}`
    },
    frameworkErrors: (error, request, reply) => {
      // A path that cannot be decoded names nothing.
      const broken = error.code === 'FST_ERR_BAD_URL' || error.code === 'FST_ERR_MAX_PARAM_LENGTH'
      reply.headers(headers)
      void sendError(broken ? { statusCode: 404 } : error, request, reply)
    },
    clientErrorHandler: answerBrokenRequest,
  }) as unknown as FastifyInstance

  // Only `100-continue` is known; any other expectation is answered like a request without one, never 417.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  // Hooks of every request call back: a promise each would cost more than what they do.
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id)
    done()
  })
  checkHost(app)
  allowOrigins(app, options.corsOrigins ?? [])
  if (logger) logRequests(app)
  if (connections) limitConnections(app, connections)
  // A client that keeps its connection alive must not keep a stopping server alive.
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close')
    done()
  })
  renderErrors(app)
  answerUnknownRoutes(app)
  readBodies(app, { limit: maxBodyBytes, reportLimit: limits.maxImportBytes, spool })
  registerFiles(app, services)
  const { resources, routes: api } = createResources({ signingKey: services.signingKey, ...limits })
  const routes = kittens ? [...api, ...KITTEN_ROUTES] : api
  const documents = createDocuments({ resources, routes, settings: SETTINGS })
  serveProbes(app, services.database)
  if (metrics) serveMetrics(app, { services, metrics, token: metricsToken })
  serveOpenApi(app, documents.plain)
  serveReference(app, documents)
  serveCommandLine(app)
  serveWelcome(app)
  registerRoutes(app, { services, rateLimit: createRateLimit(rateLimit, options.counter), lists: LISTS, routes })
  return app
}
