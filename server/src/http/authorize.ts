import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Caller, findCaller, NOBODY } from '../auth/caller.ts'
import { findToken } from '../auth/credentials.ts'
import { enterProject, forbidden } from '../auth/enter-project.ts'
import { findSession, findSessionSecret, requireConsole } from '../auth/session.ts'
import { apiError } from '../core/errors.ts'
import { parseIdMember, parseQuery, type Query } from '../core/jsonapi/query.ts'
import type { Permission } from '../core/permissions.ts'
import type { Access, Route } from '../engine/route.ts'
import { acceptsJson } from './accept.ts'
import { type Authorized, addressOf, originOf, type Services } from './create-context.ts'
import type { RateLimit } from './rate-limit.ts'
import { splitTarget } from './request-path.ts'

function checkAccess(access: Access, caller: Caller, permissions: ReadonlySet<Permission> | undefined): void {
  if (access === 'user') {
    if (caller.userId !== null) return
    throw apiError('forbidden', { title: 'This is for people: an account token belongs to none' })
  }
  if (access === 'none' || access === 'any' || access === 'member' || access === 'entity' || caller.passesAll) return
  if (access === 'account') {
    throw apiError('forbidden', {
      title: 'This endpoint takes an account token, or the personal token of an account owner',
    })
  }
  const wanted = [access].flat() as Permission[]
  if (!wanted.some((permission) => permissions?.has(permission))) throw forbidden(wanted[0] as Permission)
}

/** The format checks that come before the token: another suffix than `.json`, or an `Accept` without JSON → 406. */
function checkFormat(request: FastifyRequest, suffix: string | undefined, isDownload: boolean): void {
  if (suffix !== undefined && suffix !== 'json') {
    throw apiError('not_acceptable', { title: `Answers are JSON only: use the path with .json, not .${suffix}` })
  }
  if (!isDownload && !acceptsJson(request.headers.accept)) throw apiError('not_acceptable')
}

/** Whether the token of a request can only be in its body. */
export const mayNameTokenInBody = (route: Route, { headers, originalUrl }: FastifyRequest): boolean =>
  route.tokenInBody === true && findToken(headers, parseQuery(splitTarget(originalUrl).query)) === undefined

/** Finds the caller of a token or throws 401 with the challenge of contract §1.2. */
export async function authenticate(services: Services, token: string | undefined, now: number): Promise<Caller> {
  const caller = token === undefined ? undefined : await findCaller(services.database, token, now)
  if (caller) return caller
  throw apiError(
    'unauthorized',
    {
      title:
        token === undefined ? 'An API token is needed, and none was sent' : 'This API token is unknown or disabled',
      detail: 'Send it as the header PTToken, as the password of HTTP Basic, or as the query parameter api_token.',
    },
    { 'www-authenticate': 'Basic realm="Assay"' },
  )
}

/**
 * Finds whose session a cookie is, or throws 401; 403 for a write that a page of ours did not ask for. The GET by which
 * agents take work writes, too.
 */
async function authenticateSession(
  services: Services,
  { secret, route, request, now }: { secret: string; route: Route; request: FastifyRequest; now: number },
): Promise<Caller> {
  const caller = await findSession(services.database, secret, { now, address: addressOf(request) })
  if (caller === undefined) {
    // Not the challenge of tokens: a browser would ask for them in a window of its own.
    throw apiError('unauthorized', { title: 'This session is over; sign in again' })
  }
  if ((request.method !== 'GET' && request.method !== 'HEAD') || route.takesWork) {
    requireConsole(originOf(services, request))
  }
  return caller
}

/** Who calls: by a token, which wins, or by the cookie of a session (contract §14.1). */
async function callerOf(
  services: Services,
  o: { route: Route; request: FastifyRequest; query: Query; bodyToken: string | undefined; now: number },
): Promise<Caller> {
  if (o.route.access === 'none') return NOBODY
  const { headers } = o.request
  const token = findToken(headers, o.query) ?? o.bodyToken
  const secret = token === undefined ? findSessionSecret(headers) : undefined
  if (secret !== undefined) return authenticateSession(services, { ...o, secret })
  return authenticate(services, token, o.now)
}

/**
 * Everything that is decided from headers, path and query before the body is read, in the order of contract §1.8:
 * format, token, rate limit, project, permission.
 */
export async function authorize(
  services: Services,
  rateLimit: RateLimit,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  bodyToken?: string,
): Promise<Authorized> {
  const now = Date.now()
  const { suffix, query: queryText, path } = splitTarget(request.originalUrl)
  const isDownload = route.download !== undefined && suffix === undefined
  checkFormat(request, suffix, isDownload)
  const query = parseQuery(queryText)
  const caller = await callerOf(services, { route, request, query, bodyToken, now })
  // Set at once: every counted answer carries them, a refusal too (contract §1.9).
  if (rateLimit.isOn && !route.takesWork && route.access !== 'none')
    reply.headers(await rateLimit.count(caller.accountId))
  const params = request.params as Record<string, string>
  const projectParam = route.path.startsWith('/projects/:id') ? params.id : params.project_id
  const entered =
    projectParam === undefined
      ? undefined
      : await enterProject(services.database.read, caller, parseIdMember(projectParam) ?? 0)
  checkAccess(route.access, caller, entered?.permissions)
  if (caller.lacksFactor && !route.beforeSecondFactor) {
    throw apiError('forbidden', {
      title: 'This account wants a second factor of everybody: set one up with POST me/totp.json',
    })
  }
  return {
    caller,
    project: entered?.project,
    pathProject: entered?.project,
    permissions: entered?.permissions,
    query,
    path: suffix === undefined ? path : `${path}.${suffix}`,
    isDownload,
    now,
  }
}
