import type { FastifyInstance } from 'fastify'
import { findProject } from '../auth/enter-project.ts'
import { apiError } from '../core/errors.ts'
import { findById } from '../db/store.ts'
import { readLink } from '../engine/signed-link.ts'
import type { Services } from './create-context.ts'

/** RFC 5987 spelling of a file name for Content-Disposition. */
function disposition(name: string): string {
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename*=UTF-8''${encoded}`
}

/** `GET /files/:signed_token`: the bytes of an attachment, without a token of their own (contract §4.7). */
export function registerFiles(app: FastifyInstance, { database, blobs, signingKey }: Services): void {
  app.get('/files/:signed_token', async (request, reply) => {
    const { signed_token: token } = request.params as { signed_token: string }
    const link = readLink(token, signingKey, Date.now())
    const gone = apiError('not_found', {
      title: 'This download link is unknown or has expired; ask the API for a new one',
    })
    if (!link || !(await findProject(database.read, link.accountId, link.projectId))) throw gone
    const row = await findById(database.read, 'attachments', link.projectId, link.id)
    const bytes = row && (await blobs.open(link.accountId, row.hash))
    if (!row || !bytes) throw gone
    return reply
      .header('content-type', row.content_type)
      .header('content-length', row.size)
      .header('content-disposition', disposition(row.name))
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'private, no-store')
      .send(bytes)
  })
}
