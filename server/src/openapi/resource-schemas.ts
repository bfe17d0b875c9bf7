import { ATTRIBUTE_DOCS } from '../core/resource/attribute-docs.ts'
import {
  type Attribute,
  canCreate,
  canUpdate,
  isNullable,
  isRequired,
  type Resource,
} from '../core/resource/define-resource.ts'
import { type JsonSchema, orNull } from '../core/resource/json-schema.ts'

/** `step-runs` → `StepRun`: what schemas and operations call one of a resource. */
export const nounOf = ({ type }: Pick<Resource, 'type'>): string => pascal(singular(type))

/** `step-runs` → `StepRuns`. */
export const nounsOf = ({ type }: Pick<Resource, 'type'>): string => pascal(type)

/** `statuses` → `status`, `deliveries` → `delivery`, `tests` → `test`. */
export const singular = (words: string): string =>
  words.endsWith('statuses') ? words.slice(0, -2) : words.replace(/ies$/, 'y').replace(/s$/, '')

export const pascal = (words: string): string =>
  words.replaceAll(/(?:^|[-_ ])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

function documented(name: string, attribute: Attribute, schema: JsonSchema): JsonSchema {
  const doc = attribute.about ?? ATTRIBUTE_DOCS[name]
  if (doc === undefined) throw new Error(`the attribute ${name} has no description: add it to attribute-docs.ts`)
  const [description, example] = doc
  return { ...schema, description, examples: [example] }
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
  const related = (resource.relationships ?? []).map((name) => [name, { $ref: '#/components/schemas/Related' }])
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

/** Attributes that actions read besides the declared ones, by resource type (contract §1.3, §4.13). */
const WEBHOOK_SECRET: JsonSchema = {
  type: ['string', 'null'],
  description: 'whsec_ and base64 of 24 to 64 bytes; made by the server when left out',
  examples: [`whsec_${'A'.repeat(32)}`],
}

const PERMISSIONS: JsonSchema = {
  type: 'object',
  description: 'Permissions by key; what is left out stays, or is not granted',
  additionalProperties: { type: 'boolean' },
  examples: [{ runs: true }],
}

const EXTRA: Record<string, { create?: Record<string, JsonSchema>; update?: Record<string, JsonSchema> }> = {
  groups: { create: { permissions: PERMISSIONS }, update: { permissions: PERMISSIONS } },
  webhooks: { create: { secret: WEBHOOK_SECRET }, update: { secret: WEBHOOK_SECRET } },
  runs: {
    create: {
      'exit-code': {
        type: ['integer', 'string', 'null'],
        description: '0 = PASSED, anything else = FAILED; steps decide when there are any',
        examples: [0],
      },
    },
    update: { 'tester-id': { type: ['integer', 'string', 'null'], description: 'User who ran it', examples: [21] } },
  },
}

const UPDATED_BY: JsonSchema = {
  type: ['integer', 'string', 'null'],
  description: 'User whom the history names; with account tokens and impersonation',
  examples: [21],
}

/** Resources whose changes are recorded for a user that the body may name. */
const RECORDED = new Set(['requirements', 'tests', 'sets', 'instances', 'issues'])

/**
 * The attributes of a body: those that may be created, updated, or override those of a source. Unknown ones are
 * ignored, so they are allowed.
 */
export function attributesSchema(resource: Resource, use: 'create' | 'update' | 'override'): JsonSchema {
  const settable = use === 'update' ? canUpdate : canCreate
  const attributes = Object.entries(resource.attributes).filter(([, attribute]) => settable(attribute))
  const extra = EXTRA[resource.type]?.[use === 'update' ? use : 'create'] ?? {}
  const recorded = use === 'update' && RECORDED.has(resource.type) ? { 'updated-by-user-id': UPDATED_BY } : {}
  const required = use === 'create' ? attributes.filter(([, attribute]) => isRequired(attribute)) : []
  return {
    type: 'object',
    ...(required.length === 0 ? {} : { required: required.map(([name]) => name) }),
    properties: {
      ...Object.fromEntries(attributes.map(([name, attribute]) => [name, sent(name, attribute)])),
      ...extra,
      ...recorded,
    },
  }
}
