import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js'
import { RESOURCES, ROUTES } from '../app/registry.ts'
import { buildDocument } from '../openapi/build-document.ts'
import { KITTEN_ROUTES } from '../resources/kittens/kittens.routes.ts'

export const DOCUMENTED_ROUTES = [...ROUTES, ...KITTEN_ROUTES]

/** As much of an operation as tests look at. */
export interface Operation {
  operationId: string
  parameters?: { name: string; in: string }[]
  requestBody?: { required: boolean }
  responses: Record<string, { content?: object; $ref?: string }>
}

/** The document that calls of tests are held against. */
export const DOCUMENT = buildDocument({
  resources: RESOURCES,
  routes: DOCUMENTED_ROUTES,
  examples: {},
  description: '',
  version: '',
}) as {
  paths: Record<string, Record<string, Operation>>
  components: { securitySchemes: Record<string, { in?: string; name?: string }> }
}

/** A key as a part of a JSON pointer in a URI. */
export const escaped = (key: string) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))

/** Compiles the schemas of a document, each when it is first asked for by its pointer. */
export function createValidators(document: object): (pointer: string) => ValidateFunction {
  const ajv = new Ajv2020.default({
    strict: false,
    allErrors: true,
    verbose: true,
    formats: {
      'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/,
      date: /^\d{4}-\d{2}-\d{2}$/,
      uri: /^https?:\/\//,
      password: true,
    },
  })
  ajv.addSchema(document, 'openapi')
  const compiled = new Map<string, ValidateFunction>()
  return (pointer) => {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `openapi#${pointer}` })
    compiled.set(pointer, known)
    return known
  }
}
