import { isObject } from '../../core/jsonapi/key-spelling.ts'

/**
 * `parameters` as stored: an object of key → text with lower-cased keys, from an object or an array (keys "1", "2", …);
 * null is {}. Undefined for anything else (contract §4.12).
 */
export function readParameters(value: unknown): string | undefined {
  if (value === null || value === undefined) return '{}'
  if (!Array.isArray(value) && !isObject(value)) return undefined
  const entries = Array.isArray(value)
    ? value.map((v, i): [string, unknown] => [String(i + 1), v])
    : Object.entries(value)
  const values: Record<string, string> = {}
  for (const [key, member] of entries) {
    if (typeof member === 'object' && member !== null) return undefined
    values[key.toLowerCase()] = member === null || member === undefined ? '' : String(member)
  }
  return JSON.stringify(values)
}
