import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { apiError } from '../core/errors.ts'
import { withBodyParameters } from '../core/jsonapi/body-parameters.ts'
import { createPause } from '../core/pause.ts'
import { reading } from '../engine/reading.ts'
import type { ResourceList } from '../engine/resource-list.ts'
import type { Answer, Context, Route } from '../engine/route.ts'
import { showByIds } from '../engine/show-rows.ts'
import { authorize, mayNameTokenInBody } from './authorize.ts'
import type { ReadBody } from './body-reader.ts'
import { tokenInBody } from './body-token.ts'
import { type Authorized, createContext, type Services } from './create-context.ts'
import { shownPath } from './hide-secrets.ts'
import { readParameterBody } from './parameter-body.ts'
import type { RateLimit } from './rate-limit.ts'
import { splitTarget } from './request-path.ts'

export const API_ROOT = '/api/v2'

/** Lists up to so many characters go out as one string; longer ones are written in parts, with back-pressure (§1.19). */
const ONE_STRING = 256 * 1024

declare module 'fastify' {
  interface FastifyRequest {
    authorized: Authorized | undefined
  }
}

/** The body of a request as it was read, with the type it was sent as. */
function sentBody({ body, sentContentType: contentType }: FastifyRequest) {
  const { bytes, json, form } = (body ?? {}) as Partial<ReadBody>
  return { bytes, json, form, contentType }
}

/** The pieces of a body in parts of about `ONE_STRING`: an array of JSON texts under "data", and what stands beside it. */
function* inParts(rows: Iterable<string>, beside = ''): Generator<string> {
  let buffer = '{"data":['
  let separator = ''
  for (const row of rows) {
    buffer += separator + row
    separator = ','
    if (buffer.length >= ONE_STRING) {
      yield buffer
      buffer = ''
    }
  }
  yield `${buffer}]${beside}}`
}

/** The body of a list: one string while it is small, else a stream of rows. */
function rowsBody(rows: Iterable<string>, beside?: string): string | Readable {
  const chunks = inParts(rows, beside)
  const first = chunks.next().value as string
  const second = chunks.next()
  if (second.done) return first
  async function* rest(): AsyncGenerator<string> {
    yield first
    yield second.value as string
    const pause = createPause()
    for (const chunk of chunks) {
      await pause()
      yield chunk
    }
  }
  return Readable.from(rest())
}

async function bodyOf(
  answer: Exclude<Answer, { redirect: unknown }>,
  asked: Context,
  lists: ReadonlyMap<string, ResourceList>,
): Promise<string | Readable> {
  if ('body' in answer) return JSON.stringify(answer.body)
  if ('data' in answer) return `{"data":${answer.data}}`
  if ('rows' in answer) return rowsBody(answer.rows)
  if ('page' in answer) {
    const { data, links, meta } = answer.page
    return rowsBody(data, `,"links":${JSON.stringify(links)},"meta":${JSON.stringify(meta)}`)
  }
  const context = answer.in ?? asked
  const list = lists.get(answer.show) as ResourceList
  const meta = answer.meta === undefined ? '' : `,"meta":${JSON.stringify(answer.meta)}`
  if ('ids' in answer) return rowsBody(await showByIds(list, context, answer.ids), meta)
  const [data] = await showByIds(list, context, [answer.id])
  // Deleted since its request was first answered: say what it was (a repeat under an Idempotency-Key).
  return `{"data":${data ?? JSON.stringify({ id: String(answer.id), type: list.resource.type })}${meta}}`
}

async function send(
  answer: Answer,
  context: Context,
  reply: FastifyReply,
  lists: ReadonlyMap<string, ResourceList>,
): Promise<FastifyReply> {
  if ('redirect' in answer) return reply.header('set-cookie', answer.cookies ?? []).redirect(answer.redirect, 302)
  if ('replayed' in answer) reply.header('idempotent-replayed', 'true')
  if ('cookie' in answer) reply.header('set-cookie', answer.cookie)
  reply.header('content-type', 'application/json; charset=utf-8')
  return reply.send(await bodyOf(answer, context, lists))
}

/** Registers routes; `lists` are what their answers may show. */
export function registerRoutes(
  app: FastifyInstance,
  {
    services,
    rateLimit,
    lists,
    routes,
  }: { services: Services; rateLimit: RateLimit; lists: readonly ResourceList[]; routes: readonly Route[] },
): void {
  const byType = new Map(lists.map((list) => [list.resource.type, list]))
  app.decorateRequest('authorized', undefined)
  for (const route of routes) {
    const enter = async (request: FastifyRequest, reply: FastifyReply, bodyToken?: string): Promise<Authorized> => {
      const authorized = await authorize(services, rateLimit, route, request, reply, bodyToken)
      request.authorized = authorized
      reply.header('cache-control', 'no-store')
      return authorized
    }
    /** Who shows no token may have it in the body, which must then be read first. */
    const enterUnlessUnknown = async (request: FastifyRequest, reply: FastifyReply) => {
      if (!mayNameTokenInBody(route, request)) await enter(request, reply)
    }
    /** Authorizes what has no body, or a body of parameters: members of it count as if they stood in the query. */
    const enterReading = async (request: FastifyRequest, reply: FastifyReply): Promise<Authorized> => {
      const known = mayNameTokenInBody(route, request) ? undefined : await enter(request, reply)
      const bytes = await readParameterBody(request)
      const type = request.headers['content-type'] ?? request.sentContentType
      const authorized = known ?? (await enter(request, reply, await tokenInBody({ bytes, contentType: type })))
      return bytes === undefined
        ? authorized
        : { ...authorized, query: withBodyParameters(authorized.query, bytes, type) }
    }
    // PATCH on an entity is PUT (contract §1.1).
    const patchable = route.method === 'PUT' && !route.atRoot && route.path.endsWith('/:id')
    app.route({
      method: patchable ? ['PUT', 'PATCH'] : route.method,
      url: route.atRoot ? route.path : `${API_ROOT}${route.path}`,
      config: {
        takesForm: route.takesForm === true,
        takesReport: route.takesReport === true,
        tokenInBody: route.tokenInBody === true,
        isPublic: route.access === 'none',
      },
      exposeHeadRoute: !route.takesWork,
      ...(route.method === 'GET' ? {} : { onRequest: enterUnlessUnknown }),
      handler: async (request, reply) => {
        // What has no body is authorized here, which spares it a hook; the rest before the body is read.
        const authorized =
          route.method === 'GET'
            ? await enterReading(request, reply)
            : (request.authorized ?? (await enter(request, reply, await tokenInBody(sentBody(request)))))
        const shows = !route.takesWork && (request.method === 'GET' || request.method === 'HEAD')
        return reading(services.database, shows ? authorized.project?.id : undefined, async (readers) => {
          const context = createContext(services, { ...authorized, readers }, request, reply)
          const { handle } = authorized.isDownload && route.download ? route.download : route
          return send(await handle(context), context, reply, byType)
        })
      },
    })
  }
}

/** 404 for unknown addresses, 405 with `Allow` for known ones under another method; neither asks for a token. */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const known: { pattern: RegExp; methods: Set<string> }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    // linear: a segment ends at its slash, and the routes are our own
    const pattern = new RegExp(`^${url.replace(/[.+*?^$()[\]{}|\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+')}$`)
    const entry = known.find((other) => other.pattern.source === pattern.source) ?? { pattern, methods: new Set() }
    if (entry.methods.size === 0) known.push(entry)
    for (const name of [method].flat()) entry.methods.add(name)
  })
  app.setNotFoundHandler(async (request: FastifyRequest) => {
    const { path, suffix } = splitTarget(request.originalUrl)
    const methods = known.filter(({ pattern }) => pattern.test(path)).flatMap((entry) => [...entry.methods])
    if (methods.length > 0 && !methods.includes(request.method)) {
      throw apiError('method_not_allowed', {}, { allow: [...new Set(methods)].sort().join(', ') })
    }
    const v1 = path.startsWith('/api/v1/')
    throw apiError('route_not_found', {
      title: v1
        ? 'There is nothing at this address: of the v1 API only what agents and plug-ins need remains, use /api/v2'
        : `There is nothing at ${shownPath(path)}${suffix ? `.${suffix}` : ''}`,
      detail: 'The API is at /api/v2, and /docs says what it can do.',
    })
  })
}
