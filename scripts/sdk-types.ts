/** As much of JSON Schema as openapi.json uses. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  description?: string
  examples?: unknown[]
  enum?: unknown[]
  const?: unknown
  oneOf?: Schema[]
  items?: Schema
  maxItems?: number
  required?: string[]
  properties?: Record<string, Schema>
  propertyNames?: { pattern?: string }
  additionalProperties?: boolean | Schema
}

interface Parameter {
  name: string
  in: 'path' | 'query'
  description?: string
  schema: Schema
}

export interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  parameters?: Parameter[]
  requestBody?: { required: boolean; content: Record<string, { schema: Schema }> }
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

const HEAD = '// Written by "npm run generate:sdk" from openapi.json. Change the declarations of the server instead.\n'
const CUSTOM_FIELD_KEYS = '^---f-\\d+$'

const refName = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1)
const isNamed = (schema: Schema, name: string) => schema.$ref !== undefined && refName(schema.$ref) === name
const comment = (text: string | undefined) => (text ? `/** ${text.replaceAll('*/', '*\\/')} */\n` : '')
const union = (types: string[]) => [...new Set(types)].join(' | ')

/** A schema as a TypeScript type. `local`, `Api.` or nothing, goes before the names of schemas. */
export function typeOf(schema: Schema, local = ''): string {
  if (schema.$ref) return `${local}${refName(schema.$ref)}`
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)))
  if (schema.oneOf) return union(schema.oneOf.map((one) => typeOf(one, local)))
  if (schema.type === undefined) return schema.properties ? objectType(schema, local) : 'unknown'
  return union([schema.type].flat().map((type) => plainType(type, schema, local)))
}

function plainType(type: string, schema: Schema, local: string): string {
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'array' && schema.maxItems === 0) return 'never[]'
  if (type === 'array') return `(${typeOf(schema.items ?? {}, local)})[]`
  return type === 'object' ? objectType(schema, local) : type
}

function objectType(schema: Schema, local: string): string {
  const { properties = {}, additionalProperties: others } = schema
  const rest = typeof others === 'object' ? typeOf(others, local) : 'unknown'
  const names = schema.propertyNames?.pattern === CUSTOM_FIELD_KEYS ? `\`---f-\${number}\`` : 'string'
  if (Object.keys(properties).length === 0) return `Record<${names}, ${rest}>`
  const index = others === true || typeof others === 'object' ? `[name: string]: ${rest}` : ''
  return `{\n${members(properties, schema.required ?? [], local)}\n${index} }`
}

function members(properties: Record<string, Schema>, required: string[], local: string): string {
  return Object.entries(properties)
    .map(([name, schema]) => {
      const type = typeOf(schema, local)
      return `${comment(schema.description)}${JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${type}`
    })
    .join('\n')
}

/** `schemas.ts`: a type for each schema of the document. */
export function printSchemas({ components }: OpenApiDocument): string {
  const types = Object.entries(components.schemas).map(([name, schema]) => {
    const type = typeOf(schema)
    const isObject = type.startsWith('{')
    return `${comment(schema.description)}export ${isObject ? `interface ${name} ${type}` : `type ${name} = ${type}`}\n`
  })
  return `${HEAD}\n${types.join('\n')}`
}

/** A query parameter: what the client makes text of. */
function queryType({ name, description = '', schema }: Parameter): string {
  if (schema.type === 'integer' && !name.startsWith('page[')) return 'number | string'
  if (schema.type !== 'string') return typeOf(schema)
  return description.includes('separated by commas') ? 'string | number | readonly (string | number)[]' : 'string'
}

/** One callable operation: of a body that may be one element or several, each form has a name of its own. */
interface Call {
  id: string
  method: string
  path: string
  operation: Operation
  body: Schema | undefined
  answer: Schema | undefined
}

const pascal = (text: string) => text.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The same schema with the array, or with the single form, of `data` only. */
function formOf(schema: Schema, many: boolean): Schema {
  const forms = schema.properties?.data?.oneOf ?? []
  const data = forms.find(({ type }) => (type === 'array') === many)
  if (!data) throw new Error('data has no such form')
  return { ...schema, properties: { ...schema.properties, data } }
}

/** The element's `type` as a literal: a singular word makes the server answer one element for an array of one. */
function withLiteralType(schema: Schema): Schema {
  const { data } = schema.properties ?? {}
  if (!data) return schema
  const element = data.items ?? data
  const { type } = element.properties ?? {}
  if (type?.type !== 'string' || type.examples?.length !== 1) return schema
  const typed = { ...element, properties: { ...element.properties, type: { const: type.examples[0] } } }
  return { ...schema, properties: { ...schema.properties, data: data.items ? { ...data, items: typed } : typed } }
}

/** All calls of a document, in its order. */
export function callsOf({ paths }: OpenApiDocument): Call[] {
  const calls: Call[] = []
  for (const [path, item] of Object.entries(paths)) {
    for (const [name, operation] of Object.entries(item)) {
      const method = name.toUpperCase()
      const { operationId: id, requestBody, tags } = operation
      // No HTTP client of a browser sends a body with GET.
      const body = method === 'GET' ? undefined : requestBody?.content['application/json']?.schema
      const answer = operation.responses[200]?.content?.['application/json']?.schema
      const call = { id, method, path, operation, body: body && withLiteralType(body), answer }
      if (!body?.properties?.data?.oneOf || !answer) calls.push(call)
      else {
        const [one, many] = [false, true].map((form) => ({
          ...call,
          body: withLiteralType(formOf(body, form)),
          answer: formOf(answer, form),
        })) as [Call, Call]
        calls.push(one, { ...many, id: `create${pascal(tags[0] ?? '')}` })
      }
    }
  }
  return calls
}

function inputType({ operation, body }: Call): string {
  const { parameters = [], requestBody } = operation
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  const inQuery = parameters.filter((parameter) => parameter.in === 'query')
  const path = inPath.map(({ name }) => `${name}: number | string`).join('\n')
  const query = inQuery.map((q) => `${comment(q.description)}${JSON.stringify(q.name)}?: ${queryType(q)}`).join('\n')
  const parts = [
    path && `path: { ${path} }`,
    query && `query?: {\n${query} }`,
    body && `body${requestBody?.required ? '' : '?'}: ${typeOf(body, 'Api.')}`,
  ].filter(Boolean)
  return parts.length > 0 ? `{ ${parts.join('\n')} }` : 'Record<never, never>'
}

// Their answers show a secret, which the server does not keep: it ignores Idempotency-Key (contract §1.18).
const SECRETS = ['NewTokenAnswer', 'NewPersonalTokenAnswer', 'WebhookWithSecretAnswer']

function wireText({ method, path, answer }: Call): string {
  const short = path.startsWith('/api/v2/') ? path.slice('/api/v2/'.length) : path
  if (!answer) return `${method} ${short} bytes`
  return SECRETS.some((name) => isNamed(answer, name)) ? `${method} ${short} once` : `${method} ${short}`
}

/** `operations.ts`: what each operation takes and answers, and the table that the client calls them by. */
export function printOperations(document: OpenApiDocument): string {
  for (const name of SECRETS) if (!document.components.schemas[name]) throw new Error(`there is no schema ${name}`)
  const calls = callsOf(document)
  if (new Set(calls.map(({ id }) => id)).size < calls.length) throw new Error('two operations have the same name')
  const types = calls.map((call) => {
    const answer = call.answer ? typeOf(call.answer, 'Api.') : 'Uint8Array<ArrayBuffer>'
    return `${comment(call.operation.summary)}${call.id}: { input: ${inputType(call)}\nanswer: ${answer} }`
  })
  const isList = ({ method, answer }: Call) =>
    method === 'GET' && (isNamed(answer ?? {}, 'IdentifierList') || answer?.properties?.links !== undefined)
  const lists = calls.filter(isList).map(({ id }) => JSON.stringify(id))
  const table = calls.map((call) => `${call.id}: ${JSON.stringify(wireText(call))}`)
  return `${HEAD}
import type * as Api from './schemas.ts'

/** Every operation of the API: what it takes and what it answers. */
export interface Operations {\n${types.join('\n\n')} }

/** Operations that answer a list, page by page. */
export type ListOperationId = ${lists.join(' | ')}

/**
 * Method and path of each operation; a path with a leading slash is not below \`/api/v2\`. \`bytes\` answers a file,
 * \`once\` shows a secret and is therefore not repeated unless the server certainly did not do it.
 */
export const OPERATIONS: Record<keyof Operations, string> = { ${table.join(',\n')} }
`
}
