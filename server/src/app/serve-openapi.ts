import type { FastifyInstance } from 'fastify'
import { API_ROOT } from '../http/register-routes.ts'

/** `GET /api/v2/openapi.json`: no token needed, and nothing of any account in it (contract §7). */
export function serveOpenApi(app: FastifyInstance, document: () => string): void {
  app.get(`${API_ROOT}/openapi`, async (_request, reply) =>
    reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(document()),
  )
}
