import type { Resource } from '../resource/define-resource.ts'
import type { FieldType, PtqlField } from './condition.ts'
import { errorIn, type Span } from './ptql-error.ts'

/** A custom field as far as queries care. */
export interface CustomField {
  id: number
  name: string
  field_format: string
}

const CUSTOM_TYPES: Record<string, FieldType> = {
  number: 'number',
  checkbox: 'checkbox',
  date: 'date',
  user: 'user',
  multilist: 'multi',
}

const SYSTEM_ID: PtqlField = { names: ['System ID'], type: 'integer', column: 'id' }

/** The system fields of a resource that a query may name, from its declaration; `System ID` is every one's. */
export function systemFields(resource: Resource): PtqlField[] {
  const declared = Object.entries(resource.attributes).flatMap(([attribute, { ptql, column }]): PtqlField[] =>
    ptql === undefined ? [] : [{ column, ...ptql, attribute }],
  )
  return [...declared, SYSTEM_ID]
}

export const customField = ({ id, name, field_format: format }: CustomField): PtqlField => ({
  names: [name, `---f-${id}`],
  type: CUSTOM_TYPES[format] ?? 'text',
  column: '',
  customId: id,
  format,
})

/** Spaces, `_` and `-` are the same in field names, and case does not count. */
const spelling = (name: string) =>
  name
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim()

/** How many single-character edits lead from one text to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next[j] = Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1)
    }
    row = next
  }
  return row[b.length] as number
}

function suggestion(wanted: string, names: readonly string[]): string {
  const ranked = names
    .map((name) => ({ name, far: distance(wanted.slice(0, 100), spelling(name).slice(0, 100)) }))
    .sort((a, b) => a.far - b.far)
  const best = ranked[0]
  return best !== undefined && best.far <= Math.max(2, wanted.length / 3) ? `; did you mean "${best.name}"?` : ''
}

/**
 * The field that a query names: system fields first, then custom fields by name, then by key. Throws a PtqlError for
 * an unknown or ambiguous name, with the nearest name there is.
 */
export function findField(
  query: string,
  named: Span & { name: string },
  entity: string,
  system: readonly PtqlField[],
  custom: readonly PtqlField[],
): PtqlField {
  const wanted = spelling(named.name)
  const bears = (field: PtqlField, names: readonly string[]) => names.some((name) => spelling(name) === wanted) && field
  const found = system.find((field) => bears(field, field.names))
  if (found) return found
  const byName = custom.filter((field) => bears(field, field.names.slice(0, 1)))
  if (byName.length > 1) {
    const names = byName.map(({ names: [name], customId }) => `"${name}" (---f-${customId})`).join(' and ')
    throw errorIn(query, named, `"${named.name}" may be ${names}; use the key`)
  }
  const key = /^(?:---f-|___f_)(\d+)$/i.exec(named.name)?.[1]
  const chosen = byName[0] ?? custom.find(({ customId }) => String(customId) === key)
  if (chosen) return chosen
  const known = [...system.flatMap(({ names }) => names), ...custom.flatMap(({ names }) => names.slice(0, 1))]
  throw errorIn(query, named, `${entity} has no field "${named.name}"${suggestion(wanted, known)}`)
}
