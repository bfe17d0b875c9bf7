import type { FastifyRequest } from 'fastify'
import { apiError } from '../core/errors.ts'
import { MAX_PARAMETER_BODY } from '../core/limits.ts'
import { unlessCutOff } from './body-reader.ts'

/** The bytes of the body of a GET or HEAD; undefined for none. Throws 413 when it is more than parameters. */
export async function readParameterBody({ headers, raw }: FastifyRequest): Promise<Buffer | undefined> {
  const announced = Number(headers['content-length'] ?? 0)
  if (announced === 0 && headers['transfer-encoding'] === undefined) return undefined
  const tooLarge = () =>
    apiError('too_large', {
      title: `The body of a GET holds parameters: at most ${MAX_PARAMETER_BODY / 1024} KiB are accepted`,
    })
  if (announced > MAX_PARAMETER_BODY) throw tooLarge()
  return unlessCutOff(async () => {
    const chunks: Buffer[] = []
    let size = 0
    // The connection must outlive a refusal, or nobody would hear it.
    for await (const chunk of raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MAX_PARAMETER_BODY) throw tooLarge()
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  }, raw)
}
