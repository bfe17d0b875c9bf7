import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ErrorObject } from 'ajv'
import { TOLERATED_RECORDS } from './clear-records.ts'
import { createValidators, DOCUMENT, escaped, type Operation } from './openapi-document.ts'
import { type Drift, reasonFor } from './tolerated.ts'

/** A request as a test made it. */
export interface Sent {
  method: string
  url: string
  body: unknown
  headers: Readonly<Record<string, string>>
  madeUp?: boolean | undefined
}

/** The same schema with every object closed that lists its properties: what a request sends must be listed. */
function closedCopy(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closedCopy)
  if (typeof schema !== 'object' || schema === null) return schema
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closedCopy(value)]))
  return copy.type === 'object' && 'properties' in copy ? { additionalProperties: false, ...copy } : copy
}

const validatorAt = createValidators(closedCopy(DOCUMENT) as object)

const IN_QUERY = Object.values(DOCUMENT.components.securitySchemes).flatMap((scheme) =>
  scheme.in === 'query' ? [scheme.name] : [],
)

/** Errors without those of alternatives that were plainly not meant: an array where an object was sent. */
function ownErrors(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = new Set(errors.filter(({ keyword }) => keyword === 'oneOf').map(({ instancePath }) => instancePath))
  const own = errors.filter(
    ({ keyword, instancePath }) => keyword !== 'oneOf' && !(keyword === 'type' && choices.has(instancePath)),
  )
  return own.length > 0 ? own : errors
}

function queryDrifts({ url }: Sent, { operationId, parameters = [] }: Operation): Drift[] {
  const known = [...parameters.filter(({ in: where }) => where === 'query').map(({ name }) => name), ...IN_QUERY]
  const { searchParams } = new URL(url, 'http://localhost')
  return [...new Set(searchParams.keys())]
    .filter((name) => !known.includes(name))
    .map((name) => ({
      operationId,
      at: `?${name}`,
      keyword: 'parameter',
      data: undefined,
      name,
      known: known as string[],
    }))
}

function bodyDrifts({ method, body, headers }: Sent, path: string, operation: Operation): Drift[] {
  const { operationId, requestBody } = operation
  const drift = (keyword: string): Drift[] => [
    { operationId, at: 'body', keyword, data: body, name: undefined, known: [], contentType: headers['content-type'] },
  ]
  if (body === undefined) return requestBody?.required ? drift('missing body') : []
  if (requestBody === undefined) return drift(`body of ${method}`)
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? String(body) : JSON.stringify(body)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return drift('no JSON')
  }
  const validate = validatorAt(
    `/paths/${escaped(path)}/${method.toLowerCase()}/requestBody/content/${escaped('application/json')}/schema`,
  )
  if (validate(json)) return []
  return ownErrors(validate.errors ?? []).map(({ instancePath, keyword, data, params, parentSchema }) => ({
    operationId,
    at: instancePath,
    keyword,
    data,
    name: params.additionalProperty ?? params.missingProperty ?? params.propertyName,
    known: Object.keys((parentSchema?.properties ?? {}) as object),
    schema: parentSchema,
    body: json,
  }))
}

const recorded = new Set<string>()

/** Notes that an exception was needed: `npm run contract` asks for those that were not. */
function record(reason: string): void {
  if (recorded.has(reason)) return
  recorded.add(reason)
  mkdirSync(TOLERATED_RECORDS, { recursive: true })
  appendFileSync(join(TOLERATED_RECORDS, `${process.pid}.txt`), `${reason}\n`)
}

/** What a request sent that the document does not show, and that nothing in tolerated.ts gives a reason for. */
export function driftOfRequest(sent: Sent, path: string): string[] {
  const { paths } = DOCUMENT
  // PATCH on an entity is PUT (contract §1.1).
  const method = sent.method === 'PATCH' && paths[path]?.patch === undefined ? 'PUT' : sent.method
  const operation = paths[path]?.[method.toLowerCase()]
  if (operation === undefined) return []
  const drifts = [...queryDrifts(sent, operation), ...bodyDrifts({ ...sent, method }, path, operation)]
  return drifts.flatMap((drift) => {
    const reason = reasonFor(drift)
    if (reason !== undefined) {
      record(reason)
      return []
    }
    const value = JSON.stringify(drift.data)?.slice(0, 100) ?? ''
    return [`${drift.at} ${drift.keyword} ${drift.name ?? ''} ${value}`]
  })
}
