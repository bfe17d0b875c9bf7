import { array, closed, type JsonSchema, object, ref, sentId } from '../core/resource/json-schema.ts'

const pageNumber = { type: ['integer', 'null'], minimum: 1 }

/** Schemas that operations of many resources share. */
export const COMMON_SCHEMAS: Record<string, JsonSchema> = {
  Identifier: closed({
    id: { type: 'string', pattern: '^\\d+$' },
    type: { type: 'string', examples: ['tests'] },
  }),
  Related: closed({ data: array(ref('Identifier')) }),
  Links: {
    type: 'object',
    description: 'Absolute URLs that repeat the whole query; next is absent on the last page',
    additionalProperties: false,
    properties: Object.fromEntries(
      ['self', 'first', 'prev', 'next', 'last'].map((name) => [name, { type: ['string', 'null'], format: 'uri' }]),
    ),
  },
  Meta: closed({
    'current-page': { type: 'integer', minimum: 1 },
    'next-page': pageNumber,
    'prev-page': pageNumber,
    'total-pages': { type: 'integer', minimum: 0 },
    'total-count': { type: 'integer', minimum: 0 },
  }),
  IdentifierList: closed({
    data: array(ref('Identifier')),
    links: ref('Links'),
    meta: ref('Meta'),
  }),
  Deleted: closed({ data: ref('Identifier') }),
  Errors: closed(
    {
      errors: {
        type: 'array',
        minItems: 1,
        items: closed(
          {
            id: { type: 'string', description: 'Request id, on server errors' },
            status: { type: 'string', pattern: '^\\d{3}$', examples: ['422'] },
            title: {
              type: 'string',
              description: 'A sentence that says what is wrong',
              examples: ["Name can't be blank"],
            },
            detail: { type: 'string' },
            source: closed(
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
  Identifiers: object(
    { data: array(object({ id: { ...sentId, examples: [70] }, type: { type: 'string' } }, ['id'])) },
    ['data'],
  ),
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
