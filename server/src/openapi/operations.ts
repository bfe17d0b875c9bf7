import { MAX_BULK, MAX_PAGE_SIZE } from '../core/limits.ts'
import type { Resource } from '../core/resource/define-resource.ts'
import type { JsonSchema } from '../core/resource/json-schema.ts'
import { type Parameter, parameter, type Room } from '../engine/room.ts'
import type { Route } from '../engine/route.ts'
import { closed, ERROR_RESPONSES, ref } from './common-schemas.ts'
import { nounOf, nounsOf, pascal, singular } from './resource-schemas.ts'
import { SPECIAL_OPERATIONS, type Special } from './special-operations.ts'

/** A real call and its answer, shown as an example (examples.json). */
export interface Example {
  request?: unknown
  response?: unknown
}

/** An operation of the document, with where it stands. */
export interface Operation {
  path: string
  method: string
  id: string
  tag: string
  document: JsonSchema
}

const ENTITY_PATH = /\/:id$/

/** The last words of a path that name something: `workflow/statuses/:id` → `statuses`. */
const collectionOf = (path: string) =>
  path
    .split('/')
    .filter((part) => part !== '' && !part.startsWith(':'))
    .at(-1) ?? ''

/** `GET /projects/:project_id/tests/:id` → `showTest`: read, or acted on, by its path and resource. */
function operationId(route: Route, resource: Resource | undefined): string {
  const link = /\/([a-z_]+)\/:id\/relationships\/([a-z_]+)$/.exec(route.path)
  if (link) {
    const verb = { GET: 'list', POST: 'add', PATCH: 'replace', DELETE: 'remove', PUT: 'replace' }[route.method]
    return `${verb}${pascal(singular(link[1] as string))}${pascal(link[2] as string)}`
  }
  const [one, many] = resource
    ? [nounOf(resource), nounsOf(resource)]
    : [pascal(singular(collectionOf(route.path))), pascal(collectionOf(route.path))]
  const isOne = ENTITY_PATH.test(route.path)
  if (route.method === 'GET') return isOne ? `show${one}` : `list${many}`
  return `${{ POST: 'create', PUT: 'update', PATCH: 'update', DELETE: 'delete' }[route.method]}${one}`
}

const PAGING = [
  parameter('page[number]', 'Page, from 1', { type: 'integer', minimum: 1, default: 1 }),
  parameter('page[size]', `Rows on a page, at most ${MAX_PAGE_SIZE}`, {
    type: 'integer',
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
    default: MAX_PAGE_SIZE,
  }),
]
const RELATIONSHIPS = parameter('relationships', 'Show what each is linked to', { type: 'boolean' })

function pathParameters(path: string): JsonSchema[] {
  return [...path.matchAll(/:([a-z_]+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description:
      name === 'project_id' ? 'System id of the project' : name === 'signed_token' ? 'From the redirect' : 'System id',
    schema: name === 'signed_token' ? { type: 'string' } : { type: 'integer', minimum: 1 },
  }))
}

const inQuery = ({ name, description, schema }: Parameter): JsonSchema => ({ name, in: 'query', description, schema })

const extrasOf = (resource: Resource): Parameter[] =>
  [...new Set(Object.values(resource.attributes).flatMap(({ onRequest }) => onRequest ?? []))].map((flag) =>
    parameter(flag.replaceAll('-', '_'), 'Show what is shown on request only', { type: 'boolean' }),
  )

interface Context {
  route: Route
  room: Room | undefined
  special: Special
  isList: boolean
  isLink: boolean
}

function queryParameters({ route, room, special, isList, isLink }: Context): JsonSchema[] {
  const isOne = route.method === 'GET' && ENTITY_PATH.test(route.path)
  const own = room && (isList || isOne) && special.answer === undefined ? room : undefined
  const parameters = [
    ...(isList || (isLink && route.method === 'GET') ? PAGING : []),
    ...(isList && own ? own.filters.flatMap(({ parameters: named = [] }) => named) : []),
    ...(isList && own?.criteria ? own.criteria.parameters : []),
    ...(own?.relationships ? [RELATIONSHIPS] : []),
    ...(own ? extrasOf(own.resource) : []),
    ...(special.parameters ?? []),
  ]
  return parameters.map(inQuery)
}

/** Resources of which several can be created in one request. */
const BULK = new Set(['tests', 'instances', 'runs'])

/** Side objects of a new one, by resource type (contract §1.5). */
const SIDES: Record<string, Record<string, JsonSchema>> = {
  tests: { steps: { type: 'object', properties: { data: { type: 'array', items: ref('NewStep') } } } },
  sets: {
    instances: {
      type: 'object',
      properties: { 'test-ids': { type: 'array', items: { type: ['integer', 'string'] } } },
    },
  },
  requirements: {
    traceability: {
      type: 'object',
      properties: { 'test-ids': { type: 'array', items: { type: ['integer', 'string'] } } },
    },
  },
  runs: { steps: ref('NewStepRuns'), files: ref('Files') },
}

function bodySchema({ route, room, special, isLink }: Context): JsonSchema | null {
  if (special.body !== undefined) return special.body
  if (isLink) return route.method === 'GET' ? null : ref('Identifiers')
  if (!room || (route.method !== 'POST' && route.method !== 'PUT')) return null
  const noun = nounOf(room.resource)
  const creates = route.method === 'POST'
  const element: JsonSchema = {
    type: 'object',
    required: ['attributes'],
    properties: {
      type: { type: 'string', examples: [room.resource.type] },
      attributes: ref(`${noun}${creates ? 'Create' : 'Update'}`),
      ...(creates ? SIDES[room.resource.type] : {}),
    },
  }
  const many = creates && BULK.has(room.resource.type)
  const data = many ? { oneOf: [element, { type: 'array', maxItems: MAX_BULK, items: element }] } : element
  return { type: 'object', required: ['data'], properties: { data } }
}

function answerSchema({ route, room, special, isList, isLink }: Context): JsonSchema {
  if (special.answer !== undefined) return special.answer
  if (isLink) return ref('IdentifierList')
  if (!room) throw new Error(`nothing says what ${route.method} ${route.path} answers: add it to special-operations.ts`)
  const noun = nounOf(room.resource)
  if (isList) return closed({ data: { type: 'array', items: ref(noun) }, links: ref('Links'), meta: ref('Meta') })
  if (route.method === 'DELETE') return ref('Deleted')
  if (route.method === 'POST' && BULK.has(room.resource.type)) {
    const meta = { type: 'object', properties: { created: { type: 'array', items: { type: 'integer' } } } }
    return closed({ data: { oneOf: [ref(noun), { type: 'array', items: ref(noun) }] }, meta }, ['data'])
  }
  return ref(`${noun}Answer`)
}

function errorStatuses({ route }: Context): string[] {
  const writes = route.method !== 'GET'
  const namesThings = route.path.includes(':') || route.atRoot === true || route.path === '/issues'
  return [
    ...(writes ? ['400'] : []),
    '401',
    ...(route.access !== 'any' || namesThings ? ['403'] : []),
    ...(namesThings ? ['404'] : []),
    '406',
    ...(writes ? ['409'] : []),
    '413',
    '422',
    '429',
    '500',
    '503',
  ].filter((status) => status in ERROR_RESPONSES)
}

/** Who may call it, for people. */
function permissionText({ access }: Route): string {
  if (access === 'any') return 'Any valid token.'
  if (access === 'account') return 'An account token, or the personal token of an account owner.'
  if (access === 'member') return 'Members of the project.'
  if (access === 'entity') return 'Whoever may see, or to write may change, the kind of entity named.'
  const [first, ...others] = [access].flat()
  if (others.length === 0) return `Permission \`${first}\`.`
  return `Permission \`${first}\`; for some of what it does any of ${others.map((key) => `\`${key}\``).join(', ')}.`
}

/** Describes one route as an OpenAPI operation. */
export function describeOperation(route: Route, room: Room | undefined, example: Example | undefined): Operation {
  const special = SPECIAL_OPERATIONS[`${route.method} ${route.path}`] ?? {}
  const isLink = route.path.includes('/relationships/')
  const isList =
    route.method === 'GET' &&
    !isLink &&
    room !== undefined &&
    /\/[a-z_]+$/.test(route.path) &&
    special.answer === undefined
  const isPaged = isList || JSON.stringify(special.answer ?? {}).includes('schemas/Meta')
  const context: Context = { route, room, special, isList, isLink }
  const parameters = queryParameters(context)
  if (isPaged && !isList) parameters.unshift(...PAGING.map(inQuery))
  const body = bodySchema(context)
  const answer = special.answersWith === undefined ? answerSchema(context) : undefined
  const id = special.id ?? operationId(route, room?.resource)
  const tag = room?.resource.type ?? tagOf(route)
  const shown = example?.response === undefined ? {} : { example: example.response }
  const document: JsonSchema = {
    operationId: id,
    tags: [tag],
    summary: route.summary,
    description: [special.description, permissionText(route)].filter(Boolean).join('\n\n'),
    parameters: [...pathParameters(route.path), ...parameters],
    ...(body === null
      ? {}
      : {
          requestBody: {
            required: special.optional !== true,
            content: {
              'application/json': {
                schema: body,
                ...(example?.request === undefined ? {} : { example: example.request }),
              },
            },
          },
        }),
    responses: {
      200: {
        description: 'Done',
        content: { 'application/json': { schema: answer ?? {}, ...shown } },
      },
      ...Object.fromEntries(
        errorStatuses(context).map((status) => [status, { $ref: `#/components/responses/Error${status}` }]),
      ),
    },
  }
  const root = route.atRoot ? '' : '/api/v2'
  const suffix = route.path.includes('kittens') ? '' : '.json'
  const path = `${root}${route.path}${suffix}`.replaceAll(/:([a-z_]+)/g, '{$1}')
  return { path, method: route.method.toLowerCase(), id, tag, document }
}

/** Routes of no room belong to what their path begins with. */
function tagOf({ path }: Route): string {
  if (path.includes('kittens')) return 'kittens'
  if (path.includes('/fields')) return 'fields'
  return /\/projects\/:project_id\/([a-z_]+)/.exec(path)?.[1]?.replace('_', '-') ?? 'account'
}
