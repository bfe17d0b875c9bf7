import type { FastifyInstance } from 'fastify'

/** One line in the log for every request that was answered. Errors say more, under the same `reqId`. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { id: reqId } = request
    app.log.info({ reqId, req: request, res: reply, responseTime: reply.elapsedTime }, 'request completed')
    done()
  })
}
