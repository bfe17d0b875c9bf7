import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { ConnectionLimits } from '../config.ts'

/** How often connections are looked at, in milliseconds. */
export const checkEvery = ({ headersTimeout, requestTimeout }: ConnectionLimits): number =>
  Math.min(5_000, Math.ceil(Math.min(headersTimeout, requestTimeout) / 2))

/**
 * Ends connections that would be held for nothing: a head or a request that takes too long (408), a client that
 * neither sends nor takes a byte, and those beyond the limit. A request that is being worked on is never cut off.
 */
export function limitConnections(app: FastifyInstance, limits: ConnectionLimits): void {
  const { server } = app
  server.headersTimeout = Math.min(limits.headersTimeout, limits.requestTimeout)
  server.requestTimeout = limits.requestTimeout
  server.maxConnections = limits.maxConnections
  const latest = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>()
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    latest.set(request.socket, { request, response })
  })
  server.setTimeout(limits.idleTimeout, (socket: Socket) => {
    const { request, response } = latest.get(socket) ?? {}
    const isOurTurn = request?.complete && !response?.writableEnded && socket.writableLength === 0
    if (!isOurTurn) socket.destroy()
  })
}
