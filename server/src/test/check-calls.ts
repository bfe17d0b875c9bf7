import type { FastifyInstance } from 'fastify'
import { API_ROOT } from '../http/register-routes.ts'
import { documentPath, inBraces } from '../openapi/operations.ts'
import type { Answered } from './build-app.ts'
import { driftOfAnswer } from './check-answers.ts'
import { driftOfRequest, type Sent } from './check-requests.ts'
import { DOCUMENTED_ROUTES } from './openapi-document.ts'

/** Any route of each address, as the router spells it. */
const BY_URL = new Map(
  DOCUMENTED_ROUTES.map((route) => [route.atRoot ? route.path : `${API_ROOT}${route.path}`, route] as const),
)

/**
 * Holds what tests send and what is answered against the OpenAPI document: every answer, and the requests that
 * succeeded. Call the function with a call; it throws when it differs.
 */
export function checkCalls(app: FastifyInstance): (sent: Sent, answer: Answered) => void {
  const pathOf = new Map<string, string>()
  app.addHook('onRequest', async (request) => {
    const { url = '' } = request.routeOptions
    const route = BY_URL.get(url)
    const isFile = route?.download !== undefined && !/\.json(\?|$)/.test(request.originalUrl)
    const path = route === undefined ? inBraces(url) : documentPath(route)
    pathOf.set(request.id, isFile ? path.replace('.json', '') : path)
  })
  return (sent, answer) => {
    const path = pathOf.get(answer.headers['x-request-id'] ?? '')
    if (path === undefined) return
    const { method } = sent
    const drift = driftOfAnswer(method, path, answer)
    if (drift) throw new Error(`${method} ${path} ${answer.status} is not what the OpenAPI document says:\n${drift}`)
    const undocumented = !sent.madeUp && answer.status === 200 ? driftOfRequest(sent, path) : []
    if (undocumented.length === 0) return
    throw new Error(`${method} ${path} took what the OpenAPI document does not show:\n${undocumented.join('\n')}`)
  }
}
