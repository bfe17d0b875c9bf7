import type { JsonSchema } from '../core/resource/json-schema.ts'

/** A query parameter, for those who read about it. */
export interface Parameter {
  name: string
  schema: JsonSchema
  description: string
}

export const parameter = (name: string, description: string, schema: JsonSchema = { type: 'string' }): Parameter => ({
  name,
  description,
  schema,
})
