import { canonicalKey, isObject } from '../../core/jsonapi/key-spelling.ts'
import { inside, type Problems } from '../../core/problems.ts'
import type { Input } from '../../core/resource/read-attributes.ts'
import { numberText, toInteger } from '../../core/scalars.ts'

/** Keys of `automated-fields`, in the order they are shown (contract §4.9). */
const AUTOMATED_FIELDS = [
  'automated_test_design',
  'script_repository',
  'num_of_results',
  'suite_path',
  'client_type',
  'script_path',
  'results_path',
  'script_name',
] as const

/** What reports know the test by: read-only. */
const AUTOMATION_KEY = 'automation_key'

/** `automated-fields` after a request: keys merge, null clears one, unknown ones are ignored. JSON text. */
export function mergeAutomatedFields(stored: string, { values: all, place: at, literal }: Input, problems: Problems) {
  const sent = all['automated-fields'] ?? null
  const place = inside(at, 'automated-fields')
  if (sent === null) return stored
  if (!isObject(sent)) {
    problems.at(place, 'Automated fields must be an object')
    return stored
  }
  const values: Record<string, unknown> = JSON.parse(stored)
  for (const [key, value] of Object.entries(sent)) {
    const name = AUTOMATED_FIELDS.find((field) => canonicalKey(field) === canonicalKey(key))
    if (name === undefined) continue
    if (value === null || value === '') {
      delete values[name]
    } else if (name === 'num_of_results') {
      const number = toInteger(value)
      if (number === undefined) problems.at(inside(place, key), 'num_of_results must be a whole number', value)
      else values[name] = number
    } else if (typeof value === 'object') {
      problems.at(inside(place, key), `${name} must be a text`, value)
    } else {
      values[name] = typeof value === 'number' ? numberText(value, literal('automated-fields', key)) : String(value)
    }
  }
  // What reports know the test by is not for clients to change.
  const shown = [...AUTOMATED_FIELDS, AUTOMATION_KEY] as const
  const ordered = shown.filter((name) => values[name] !== undefined)
  return JSON.stringify(Object.fromEntries(ordered.map((name) => [name, values[name]])))
}
