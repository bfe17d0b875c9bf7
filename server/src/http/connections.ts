import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'

/** Limits on connections; times in milliseconds. */
export interface ConnectionLimits {
  /** For the head of a request. */
  headersTimeout: number
  /** For a whole request. */
  requestTimeout: number
  /** For a client that neither sends nor takes a byte while it is its turn. */
  idleTimeout: number
  maxConnections: number
}

/** How often connections are looked at, in milliseconds. */
export const checkEvery = ({ headersTimeout, requestTimeout }: ConnectionLimits): number =>
  Math.min(5_000, Math.ceil(Math.min(headersTimeout, requestTimeout) / 2))

/** How long a client may go on sending what nobody reads, once it has its answer, in milliseconds. */
const LINGER = 5_000

/**
 * Ends a connection whose client need only read what was written: one that sends on would keep it open for ever.
 * `isDone`: the client was done in time, and the connection lives on.
 */
export function closeSoon(socket: Duplex, isDone: () => boolean = () => false): void {
  const timer = setTimeout(() => {
    if (!isDone()) socket.destroy()
  }, LINGER)
  timer.unref()
  socket.once('close', () => clearTimeout(timer))
}

/** Where a socket keeps its latest request: a map of sockets would cost the collector of garbage more. */
const LATEST = Symbol('latest request')
type KnownSocket = Socket & { [LATEST]?: { request: IncomingMessage; response: ServerResponse } }

/**
 * Ends connections that would be held for nothing: a head or a request that takes too long (408), a client that
 * neither sends nor takes a byte, and those beyond the limit. A request that is being worked on is never cut off.
 */
export function limitConnections(app: FastifyInstance, limits: ConnectionLimits): void {
  const { server } = app
  server.headersTimeout = Math.min(limits.headersTimeout, limits.requestTimeout)
  server.requestTimeout = limits.requestTimeout
  server.maxConnections = limits.maxConnections
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const socket: KnownSocket = request.socket
    socket[LATEST] = { request, response }
    // Answered before all of the request has come: nobody reads the rest of it.
    response.once('finish', () => {
      if (!request.complete) closeSoon(socket, () => request.complete)
    })
  })
  server.setTimeout(limits.idleTimeout, (socket: KnownSocket) => {
    const { request, response } = socket[LATEST] ?? {}
    const isOurTurn = request?.complete && !response?.writableEnded && socket.writableLength === 0
    if (!isOurTurn) socket.destroy()
  })
}
