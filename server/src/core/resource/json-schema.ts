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
