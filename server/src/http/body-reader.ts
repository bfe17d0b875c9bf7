import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { apiError } from '../core/errors.ts'

/** Bytes of all bodies being held at once by one process (contract §1.19). */
const BUDGET = 512 * 1024 * 1024

declare module 'fastify' {
  interface FastifyRequest {
    /** The Content-Type as sent; Fastify itself is shown none, because no type is ever refused. */
    sentContentType: string
    /** Bytes of the body that count against the budget until the answer is out. */
    bodySize: number
  }
}

/**
 * Reads every body as bytes, whatever its Content-Type (contract §1.1); throws 413 over `limit` and 503 when the
 * bodies in flight together exceed the budget (both in bytes).
 */
export function readBodies(app: FastifyInstance, limit: number, budget = BUDGET): void {
  let held = 0
  const tooLarge = () =>
    apiError('too_large', {
      title: `The request body is too large: at most ${limit / 1024 / 1024} MiB are accepted`,
      detail: 'Send it in smaller parts, or raise ASSAY_MAX_BODY_MB.',
    })
  app.decorateRequest('sentContentType', '')
  app.decorateRequest('bodySize', 0)
  app.addHook('onRequest', (request, reply, done) => {
    const { headers } = request.raw
    if (headers['content-type'] !== undefined) {
      request.sentContentType = headers['content-type']
      delete headers['content-type']
    }
    if (request.method !== 'GET') {
      reply.raw.once('close', () => {
        held -= request.bodySize
      })
    }
    done()
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    '*',
    { bodyLimit: Number.MAX_SAFE_INTEGER },
    async (request: FastifyRequest, payload: IncomingMessage) => {
      if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge()
      const chunks: Buffer[] = []
      for await (const chunk of payload as AsyncIterable<Buffer>) {
        request.bodySize += chunk.length
        held += chunk.length
        if (request.bodySize > limit) throw tooLarge()
        if (held > budget) {
          throw apiError('unavailable', { title: 'Too many large requests at once; try again' }, { 'retry-after': '1' })
        }
        chunks.push(chunk)
      }
      return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
    },
  )
}
