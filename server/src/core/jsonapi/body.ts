import { apiError } from '../errors.ts'
import { inside, invalidAt, type Place } from '../problems.ts'
import type { Sent } from '../resource/read-attributes.ts'
import { canonicalKey, canonicalKeys, isObject } from './key-spelling.ts'
import type { ParsedJson } from './lenient-json.ts'

/** A parsed request body: the top-level object under canonical keys, and its number literals. */
export interface Body {
  top: Record<string, unknown>
  json: ParsedJson
}

/** One element of `data`, or the flat body of §6.1: side objects and attributes under canonical keys. */
export interface Element {
  /** Keys beside `attributes`. */
  beside: Record<string, unknown>
  sent: Sent
  /** Where the element stands: `/data` or `/data/3`. */
  place: Place
}

/** Makes a Body; throws 400 when the JSON is not an object. */
export function toBody(json: ParsedJson): Body {
  if (!isObject(json.value)) {
    throw apiError('malformed_body', { title: 'The request body must be a JSON object', source: { pointer: '' } })
  }
  return { top: canonicalKeys(json.value), json }
}

/** Finds a value by path, spelling keys as forgivingly as everywhere; array indices count as keys. */
function lookUp(root: unknown, path: readonly (string | number)[]): unknown {
  let value = root
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)]
    else if (isObject(value)) value = canonicalKeys(value)[canonicalKey(String(key))]
    else return undefined
  }
  return value
}

/** Attributes of an object somewhere in the body, with access to their number literals. */
export function sentAt(body: Body, values: Record<string, unknown>, place: Place): Sent {
  return {
    values: canonicalKeys(values),
    place,
    literal: (key) => {
      const path = [...place.pointer.split('/').slice(1), ...key.split('/')]
      return String(lookUp(body.json.literals(), path) ?? lookUp(body.json.value, path))
    },
  }
}

function toElement(body: Body, data: unknown, place: Place): Element {
  if (!isObject(data)) throw invalidAt(place, 'An element of data must be an object')
  const beside = canonicalKeys(data)
  const attributes = beside.attributes ?? {}
  if (!isObject(attributes)) throw invalidAt(inside(place, 'attributes'), 'Attributes must be an object')
  return { beside, sent: sentAt(body, attributes, inside(place, 'attributes')), place }
}

function missingData(what: string): Error {
  return apiError('malformed_body', {
    title: `The request body must have a "data" ${what}`,
    detail: 'Send {"data": {"type": "…", "attributes": {…}}}.',
    source: { pointer: '/data' },
  })
}

/** The single element of a body; 400 when `data` is missing or no object. */
export function oneElement(body: Body): Element {
  if (!isObject(body.top.data)) throw missingData('object')
  return toElement(body, body.top.data, { pointer: '/data' })
}

/** One element, or several with their index in every pointer; 400 when `data` is neither object nor array. */
export function oneOrMany(body: Body, max: number): { elements: Element[]; many: boolean } {
  const { data } = body.top
  if (!Array.isArray(data)) return { elements: [oneElement(body)], many: false }
  if (data.length > max) {
    throw invalidAt(
      { pointer: '/data' },
      `At most ${max} elements are accepted in one request; ${data.length} were sent`,
    )
  }
  const elements = data.map((item, index) => toElement(body, item, { pointer: `/data/${index}`, item: index }))
  return { elements, many: true }
}

/** A side object, beside `attributes` or inside them; the one beside wins (contract §1.5). */
export function sideObject(element: Element, key: string): { value: unknown; place: Place } | undefined {
  if (element.beside[key] !== undefined && element.beside[key] !== null) {
    return { value: element.beside[key], place: inside(element.place, key) }
  }
  const value = element.sent.values[key]
  return value === undefined || value === null ? undefined : { value, place: inside(element.sent.place, key) }
}

/** The members of a side list, sent as `{"data": […]}`, as a bare array, or not at all. */
export function sideList(element: Element, key: string): { members: unknown[]; place: Place } | undefined {
  const side = sideObject(element, key)
  return side && listIn(side.value, side.place)
}

/** Reads `{"data": […]}` or a bare array; `null` inside means none; anything else is 422. */
export function listIn(value: unknown, place: Place): { members: unknown[]; place: Place } {
  if (Array.isArray(value)) return { members: value, place }
  if (isObject(value)) {
    const data = canonicalKeys(value).data ?? []
    if (Array.isArray(data)) return { members: data, place: inside(place, 'data') }
  }
  throw invalidAt(place, 'It must be an array, or an object with a "data" array')
}
