import { apiError } from '../errors.ts'
import { createPause } from '../pause.ts'
import { inside, invalidAt, keysOf, type Pointer, type Problems } from '../problems.ts'
import { labelOf } from '../resource/kinds.ts'
import type { Input } from '../resource/read-attributes.ts'
import { canonicalKeys, isObject } from './key-spelling.ts'
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
  sent: Input
  /** Where the element stands: `/data` or `/data/3`. */
  place: Pointer
  /** Attributes of another object of the same body. */
  at(values: Record<string, unknown>, place: Pointer): Input
}

/** Makes a Body; throws 400 when the JSON is not an object. */
export function toBody(json: ParsedJson): Body {
  if (!isObject(json.value)) {
    throw apiError('malformed_body', { title: 'The request body must be a JSON object', source: { pointer: '' } })
  }
  return { top: canonicalKeys(json.value), json }
}

/** Attributes of an object somewhere in the body, with access to their number literals. */
export function inputAt(body: Body, values: Record<string, unknown>, place: Pointer): Input {
  return {
    values: canonicalKeys(values),
    place,
    literal: (...path) => body.json.literalAt([...keysOf(place), ...path]),
  }
}

/** Attributes that stand in two objects, read as one: those of the second win, and name the place. */
export function overlaid(under: Input, over: Input): Input {
  return {
    values: { ...under.values, ...over.values },
    place: over.place,
    literal: (key, ...path) => (key in over.values ? over : under).literal(key, ...path),
  }
}

/** A member of a side list, whose attributes may stand in an `attributes` object of their own. */
export function innerSent({ at }: Pick<Element, 'at'>, member: Record<string, unknown>, place: Pointer): Input {
  const outer = at(member, place)
  const { attributes } = outer.values
  return isObject(attributes) ? overlaid(outer, at(attributes, inside(place, 'attributes'))) : outer
}

/** Attributes some of which were sent under another name: name → the name they were sent under. */
export function renamed(sent: Input, names: Readonly<Record<string, string>>): Input {
  const moved = Object.entries(names).map(([name, old]) => [name, sent.values[old]])
  return {
    ...sent,
    values: { ...sent.values, ...Object.fromEntries(moved) },
    literal: (key, ...path) => sent.literal(names[key] ?? key, ...path),
  }
}

function toElement(body: Body, data: unknown, place: Pointer): Element {
  if (!isObject(data)) throw invalidAt(place, 'An element of data must be an object')
  const beside = canonicalKeys(data)
  const attributes = beside.attributes ?? {}
  if (!isObject(attributes)) throw invalidAt(inside(place, 'attributes'), 'Attributes must be an object')
  const at: Element['at'] = (values, where) => inputAt(body, values, where)
  return { beside, sent: at(attributes, inside(place, 'attributes')), place, at }
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
export async function oneOrMany(body: Body, max: number): Promise<{ elements: Element[]; many: boolean }> {
  const { data } = body.top
  if (!Array.isArray(data)) return { elements: [oneElement(body)], many: false }
  if (data.length > max) {
    throw invalidAt(
      { pointer: '/data' },
      `At most ${max} elements are accepted in one request; ${data.length} were sent`,
    )
  }
  const pause = createPause()
  const elements: Element[] = []
  for (const [index, item] of data.entries()) {
    await pause()
    elements.push(toElement(body, item, { pointer: `/data/${index}`, item: index }))
  }
  return { elements, many: true }
}

/** A side object, beside `attributes` or inside them; the one beside wins (contract §1.5). */
export function sideObject(element: Element, key: string): { value: unknown; place: Pointer } | undefined {
  if (element.beside[key] !== undefined && element.beside[key] !== null) {
    return { value: element.beside[key], place: inside(element.place, key) }
  }
  const value = element.sent.values[key]
  return value === undefined || value === null ? undefined : { value, place: inside(element.sent.place, key) }
}

/** The members of a side list, sent as `{"data": […]}`, as a bare array, or not at all. */
export function sideList(element: Element, key: string, problems: Problems): SideList | undefined {
  const side = sideObject(element, key)
  return side && listIn(side.value, side.place, problems)
}

export interface SideList {
  members: unknown[]
  place: Pointer
}

/** Reads `{"data": […]}` or a bare array; `null` inside means none; undefined, and a problem, for anything else. */
export function listIn(value: unknown, place: Pointer, problems: Problems): SideList | undefined {
  if (Array.isArray(value)) return { members: value, place }
  if (isObject(value)) {
    const data = canonicalKeys(value).data ?? []
    if (Array.isArray(data)) return { members: data, place: inside(place, 'data') }
  }
  const label = labelOf(place.pointer.split('/').at(-1) ?? '')
  problems.at(place, `${label} must be an array, or an object with a "data" array`)
  return undefined
}
