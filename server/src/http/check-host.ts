import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { apiError } from '../core/errors.ts'
import { MAX_HOST } from '../core/limits.ts'

/** A name or address, and perhaps a port. What else stands in a Host would end up in links that we hand out. */
const AUTHORITY = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/

const isHost = (text: string) => text === '' || (text.length <= MAX_HOST && AUTHORITY.test(text))

function isFine({ rawHeaders }: IncomingMessage): boolean {
  let seen = false
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue
    const host = rawHeaders[i + 1] as string
    if (seen || !isHost(host)) return false
    seen = true
  }
  return true
}

/** Refuses requests whose Host is no host: with a path, with userinfo, or sent twice (400). */
export function checkHost(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    // Behind a proxy that is trusted the host is what that says.
    if (isFine(request.raw) && isHost(request.host)) done()
    else done(apiError('malformed_request', { title: 'The Host header must be one host name or address, and a port' }))
  })
}
