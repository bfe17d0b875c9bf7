const PREFIX = '---f-'

/** The key of a custom field's value: `---f-22` (contract §1.13). */
export const fieldKey = (id: number) => `${PREFIX}${id}`

/** The field that a key in its canonical spelling names; NaN for any other key. */
export function fieldIdOf(key: string): number {
  return key.startsWith(PREFIX) ? Number(key.slice(PREFIX.length) || Number.NaN) : Number.NaN
}
