import { ATTRIBUTE_DOCS, type AttributeDoc } from './attribute-docs.ts'
import { type Attribute, canCreate, canUpdate, isNullable, isRequired, type Resource } from './define-resource.ts'
import { closed, type JsonSchema, orNull, ref } from './json-schema.ts'

/** `step-runs` → `StepRun`: what schemas and operations call one of a resource. */
export const nounOf = ({ type }: Pick<Resource, 'type'>): string => pascal(singular(type))

/** `step-runs` → `StepRuns`. */
export const nounsOf = ({ type }: Pick<Resource, 'type'>): string => pascal(type)

/** `statuses` → `status`, `deliveries` → `delivery`, `tests` → `test`. */
export const singular = (words: string): string =>
  words.endsWith('statuses') ? words.slice(0, -2) : words.replace(/ies$/, 'y').replace(/s$/, '')

export const pascal = (words: string): string =>
  words.replaceAll(/(?:^|[-_ ])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** The words for an attribute; a test asks for those that are missing. */
export const docOf = (name: string, { about }: Pick<Attribute, 'about'>): AttributeDoc | undefined =>
  about ?? ATTRIBUTE_DOCS[name]

function documented(name: string, attribute: Attribute, schema: JsonSchema): JsonSchema {
  const doc = docOf(name, attribute)
  return doc === undefined ? schema : { ...schema, description: doc[0], examples: [doc[1]] }
}

/** What answers show of an attribute. */
function shown(name: string, attribute: Attribute): JsonSchema {
  const schema = attribute.schema ?? attribute.kind.schema
  return documented(name, attribute, isNullable(attribute) ? orNull(schema) : schema)
}

/** What a body may send for an attribute. */
function sent(name: string, attribute: Attribute): JsonSchema {
  const schema = attribute.input ?? attribute.schema ?? attribute.kind.input ?? attribute.kind.schema
  const required = isRequired(attribute)
  return documented(name, attribute, required ? schema : orNull(schema))
}

/** The resource object of answers (contract §1.6): every attribute, those on request optional, and nothing else. */
export function resourceSchema(resource: Resource): JsonSchema {
  const attributes = Object.entries(resource.attributes)
  const always = attributes.filter(([, { onRequest }]) => onRequest === undefined)
  const related = (resource.relationships ?? []).map((name) => [name, ref('Related')])
  return {
    type: 'object',
    required: ['id', 'type', 'attributes'],
    additionalProperties: false,
    properties: {
      id: { type: 'string', pattern: '^\\d+$', description: 'System id, as text' },
      type: { const: resource.type },
      attributes: {
        type: 'object',
        required: always.map(([name]) => name),
        additionalProperties: false,
        properties: Object.fromEntries(attributes.map(([name, attribute]) => [name, shown(name, attribute)])),
      },
      ...(related.length === 0
        ? {}
        : {
            relationships: {
              type: 'object',
              description: 'Only with relationships=true',
              required: resource.relationships,
              additionalProperties: false,
              properties: Object.fromEntries(related),
            },
          }),
    },
  }
}

/**
 * Schemas of a resource object with further attributes, which only some answers show, and of such an answer. `optional`:
 * they may be absent.
 */
export function extendedSchemas(
  name: string,
  resource: Resource,
  attributes: Record<string, JsonSchema>,
  { optional = false }: { optional?: boolean } = {},
): Record<string, JsonSchema> {
  const schema = resourceSchema(resource) as { properties: { attributes: { required: string[]; properties: object } } }
  const own = schema.properties.attributes
  const extended = {
    ...schema,
    properties: {
      ...schema.properties,
      attributes: {
        ...own,
        required: optional ? own.required : [...own.required, ...Object.keys(attributes)],
        properties: { ...own.properties, ...attributes },
      },
    },
  }
  return { [name]: extended, [`${name}Answer`]: closed({ data: ref(name) }) }
}

/** A secret, in the one answer that shows it. */
export const SHOWN_SECRET: JsonSchema = { type: 'string', description: 'Shown in this answer only' }

/**
 * The attributes of a body: those that may be created, updated, or override those of a source, and further ones that
 * its route reads. Unknown ones are ignored, so they are allowed.
 */
export function attributesSchema(
  resource: Resource,
  use: 'create' | 'update' | 'override',
  further: Record<string, JsonSchema> = {},
): JsonSchema & { properties: Record<string, JsonSchema> } {
  const settable = use === 'update' ? canUpdate : canCreate
  const attributes = Object.entries(resource.attributes).filter(([, attribute]) => settable(attribute))
  const required = use === 'create' ? attributes.filter(([, attribute]) => isRequired(attribute)) : []
  return {
    type: 'object',
    ...(required.length === 0 ? {} : { required: required.map(([name]) => name) }),
    properties: {
      ...Object.fromEntries(attributes.map(([name, attribute]) => [name, sent(name, attribute)])),
      ...further,
    },
  }
}
