import { MAX_BULK, MAX_PAGE_SIZE } from '../core/limits.ts'
import type { Resource } from '../core/resource/define-resource.ts'
import { array, closed, type JsonSchema, object, ref } from '../core/resource/json-schema.ts'
import { nounOf, nounsOf, pascal, singular } from '../core/resource/resource-schemas.ts'
import { attributeParameters } from '../engine/attribute-filters.ts'
import { type Parameter, parameter } from '../engine/parameter.ts'
import type { ResourceList } from '../engine/resource-list.ts'
import type { Route } from '../engine/route.ts'
import { sortParameters } from '../engine/sorting.ts'
import { API_ROOT } from '../http/register-routes.ts'
import { ERROR_RESPONSES } from './common-schemas.ts'

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
  sample: Route['sample']
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
  const [, from, to] = (route.links && /\/([a-z_]+)\/:id\/relationships\/([a-z_]+)$/.exec(route.path)) || []
  if (from !== undefined && to !== undefined) {
    const verb = { GET: 'list', POST: 'add', PATCH: 'replace', DELETE: 'remove', PUT: 'replace' }[route.method]
    return `${verb}${pascal(singular(from))}${pascal(to)}`
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
    description: name === 'project_id' ? 'System id of the project' : 'System id',
    schema: { type: 'integer', minimum: 1 },
  }))
}

const inQuery = ({ name, description, schema }: Parameter): JsonSchema => ({ name, in: 'query', description, schema })

const extrasOf = (resource: Resource): Parameter[] =>
  [...new Set(Object.values(resource.attributes).flatMap(({ onRequest }) => onRequest ?? []))].map((flag) =>
    parameter(flag.replaceAll('-', '_'), 'Show what is shown on request only', { type: 'boolean' }),
  )

interface Context {
  route: Route
  list: ResourceList | undefined
  /** It lists the resource of its list. */
  isList: boolean
}

function queryParameters({ route, list, isList }: Context): JsonSchema[] {
  const isOne = route.method === 'GET' && ENTITY_PATH.test(route.path) && route.answer === undefined
  const own = isList || isOne ? list : undefined
  const narrowed = isList || route.filtered ? list : undefined
  const isPaged = isList || route.pageOf !== undefined || (route.links && route.method === 'GET')
  const parameters = [
    ...(isPaged ? PAGING : []),
    ...(narrowed ? narrowed.filters.flatMap(({ parameters: named = [] }) => named) : []),
    ...(isList && list ? sortParameters(list) : []),
    ...(narrowed ? attributeParameters(narrowed) : []),
    ...(narrowed?.criteria?.parameters ?? []),
    ...(own?.relationships ? [RELATIONSHIPS] : []),
    ...(own ? extrasOf(own.resource) : []),
    ...(route.parameters ?? []),
  ]
  return parameters.map(inQuery)
}

function bodySchema({ route, list }: Context): JsonSchema | null {
  if (route.body !== undefined) return route.body
  if (route.links) return route.method === 'GET' ? null : ref('Identifiers')
  if (!list || (route.method !== 'POST' && route.method !== 'PUT')) return null
  const noun = nounOf(list.resource)
  const element = object(
    {
      type: { type: 'string', examples: [list.resource.type] },
      attributes: ref(`${noun}${route.method === 'POST' ? 'Create' : 'Update'}`),
      ...route.beside,
    },
    ['attributes'],
  )
  const data = route.bulk ? { oneOf: [element, { type: 'array', maxItems: MAX_BULK, items: element }] } : element
  return object({ data }, ['data'])
}

const pageSchema = (item: JsonSchema): JsonSchema =>
  closed({ data: array(item), links: ref('Links'), meta: ref('Meta') })

function answerSchema({ route, list, isList }: Context): JsonSchema {
  if (route.answer !== undefined) return route.answer
  if (route.pageOf !== undefined) return pageSchema(route.pageOf)
  if (route.links) return ref('IdentifierList')
  if (!list) throw new Error(`${route.method} ${route.path} belongs to no list and does not say what it answers`)
  const noun = nounOf(list.resource)
  if (isList) return pageSchema(ref(noun))
  if (route.method === 'DELETE') return ref('Deleted')
  if (!route.bulk) return ref(`${noun}Answer`)
  const meta = object({ created: array({ type: 'integer' }) })
  return closed({ data: { oneOf: [ref(noun), array(ref(noun))] }, meta }, ['data'])
}

function errorStatuses({ route }: Context): string[] {
  const writes = route.method !== 'GET'
  const namesThings = route.path.includes(':') || route.atRoot === true || route.namesProject === true
  return [
    ...(writes ? ['400'] : []),
    '401',
    // To a cookie alone, and while a second factor is wanted, anything may be forbidden.
    '403',
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
  if (access === 'none') return 'No token is needed.'
  if (access === 'any') return 'Any valid token.'
  if (access === 'user') return 'Any user, by a session or a personal token.'
  if (access === 'account') return 'An account token, or the personal token of an account owner.'
  if (access === 'member') return 'Members of the project.'
  if (access === 'entity') return 'Whoever may see, or to write may change, the kind of entity named.'
  const [first, ...others] = [access].flat()
  if (others.length === 0) return `Permission \`${first}\`.`
  return `Permission \`${first}\`; for some of what it does any of ${others.map((key) => `\`${key}\``).join(', ')}.`
}

/** `/tests/:id` → `/tests/{id}`. */
export const inBraces = (path: string): string => path.replaceAll(/:([a-z_]+)/g, '{$1}')

/** The path of a route as the document spells it. */
export const documentPath = ({ path, atRoot, noSuffix }: Route): string =>
  inBraces(`${atRoot ? '' : API_ROOT}${path}${noSuffix ? '' : '.json'}`)

/** Describes one route as an OpenAPI operation. */
export function describeOperation(
  route: Route,
  list: ResourceList | undefined,
  example: Example | undefined,
): Operation {
  const { links, answer, pageOf } = route
  const isPlainRead = route.method === 'GET' && !links && answer === undefined && pageOf === undefined
  const context: Context = { route, list, isList: isPlainRead && list !== undefined && !ENTITY_PATH.test(route.path) }
  const body = bodySchema(context)
  const id = route.id ?? operationId(route, list?.resource)
  const tag = route.tag ?? list?.resource.type
  if (tag === undefined) throw new Error(`${route.method} ${route.path} belongs to no list and has no tag`)
  const shown = example?.response === undefined ? {} : { example: example.response }
  const document: JsonSchema = {
    operationId: id,
    tags: [tag],
    summary: route.summary,
    ...(route.access === 'none' ? { security: [] } : {}),
    description: [route.description, permissionText(route)].filter(Boolean).join('\n\n'),
    parameters: [...pathParameters(route.path), ...queryParameters(context)],
    ...(body === null
      ? {}
      : {
          requestBody: {
            required: route.bodyOptional !== true,
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
        content: { 'application/json': { schema: answerSchema(context), ...shown } },
      },
      ...Object.fromEntries(
        errorStatuses(context).map((status) => [status, { $ref: `#/components/responses/Error${status}` }]),
      ),
    },
  }
  return { path: documentPath(route), method: route.method.toLowerCase(), id, tag, document, sample: route.sample }
}
