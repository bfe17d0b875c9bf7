import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sha256 } from '../core/hash.ts'
import { memoize } from '../core/memoize.ts'

const compress = promisify(gzip)

/** A text that does not change while the server runs. */
export interface Asset {
  type: string
  bytes: Buffer
  gzipped: Buffer
  etag: string
}

/** Makes an asset when it is first asked for, and once. */
export function asset(type: string, text: () => string | Promise<string>): () => Promise<Asset> {
  return memoize(async () => {
    const bytes = Buffer.from(await text())
    const etag = `"${sha256(bytes)}"`
    return { type: `${type}; charset=utf-8`, bytes, gzipped: await compress(bytes), etag }
  })
}

/** Answers with an asset, or with 304 to a client that has it. */
export function sendAsset(request: FastifyRequest, reply: FastifyReply, found: Asset): FastifyReply {
  const { type, bytes, gzipped, etag } = found
  reply.header('cache-control', 'no-cache').header('etag', etag).header('vary', 'accept-encoding')
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  reply.header('content-type', type)
  const zipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  return zipped ? reply.header('content-encoding', 'gzip').send(gzipped) : reply.send(bytes)
}
