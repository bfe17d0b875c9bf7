import type { FastifyInstance } from 'fastify'

/**
 * One line in the log for every request: when it was answered, or when its client hung up before. Errors say more,
 * under the same `reqId`.
 */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { id: reqId } = request
    app.log.info({ reqId, req: request, res: reply, responseTime: reply.elapsedTime }, 'request completed')
    done()
  })
  app.addHook('onRequestAbort', (request, done) => {
    app.log.info({ reqId: request.id, req: request }, 'request given up by the client')
    done()
  })
}
