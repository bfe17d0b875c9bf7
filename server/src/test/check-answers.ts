import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js'
import type { FastifyInstance } from 'fastify'
import { memoize } from '../core/memoize.ts'
import { API_ROOT } from '../http/register-routes.ts'
import { buildDocument } from '../openapi/build-document.ts'
import { documentPath, inBraces } from '../openapi/operations.ts'
import { KITTEN_ROUTES } from '../resources/kittens/kittens.routes.ts'
import { ROOMS, ROUTES } from '../resources/registry.ts'
import type { Answered } from './build-app.ts'

const routes = [...ROUTES, ...KITTEN_ROUTES]
/** Any route of each address, as the router spells it. */
const BY_URL = new Map(routes.map((route) => [route.atRoot ? route.path : `${API_ROOT}${route.path}`, route]))

const document = buildDocument({
  rooms: ROOMS,
  routes,
  examples: {},
  description: '',
  version: '',
}) as { paths: Record<string, Record<string, { responses: Record<string, { content?: object; $ref?: string }> }>> }

const ajv = new Ajv2020.default({
  strict: false,
  allErrors: true,
  formats: {
    'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/,
    date: /^\d{4}-\d{2}-\d{2}$/,
    uri: /^https?:\/\//,
  },
})
ajv.addSchema(document, 'openapi')
const validatorAt = memoize((pointer: string): ValidateFunction => ajv.compile({ $ref: `openapi#${pointer}` }))

const escaped = (key: string) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))

/** What of an answer is not as the OpenAPI document says; undefined when all is. */
function driftOf(method: string, path: string, { status, body }: Answered): string | undefined {
  const operation = document.paths[path]?.[method.toLowerCase()]
  if (operation === undefined || body === undefined) return undefined
  const response = operation.responses[String(status)]
  if (response === undefined) return `the status ${status} is not documented`
  const own = `/paths/${escaped(path)}/${method.toLowerCase()}/responses/${status}`
  const at = response.$ref === undefined ? own : response.$ref.slice(1)
  const validate = validatorAt(`${at}/content/${escaped('application/json')}/schema`)
  return validate(body) ? undefined : ajv.errorsText(validate.errors, { separator: '\n' })
}

/**
 * Holds every answer that tests see against the OpenAPI document. Call the function with an answer; it throws when the
 * two differ.
 */
export function checkAnswers(app: FastifyInstance): (method: string, answer: Answered) => void {
  const pathOf = new Map<string, string>()
  app.addHook('onRequest', async (request) => {
    const { url = '' } = request.routeOptions
    const route = BY_URL.get(url)
    const isFile = route?.download !== undefined && !/\.json(\?|$)/.test(request.originalUrl)
    const path = route === undefined ? inBraces(url) : documentPath(route)
    pathOf.set(request.id, isFile ? path.replace('.json', '') : path)
  })
  return (method, answer) => {
    const path = pathOf.get(answer.headers['x-request-id'] ?? '')
    const drift = path && driftOf(method, path, answer)
    if (drift) throw new Error(`${method} ${path} ${answer.status} is not what the OpenAPI document says:\n${drift}`)
  }
}
