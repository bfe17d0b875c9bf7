import type { JsonSchema } from '../core/resource/json-schema.ts'

export const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

const object = (properties: Record<string, JsonSchema>, required = Object.keys(properties)): JsonSchema => ({
  type: 'object',
  required,
  additionalProperties: false,
  properties,
})

export const closed = object

const pageNumber = { type: ['integer', 'null'], minimum: 1 }

/** Schemas that operations of many resources share. */
export const COMMON_SCHEMAS: Record<string, JsonSchema> = {
  Identifier: object({
    id: { type: 'string', pattern: '^\\d+$' },
    type: { type: 'string', examples: ['tests'] },
  }),
  Related: object({ data: { type: 'array', items: ref('Identifier') } }),
  Links: {
    type: 'object',
    description: 'Absolute URLs that repeat the whole query; next is absent on the last page',
    additionalProperties: false,
    properties: Object.fromEntries(
      ['self', 'first', 'prev', 'next', 'last'].map((name) => [name, { type: ['string', 'null'], format: 'uri' }]),
    ),
  },
  Meta: object({
    'current-page': { type: 'integer', minimum: 1 },
    'next-page': pageNumber,
    'prev-page': pageNumber,
    'total-pages': { type: 'integer', minimum: 0 },
    'total-count': { type: 'integer', minimum: 0 },
  }),
  IdentifierList: object({
    data: { type: 'array', items: ref('Identifier') },
    links: ref('Links'),
    meta: ref('Meta'),
  }),
  Deleted: object({ data: ref('Identifier') }),
  Errors: object(
    {
      errors: {
        type: 'array',
        minItems: 1,
        items: object(
          {
            id: { type: 'string', description: 'Request id, on server errors' },
            status: { type: 'string', pattern: '^\\d{3}$', examples: ['422'] },
            title: {
              type: 'string',
              description: 'A sentence that says what is wrong',
              examples: ["Name can't be blank"],
            },
            detail: { type: 'string' },
            source: object(
              {
                pointer: { type: 'string', description: 'Where in the body', examples: ['/data/attributes/name'] },
                parameter: { type: 'string', description: 'Which query parameter' },
              },
              [],
            ),
            meta: { type: 'object', description: 'Of PTQL and JSON errors: position, line, column' },
          },
          ['status', 'title'],
        ),
      },
      error: { type: 'string', description: 'The first title again, on v1 endpoints' },
    },
    ['errors'],
  ),
  File: {
    type: 'object',
    required: ['content_encoded'],
    properties: {
      filename: { type: 'string', examples: ['one.log'] },
      content_encoded: { type: 'string', description: 'The bytes as base64', examples: ['aGVsbG8='] },
    },
  },
  Files: { type: 'object', properties: { data: { type: 'array', items: ref('File') } } },
  NewStep: {
    type: 'object',
    properties: {
      name: { type: 'string', examples: ['Open the basket'] },
      description: { type: 'string' },
      'expected-results': { type: 'string', examples: ['Total is shown'] },
      kind: { enum: ['ManualStep', 'CallToTest'] },
      'test-to-call-id': { type: ['integer', 'string'] },
    },
  },
  NewStepRun: {
    type: 'object',
    properties: {
      name: { type: 'string', examples: ['Open the basket'] },
      description: { type: 'string' },
      'expected-results': { type: 'string' },
      'actual-results': { type: 'string', examples: ['No total'] },
      status: { enum: ['PASSED', 'FAILED', 'BLOCKED', 'NO RUN', 'N/A'] },
      files: ref('Files'),
    },
  },
  Kitten: object({
    id: { type: 'integer' },
    name: { type: 'string' },
    breed: { type: 'string' },
    fluffiness: { type: 'integer' },
    cuteness: { type: 'integer' },
  }),
}

/** The errors that every endpoint may answer, by status (contract §1.8). */
export const ERROR_RESPONSES: Record<string, string> = {
  400: 'The body cannot be read as JSON, or lacks what this endpoint needs',
  401: 'No API token, or one that is unknown or disabled',
  403: 'The token may not do this',
  404: 'It does not exist, or the token may not see it',
  406: 'Another format than JSON was asked for',
  409: 'A request with the same Idempotency-Key is still running',
  413: 'The body is too large',
  422: 'Something in the request is not valid; each problem says where',
  429: 'Too many calls this minute, where a rate limit is set',
  500: 'An unexpected error; nothing was stored',
  503: 'The server cannot do this right now; try again after Retry-After',
}
