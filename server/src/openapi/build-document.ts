import { closed, type JsonSchema, ref } from '../core/resource/json-schema.ts'
import { attributesSchema, nounOf, resourceSchema } from '../core/resource/resource-schemas.ts'
import type { ResourceRoutes } from '../engine/resource-routes.ts'
import type { Route } from '../engine/route.ts'
import { COMMON_SCHEMAS, ERROR_RESPONSES } from './common-schemas.ts'
import { describeOperation, type Example, type Operation } from './operations.ts'
import { tagsOf } from './tags.ts'

/** A program of docs/examples that shows an operation. */
export interface Sample {
  lang: string
  label: string
  source: string
}

export interface DocumentParts {
  resources: readonly ResourceRoutes[]
  routes: readonly Route[]
  /** Real calls, by operation id. */
  examples: Readonly<Record<string, Example>>
  /** Programs, by operation id. */
  samples?: Readonly<Record<string, readonly Sample[]>>
  /** Markdown that stands before the operations. */
  description: string
  version: string
}

/** Every schema that operations may refer to: those of all resources, of resources, and of single routes. */
function schemasOf({ resources, routes }: Pick<DocumentParts, 'resources' | 'routes'>): Record<string, JsonSchema> {
  const schemas: Record<string, JsonSchema> = { ...COMMON_SCHEMAS }
  for (const {
    list: { resource },
    routes: own,
  } of resources) {
    const noun = nounOf(resource)
    const taken = (method: Route['method']) =>
      Object.assign({}, ...own.filter((r) => r.method === method).map((r) => r.attributes))
    schemas[noun] = resourceSchema(resource)
    schemas[`${noun}Create`] = attributesSchema(resource, 'create', taken('POST'))
    schemas[`${noun}Update`] = attributesSchema(resource, 'update', taken('PUT'))
    schemas[`${noun}Answer`] = closed({ data: ref(noun), meta: { type: 'object' } }, ['data'])
  }
  return Object.assign(schemas, ...routes.map((route) => route.schemas))
}

const SECURITY: Record<string, JsonSchema> = {
  token: { type: 'apiKey', in: 'header', name: 'PTToken', description: 'The API token, as it is' },
  basic: { type: 'http', scheme: 'basic', description: 'Any user name, usually the e-mail; the API token as password' },
  bearer: { type: 'http', scheme: 'bearer', description: 'The API token as bearer token' },
  query: {
    type: 'apiKey',
    in: 'query',
    name: 'api_token',
    description: 'The API token in the address; logs may keep it',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'assay_session',
    description: 'The session of a user; requests other than GET and HEAD need the header `X-Assay-Console: 1`, too',
  },
}

/** The download of an attachment and the file behind it, which are no JSON. */
function downloads(show: Operation, { id, summary }: NonNullable<Route['download']>): Operation[] {
  const { responses, ...rest } = show.document as { responses: Record<string, unknown> }
  const { 200: _, ...errors } = responses
  const download: Operation = {
    ...show,
    id,
    path: show.path.replace('.json', ''),
    document: {
      ...rest,
      operationId: id,
      summary,
      responses: {
        200: {
          description: 'The file, once the redirect is followed',
          content: { 'application/octet-stream': { schema: { type: 'string' } } },
        },
        302: {
          description: 'To a signed address that needs no token and works for some minutes',
          headers: {
            Location: { description: 'Absolute address of the bytes', schema: { type: 'string', format: 'uri' } },
          },
        },
        ...errors,
      },
    },
  }
  const file: Operation = {
    path: '/files/{signed_token}',
    method: 'get',
    id: 'downloadFile',
    tag: show.tag,
    sample: undefined,
    document: {
      operationId: 'downloadFile',
      tags: [show.tag],
      summary: 'The bytes of an attachment, at the address that a download leads to',
      security: [],
      parameters: [
        {
          name: 'signed_token',
          in: 'path',
          required: true,
          description: 'From the redirect',
          schema: { type: 'string' },
        },
      ],
      responses: {
        200: { description: 'The file', content: { 'application/octet-stream': { schema: { type: 'string' } } } },
        404: { $ref: '#/components/responses/Error404' },
        500: { $ref: '#/components/responses/Error500' },
      },
    },
  }
  return [show, download, file]
}

/** Every operation of the API, in the order of the routes. */
export function operationsOf({
  resources,
  routes,
  examples,
}: Pick<DocumentParts, 'resources' | 'routes' | 'examples'>): Operation[] {
  const listOf = new Map(resources.flatMap(({ list, routes }) => routes.map((route) => [route, list] as const)))
  return routes
    .filter((route) => !route.undocumented)
    .flatMap((route) => {
      const list = listOf.get(route)
      const { id } = describeOperation(route, list, undefined)
      const operation = describeOperation(route, list, examples[id])
      return route.download ? downloads(operation, route.download) : [operation]
    })
}

/** Those schemas that something refers to, directly or through others. */
function referredTo(schemas: Record<string, JsonSchema>, from: unknown): Record<string, JsonSchema> {
  const wanted = new Set<string>()
  const visit = (value: unknown) => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (wanted.has(name)) continue
      if (schemas[name] === undefined) throw new Error(`no route defines the schema ${name}, which one refers to`)
      wanted.add(name)
      visit(schemas[name])
    }
  }
  visit(from)
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => wanted.has(name)))
}

/** The OpenAPI 3.1 document of the API, from the declarations of its resources. */
export function buildDocument(parts: DocumentParts): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {}
  const operations = operationsOf(parts)
  for (const { path, method, id, document } of operations) {
    paths[path] ??= {}
    const samples = parts.samples?.[id]
    paths[path][method] = samples === undefined ? document : { ...document, 'x-codeSamples': samples }
  }
  const used = new Set(operations.map(({ tag }) => tag))
  const responses = Object.fromEntries(
    Object.entries(ERROR_RESPONSES).map(([status, description]) => [
      `Error${status}`,
      { description, content: { 'application/json': { schema: ref('Errors') } } },
    ]),
  )
  return {
    openapi: '3.1.0',
    info: {
      title: 'Assay',
      version: parts.version,
      summary: 'Self-hosted test management that speaks the PractiTest REST API v2',
      description: parts.description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This server' }],
    security: Object.keys(SECURITY).map((name) => ({ [name]: [] })),
    ...tagsOf(used),
    paths,
    components: {
      securitySchemes: SECURITY,
      schemas: referredTo(schemasOf(parts), [paths, responses]),
      responses,
    },
  }
}
