import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../auth/caller.ts'
import type { Project } from '../auth/enter-project.ts'
import { enterProject, forbidden } from '../auth/enter-project.ts'
import type { Origin } from '../auth/session.ts'
import { apiError } from '../core/errors.ts'
import { type Body, toBody } from '../core/jsonapi/body.ts'
import { parseJson } from '../core/jsonapi/lenient-json.ts'
import { parseIdMember, type Query } from '../core/jsonapi/query.ts'
import { MAX_ADDRESS } from '../core/limits.ts'
import type { Permission } from '../core/permissions.ts'
import { cut } from '../core/text.ts'
import type { Database, Readers, Tx } from '../db/handle.ts'
import {
  findAnswer,
  hashRequest,
  holdingKey,
  type KeyedRequest,
  keepAnswer,
  readIdempotencyKey,
} from '../engine/idempotency.ts'
import type { Answer, Context } from '../engine/route.ts'
import type { BlobStore } from '../storage/blob-store.ts'
import { NO_FILES } from '../storage/spool.ts'
import type { ReadBody } from './body-reader.ts'

/** What was found out about a request, before a byte of its body was read. */
export interface Authorized {
  caller: Caller
  project: Project | undefined
  /** The project that the path names: what a key of §1.18 belongs to, also where a body leads into another. */
  pathProject: Project | undefined
  /** undefined: every permission. */
  permissions: ReadonlySet<Permission> | undefined
  query: Query
  path: string
  /** Whether it asks for the file that its route offers. */
  isDownload: boolean
  now: number
  /** What the request reads with; the primary by default. */
  readers?: Readers
}

export interface Services {
  database: Database
  blobs: BlobStore
  signingKey: string
  /** Public base URL; undefined = derive it from each request. */
  baseUrl: string | undefined
  /** Bytes of one attachment at most. */
  maxFileBytes: number
  /** Keeps what a transaction did, as its last step: history, and the outbox of webhooks. */
  keepAuditEntries(tx: Tx, context: Context): Promise<void>
  /** Told after the commit of a transaction that queued webhook messages. */
  deliverSoon(): void
}

/** `https://host` of links: the configured one, else that of the request. */
function baseUrlOf(services: Services, request: FastifyRequest): string {
  const scheme = request.protocol === 'https' ? 'https' : 'http'
  return services.baseUrl ?? `${scheme}://${request.host || '127.0.0.1'}`
}

/** The address of the client; what a proxy says of it may be anything. */
export const addressOf = (request: FastifyRequest): string => cut(request.ip ?? '', MAX_ADDRESS)

/** Who made a browser send the request. */
export function originOf(services: Services, { headers, host }: FastifyRequest): Origin {
  return { headers, hosts: services.baseUrl === undefined ? [host] : [host, new URL(services.baseUrl).host] }
}

/** Builds what a handler works with from an authorized request. */
export function createContext(
  services: Services,
  authorized: Authorized,
  request: FastifyRequest,
  reply: FastifyReply,
): Context {
  const { caller, project, permissions, query, now, path, readers = services.database } = authorized
  const params = request.params as Record<string, string>
  const read = request.body as ReadBody | undefined
  const bytes = read && read.bytes.length > 0 ? read.bytes : undefined
  const large = read?.json
  const baseUrl = baseUrlOf(services, request)
  let parsed: Body | undefined
  const readBody = (): Body | undefined => {
    if (large) parsed ??= toBody(large())
    else if (bytes) parsed ??= toBody(parseJson(bytes))
    return parsed
  }
  const can = (permission: Permission) => permissions === undefined || permissions.has(permission)

  /** The key is looked at only by requests that write, after the body was found readable. */
  const keyed = (): KeyedRequest | undefined => {
    if (request.method === 'GET') return undefined
    const key = readIdempotencyKey(request.headers['idempotency-key'])
    if (key === undefined) return undefined
    const requestHash = read?.hash() ?? hashRequest(request.method, request.originalUrl).digest('hex')
    return { projectId: authorized.pathProject?.id ?? 0, tokenId: caller.tokenId, key, requestHash }
  }

  const context: Context = {
    reader: readers.read,
    longReader: readers.readLong,
    caller,
    get project() {
      if (project === undefined) throw new Error('this route has no project')
      return project
    },
    async enter(projectId) {
      const entered = await enterProject(services.database.read, caller, projectId)
      return createContext(services, { ...authorized, ...entered, readers: services.database }, request, reply)
    },
    as: (other) => createContext(services, { ...authorized, caller: other }, request, reply),
    id(name = 'id') {
      const id = parseIdMember(params[name] ?? '') ?? 0
      if (id === 0) throw apiError('not_found')
      return id
    },
    query,
    body() {
      const body = readBody()
      if (body) return body
      throw apiError('malformed_body', {
        title: 'This request needs a JSON body, and none was sent',
        detail: 'Send {"data": {"type": "…", "attributes": {…}}}.',
      })
    },
    // What is no object is ignored where none is needed: a client that encodes twice would retry for ever (§1.1).
    optionalBody: () => (read?.isObject ? readBody() : undefined),
    header: (name) => [request.headers[name] ?? []].flat()[0],
    files: { taken: read?.files ?? NO_FILES, maxBytes: services.maxFileBytes },
    raw: { bytes, json: large, form: read?.form, contentType: request.sentContentType, spool: request.spool },
    now,
    get address() {
      return addressOf(request)
    },
    get origin() {
      return originOf(services, request)
    },
    baseUrl,
    url: `${baseUrl}${path}`,
    blobs: services.blobs,
    can,
    require(...needed) {
      for (const permission of needed) if (!can(permission)) throw forbidden(permission)
    },
    async write(job, { ids = request.method === 'POST' ? 1 : 0, secret = false } = {}) {
      const keyedRequest = secret ? undefined : keyed()
      let queued = false
      const kept = async (tx: Tx) => {
        const answer = await job(tx)
        await services.keepAuditEntries(tx, context)
        queued = tx.queued
        return answer
      }
      const write = async (run: (tx: Tx) => Promise<Answer>) => {
        const answer = await services.database.write(ids, async (tx) => {
          const answer = await run(tx)
          services.database.noteWrite(tx, project?.id ?? 0)
          return answer
        })
        if (queued) services.deliverSoon()
        return answer
      }
      if (keyedRequest === undefined) return write(kept)
      return holdingKey(keyedRequest, async () => {
        let replayed = false
        const answer = await write(async (tx) => {
          const stored = await findAnswer(tx, keyedRequest, now)
          replayed = stored !== undefined
          if (stored) return stored
          const first = await kept(tx)
          await keepAnswer(tx, keyedRequest, first, now)
          return first
        })
        if (replayed) reply.header('idempotent-replayed', 'true')
        return answer
      })
    },
  }
  return context
}
