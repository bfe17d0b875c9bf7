/**
 * One spelling for keys: `-` and `_` are the same and case does not count (contract §1.4).
 * `Test_IDs` → `test-ids`, `___f_22` → `---f-22`.
 */
export function canonicalKey(key: string): string {
  return key.toLowerCase().replaceAll('_', '-')
}

export type Fields = { readonly [key: string]: unknown }

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A shallow copy of an object under canonical keys; of two spellings of one key the last in document order wins. */
export function canonicalKeys(object: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null)
  for (const key of Object.keys(object)) result[canonicalKey(key)] = object[key]
  return result
}
