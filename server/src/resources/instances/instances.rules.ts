import type { Element } from '../../core/jsonapi/body.ts'
import { isObject } from '../../core/jsonapi/key-spelling.ts'
import { inside, type Problems } from '../../core/problems.ts'
import { readId } from '../../core/resource/kinds.ts'
import type { Input } from '../../core/resource/read-attributes.ts'
import { numberText } from '../../core/scalars.ts'
import { blankAsNull } from '../../core/text.ts'

/** Stands for an id that was missing or unreadable, which is a problem already. */
export const UNREAD = -1

/** A required id of an element, by key; -1 and a problem when it is missing or no id, 0 when it can name nothing. */
export function requiredId({ sent }: Element, key: string, problems: Problems): number {
  const place = inside(sent.place, key)
  const label = `${key.charAt(0).toUpperCase()}${key.slice(1).replaceAll('-', ' ')}`
  const value = blankAsNull(sent.values[key]) ?? null
  if (value === null) {
    problems.at(place, `${label} can't be blank`)
    return UNREAD
  }
  return readId(value, { problems, place, label }) ?? UNREAD
}

/**
 * `parameters` as stored: an object of key → text with lower-cased keys, from an object or an array (keys "1", "2", …);
 * null is {}. Undefined for anything else (contract §4.12). `literal` is the source text of the number under a key.
 */
function readParameters(value: unknown, literal: (key: string) => string): string | undefined {
  if (value === null || value === undefined) return '{}'
  if (!Array.isArray(value) && !isObject(value)) return undefined
  // Any key is data, `__proto__` too.
  const values: Record<string, string> = Object.create(null)
  for (const [key, member] of Object.entries(value)) {
    if (typeof member === 'object' && member !== null) return undefined
    const name = Array.isArray(value) ? String(Number(key) + 1) : key.toLowerCase()
    values[name] = typeof member === 'number' ? numberText(member, literal(key)) : String(member ?? '')
  }
  return JSON.stringify(values)
}

/** Stored parameters in one spelling, whatever the order of their keys. */
export function spelled(parameters: string): string {
  return JSON.stringify(Object.entries(JSON.parse(parameters)).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * The parameters that a body asks for: undefined when it sends none. `bdd-parameters` is another name for them on BDD
 * tests. Sent under both names, `parameters` wins, unless only the other says anything new: on create when it is empty,
 * on update when it is what is stored already.
 */
export function parametersFrom(
  sent: Input,
  o: { isBdd: boolean; current?: string; problems: Problems },
): string | undefined {
  const names = o.isBdd ? ['parameters', 'bdd-parameters'] : ['parameters']
  const read = names.flatMap((name) => {
    if (!(name in sent.values)) return []
    const parameters = readParameters(sent.values[name], (key) => sent.literal(name, key))
    if (parameters !== undefined) return [parameters]
    o.problems.at(inside(sent.place, name), 'Parameters must be an object or array of texts')
    return []
  })
  const before = o.current ?? '{}'
  const found = read.find((parameters) => spelled(parameters) !== spelled(before))
  return found ?? (read.length > 0 ? before : undefined)
}
