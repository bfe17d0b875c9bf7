import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  callsOf,
  type OpenApiDocument,
  printOperations,
  printSchemas,
  type Schema,
  typeOf,
} from '../../scripts/sdk-types.ts'
import { OPERATIONS } from './generated/operations.ts'

const document = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8')) as OpenApiDocument

describe('the table of operations', () => {
  it('has every operation of the document, at its method and path', () => {
    const table = new Map(Object.entries(OPERATIONS).map(([id, entry]) => [id, entry.split(' ')]))
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, { operationId }] of Object.entries(item)) {
        const [wireMethod, wirePath = ''] = table.get(operationId) ?? []
        const whole = wirePath.startsWith('/') ? wirePath : `/api/v2/${wirePath}`
        expect([operationId, wireMethod, whole]).toEqual([operationId, method.toUpperCase(), path])
      }
    }
  })

  it('adds a name for each that takes several elements, and nothing else', () => {
    const ids = Object.values(document.paths).flatMap((item) => Object.values(item).map((one) => one.operationId))
    const added = Object.keys(OPERATIONS).filter((id) => !ids.includes(id))
    expect(added).toEqual(['createTests', 'createInstances', 'createRuns'])
    expect(callsOf(document).map(({ id }) => id)).toEqual(Object.keys(OPERATIONS))
  })

  it('marks files, and what shows a secret', () => {
    const marked = (mark: string) =>
      Object.entries(OPERATIONS).flatMap(([id, e]) => (e.endsWith(` ${mark}`) ? [id] : []))
    expect(marked('bytes')).toEqual(['downloadAttachment', 'downloadFile'])
    expect(marked('once')).toEqual(['createToken', 'createPersonalToken', 'createWebhook', 'updateWebhook'])
  })

  it('is not made of a document in which the secrets have other names', () => {
    const { NewTokenAnswer: _, ...schemas } = document.components.schemas
    expect(() => printOperations({ ...document, components: { schemas } })).toThrow('no schema NewTokenAnswer')
  })
})

describe('a type', () => {
  const typed: [Schema, string][] = [
    [{ type: 'integer' }, 'number'],
    [{ type: ['integer', 'string', 'null'] }, 'number | string | null'],
    [{ type: ['integer', 'number'] }, 'number'],
    [{ type: ['string', 'null'], enum: ['a', null] }, '"a" | null'],
    [{ const: 'runs' }, '"runs"'],
    [{}, 'unknown'],
    [{ type: 'object' }, 'Record<string, unknown>'],
    [{ type: 'array', items: { type: ['string', 'null'] } }, '(string | null)[]'],
    [{ type: 'array', maxItems: 0 }, 'never[]'],
    [{ $ref: '#/components/schemas/Run' }, 'Api.Run'],
    [{ oneOf: [{ type: 'string' }, { $ref: '#/components/schemas/Run' }] }, 'string | Api.Run'],
    [{ type: 'object', additionalProperties: { type: 'boolean' } }, 'Record<string, boolean>'],
    [
      { type: 'object', propertyNames: { pattern: '^---f-\\d+$' }, additionalProperties: { type: 'string' } },
      'Record<`---f-$'.concat('{number}`, string>'),
    ],
    [
      { type: ['array', 'object'], items: { type: 'string' }, additionalProperties: { type: 'number' } },
      '(string)[] | Record<string, number>',
    ],
    [{ required: ['a'], properties: { a: { type: 'string' }, 'b-c': {} } }, '{ "a": string "b-c"?: unknown }'],
    [{ properties: { a: {} }, additionalProperties: true }, '{ "a"?: unknown [name: string]: unknown }'],
    [{ properties: { a: { type: 'string', description: 'Ends */ here' } } }, '{ /** Ends *\\/ here */ "a"?: string }'],
  ]

  it.each(typed)('is made of %j', (schema, type) => {
    expect(typeOf(schema, 'Api.').replaceAll(/\s+/g, ' ')).toBe(type)
  })

  it('is there for every schema', () => {
    const printed = [...printSchemas(document).matchAll(/^export (?:interface|type) (\w+) /gm)].map((match) => match[1])
    expect(printed).toEqual(Object.keys(document.components.schemas))
  })
})
