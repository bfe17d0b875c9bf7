import type { FastifyRequest } from 'fastify'
import { apiError } from '../core/errors.ts'
import { parseIdMember, parseQuery } from '../core/jsonapi/query.ts'
import type { Permission } from '../core/permissions.ts'
import type { Reader } from '../db/database.ts'
import { acceptsJson } from './accept.ts'
import { type Caller, findCaller, findPermissions } from './caller.ts'
import { type Admitted, forbidden, type Services } from './create-context.ts'
import { findToken } from './credentials.ts'
import type { RateLimit } from './rate-limit.ts'
import { splitTarget } from './request-path.ts'
import type { Access, Project, Route } from './route.ts'

/** A project of the account that is not deleted. */
export async function findProject(reader: Reader, accountId: number, id: number): Promise<Project | undefined> {
  return reader.db
    .selectFrom('projects')
    .selectAll()
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
}

function noProject(): Error {
  return apiError('not_found', { title: 'There is no such project, or this token may not see it' })
}

/** The project and what the caller may do in it; 404 unless it exists and the caller is a member (§1.3). */
export async function enterProject(
  reader: Reader,
  caller: Caller,
  id: number,
): Promise<{ project: Project; permissions: ReadonlySet<Permission> | undefined }> {
  const project = id === 0 ? undefined : await findProject(reader, caller.accountId, id)
  if (project === undefined) throw noProject()
  if (caller.passesAll) return { project, permissions: undefined }
  const permissions = await findPermissions(reader, project.id, caller.userId as number)
  if (permissions === undefined) throw noProject()
  return { project, permissions }
}

function checkAccess(access: Access, caller: Caller, permissions: ReadonlySet<Permission> | undefined): void {
  if (access === 'any' || access === 'member' || access === 'entity' || caller.passesAll) return
  if (access === 'account') {
    throw apiError('forbidden', {
      title: 'This endpoint takes an account token, or the personal token of an account owner',
    })
  }
  if (!permissions?.has(access)) throw forbidden(access)
}

/** The format checks that come before the token: another suffix than `.json`, or an `Accept` without JSON → 406. */
export function checkFormat(request: FastifyRequest, suffix: string | undefined, isDownload: boolean): void {
  if (suffix !== undefined && suffix !== 'json') {
    throw apiError('not_acceptable', { title: `Answers are JSON only: use the path with .json, not .${suffix}` })
  }
  if (!isDownload && !acceptsJson(request.headers.accept)) throw apiError('not_acceptable')
}

/** Finds the caller or throws 401 with the challenge of contract §1.2. */
export async function authenticate(services: Services, token: string | undefined, now: number): Promise<Caller> {
  const caller = token === undefined ? undefined : await findCaller(services.database, token, now)
  if (caller) return caller
  throw apiError(
    'unauthorized',
    {
      title: token === undefined ? 'An API token is needed, and none was sent' : 'This API token is unknown or disabled',
      detail: 'Send it as the header PTToken, as the password of HTTP Basic, or as the query parameter api_token.',
    },
    { 'www-authenticate': 'Basic realm="Assay"' },
  )
}

/**
 * Everything that is decided from headers, path and query before the body is read, in the order of contract §1.8:
 * format, token, rate limit, project, permission.
 */
export async function admit(
  services: Services,
  rateLimit: RateLimit,
  route: Route,
  request: FastifyRequest,
): Promise<{ admitted: Admitted; headers: Record<string, string> }> {
  const now = Date.now()
  const { suffix, query: queryText, path } = splitTarget(request.originalUrl)
  checkFormat(request, suffix, route.download === true && suffix === undefined)
  const query = parseQuery(queryText)
  const caller = await authenticate(services, findToken(request.headers, query), now)
  const headers = rateLimit.count(caller.accountId, now)
  const params = request.params as Record<string, string>
  const projectParam = route.path.startsWith('/projects/:id') ? params.id : params.project_id
  const entered =
    projectParam === undefined
      ? undefined
      : await enterProject(services.database.read, caller, parseIdMember(projectParam) ?? 0)
  checkAccess(route.access, caller, entered?.permissions)
  return {
    admitted: {
      caller,
      project: entered?.project,
      permissions: entered?.permissions,
      query,
      path: suffix === undefined ? path : `${path}.${suffix}`,
      jsonSuffix: suffix === 'json',
      now,
    },
    headers,
  }
}
