import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { apiError } from '../core/errors.ts'
import { isMultipart } from '../core/jsonapi/form.ts'
import { type ParsedJson, parseLargeJson, SMALL_JSON, startsObject } from '../core/jsonapi/lenient-json.ts'
import { MAX_BODIES, MAX_PUBLIC_BODY, MAX_UNKNOWN_BODY } from '../core/limits.ts'
import { createPause } from '../core/pause.ts'
import { hashRequest } from '../engine/idempotency.ts'
import type { FileOnDisk } from '../storage/blob-store.ts'
import { NO_FILES, type RequestSpool, type TakenFiles } from '../storage/spool.ts'
import { createFileExtractor } from './json-files.ts'
import { createMemoryRelease } from './release-memory.ts'
import { spoolReport } from './report-body.ts'

/** A body as it was read. */
export interface ReadBody {
  /** Its bytes, without the files that were taken out of it; none of a large JSON body, which was read as it stood. */
  bytes: Buffer
  /** What a large JSON body holds; throws what is wrong with it (400, 413). */
  json: (() => ParsedJson) | undefined
  /** Whether it can only be a JSON object, whole or broken: what begins it is a brace. */
  isObject: boolean
  files: TakenFiles
  /** All of a large multipart form, or of reports, on disk instead of in `bytes`. */
  form: FileOnDisk | undefined
  /** Identifies the whole request, the taken files included (contract §1.18). */
  hash(): string
}

/** What reading says when the client hung up. */
const CUT_OFF = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'])

const NO_BYTES = Buffer.alloc(0)

/** Parses a large body; what is wrong with it is said when somebody asks for it, for other checks come first (§1.8). */
async function readLarge(chunks: Buffer[]): Promise<() => ParsedJson> {
  try {
    const json = await parseLargeJson(chunks, createPause())
    return () => json
  } catch (error) {
    chunks.length = 0
    return () => {
      throw error
    }
  }
}

/** Reads a body by `read`; 400 when the client hung up. What is left of a refused one is not kept. */
export async function unlessCutOff<T>(read: () => Promise<T>, payload: IncomingMessage): Promise<T> {
  try {
    return await read()
  } catch (error) {
    // Its rest is taken and thrown away: a client that sends on reads its answer only when it is done.
    payload.resume()
    if (!CUT_OFF.has((error as { code?: string }).code ?? '')) throw error
    throw apiError('malformed_request', { title: 'The connection ended before the request body did' })
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    takesForm?: boolean
    takesReport?: boolean
    tokenInBody?: boolean
    isPublic?: boolean
  }
  interface FastifyRequest {
    /** The Content-Type as sent; Fastify itself is shown none, because no type is ever refused. */
    sentContentType: string
    /** Bytes of the body that count against the budget until the answer is out. */
    heldBytes: number
    /** Where large files of this request wait. */
    spool: RequestSpool | undefined
  }
}

interface Limits {
  /** Bytes of one body. */
  limit: number
  /** Bytes of the body of a route that takes reports, unpacked. */
  reportLimit?: number
  /** Bytes of all bodies in flight together. */
  budget?: number
  /** Where large files of bodies wait; left out: all of a body is held. */
  spool?: () => RequestSpool
}

/**
 * Reads every body as bytes, whatever its Content-Type (contract §1.1); large files in it go to disk as they arrive.
 * Throws 413 over `limit`, 503 when what is held of the bodies in flight exceeds the budget, 400 for one cut off.
 */
export function readBodies(
  app: FastifyInstance,
  { limit, reportLimit = limit, budget = MAX_BODIES, spool: openSpool }: Limits,
): void {
  let held = 0
  const memory = createMemoryRelease()
  app.addHook('onClose', async () => memory.stop())
  const over = () =>
    apiError('too_large', {
      title: `The request body is too large: at most ${limit / 1024 / 1024} MiB are accepted`,
      detail: 'Send it in smaller parts, or raise ASSAY_MAX_BODY_MB.',
    })
  const overUnknown = () =>
    apiError('too_large', {
      title: `The request body is too large to look for a token in it: at most ${MAX_UNKNOWN_BODY / 1024 / 1024} MiB`,
      detail: 'Send the token as the header PTToken, or as the query parameter api_token.',
    })
  const overPublic = () =>
    apiError('too_large', {
      title: `The request body is too large: at most ${MAX_PUBLIC_BODY / 1024} KiB are accepted`,
    })
  app.decorateRequest('sentContentType', '')
  app.decorateRequest('heldBytes', 0)
  app.decorateRequest('spool', undefined)
  app.addHook('onRequest', (request, reply, done) => {
    // A GET has no body to be read. Taking a header away makes the rest of them slow to look up.
    if (request.method !== 'GET') {
      const { headers } = request.raw
      request.sentContentType = headers['content-type'] ?? ''
      delete headers['content-type']
      reply.raw.once('close', () => {
        held -= request.heldBytes
        memory.ended(request.heldBytes, () => held)
        request.spool
          ?.drop()
          .catch((error: unknown) => request.log.warn({ reqId: request.id, err: error }, 'a large upload left a file'))
      })
    }
    done()
  })

  async function read(request: FastifyRequest, payload: IncomingMessage): Promise<ReadBody> {
    if (request.routeOptions.config?.takesReport === true && openSpool) {
      request.spool = openSpool()
      const form = await spoolReport(payload, { spool: request.spool, most: reportLimit })
      return { bytes: NO_BYTES, json: undefined, isObject: false, files: NO_FILES, form, hash: () => form.hash }
    }
    const announced = request.headers['content-length']
    const { tokenInBody, isPublic } = request.routeOptions.config ?? {}
    const isUnknown = tokenInBody === true && request.authorized === undefined
    const most = isPublic ? MAX_PUBLIC_BODY : isUnknown ? Math.min(limit, MAX_UNKNOWN_BODY) : limit
    const tooLarge = () => (isPublic ? overPublic() : most === limit ? over() : overUnknown())
    if (Number(announced ?? 0) > most) throw tooLarge()
    const isSearched = announced === undefined || Number(announced) > SMALL_JSON
    request.spool = isSearched ? openSpool?.() : undefined
    const takesForm = request.routeOptions.config?.takesForm === true
    const isForm = takesForm && isMultipart(request.sentContentType)
    const form = isForm ? await request.spool?.start() : undefined
    const extractor = request.spool && form === undefined ? createFileExtractor(request.spool) : undefined
    const hash = request.spool && hashRequest(request.method, request.originalUrl)
    const chunks: Buffer[] = []
    let first: boolean | undefined
    const hold = (chunk: Buffer) => {
      first ??= startsObject(chunk)
      request.heldBytes += chunk.length
      held += chunk.length
      if (held > budget) {
        throw apiError('unavailable', { title: 'Too many large requests at once; try again' }, { 'retry-after': '1' })
      }
      chunks.push(chunk)
    }
    let size = 0
    // A body that is refused half-way must not take the connection with it: the answer goes out first.
    for await (const chunk of payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > most) throw tooLarge()
      hash?.update(chunk)
      if (form) await form.write(chunk)
      else for (const piece of extractor ? await extractor.write(chunk) : [chunk]) hold(piece)
    }
    if (extractor) hold(extractor.rest())
    let digest = hash?.digest('hex')
    const isObject = first === true
    const isJson = isObject || (form === undefined && !takesForm)
    const json = size > SMALL_JSON && isJson ? await readLarge(chunks) : undefined
    const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
    return {
      bytes,
      json,
      isObject,
      files: extractor?.files ?? NO_FILES,
      form: await form?.end(),
      hash() {
        digest ??= hashRequest(request.method, request.originalUrl).update(bytes).digest('hex')
        return digest
      },
    }
  }

  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    '*',
    { bodyLimit: Number.MAX_SAFE_INTEGER },
    (request: FastifyRequest, payload: IncomingMessage) => unlessCutOff(() => read(request, payload), payload),
  )
}
