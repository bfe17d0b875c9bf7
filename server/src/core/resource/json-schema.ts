/** A JSON Schema of dialect 2020-12, as OpenAPI 3.1 uses it. */
export type JsonSchema = { [key: string]: unknown }

/** The same schema, null allowed. */
export function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema
  if (type === undefined) return schema
  const types = [type].flat()
  if (types.includes('null')) return schema
  return { ...schema, type: [...types, 'null'], ...(Array.isArray(values) ? { enum: [...values, null] } : {}) }
}

/** Schemas of JSON values that several resources show. */
export const SHAPES = {
  customFields: {
    type: 'object',
    propertyNames: { pattern: '^---f-\\d+$' },
    additionalProperties: { type: ['string', 'array'], items: { type: 'string' } },
  },
  sentCustomFields: {
    type: 'object',
    propertyNames: { pattern: '^---f-\\d+$' },
    additionalProperties: { type: ['string', 'number', 'boolean', 'array', 'object', 'null'] },
  },
  texts: { type: 'object', additionalProperties: { type: 'string' } },
  words: { type: 'array', items: { type: 'string' } },
  ids: { type: 'array', items: { type: 'integer' } },
} as const satisfies Record<string, JsonSchema>

/** A schema of the document's components, by name. */
export const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

/** An object that may hold more than these properties, as bodies may. */
export const object = (properties: Record<string, JsonSchema>, required?: readonly string[]): JsonSchema => ({
  type: 'object',
  ...(required === undefined ? {} : { required }),
  properties,
})

/** An object with these properties and no others, as answers are; unless `required` says so, all are there. */
export const closed = (
  properties: Record<string, JsonSchema>,
  required: readonly string[] = Object.keys(properties),
): JsonSchema => ({ type: 'object', required, additionalProperties: false, properties })

export const array = (items: JsonSchema): JsonSchema => ({ type: 'array', items })
export const text: JsonSchema = { type: 'string' }
export const nullableText: JsonSchema = { type: ['string', 'null'] }
/** A number that counts, or an id in an answer. */
export const whole: JsonSchema = { type: 'integer', minimum: 0 }
/** An id in a body: a number or the text of one. */
export const sentId: JsonSchema = { type: ['integer', 'string'] }

/** An answer of `{"data": …}`. */
export const answering = (schema: JsonSchema): JsonSchema => closed({ data: schema })
/** A body of `{"data": …}`. */
export const sending = (schema: JsonSchema): JsonSchema => object({ data: schema }, ['data'])
/** A body of `{"data": {"attributes": …}}`, with what may stand beside the attributes. */
export const sendingAttributes = (
  properties: Record<string, JsonSchema>,
  required: readonly string[],
  beside: Record<string, JsonSchema> = {},
): JsonSchema => sending(object({ attributes: object(properties, required), ...beside }))
