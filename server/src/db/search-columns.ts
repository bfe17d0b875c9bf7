import { type RawBuilder, sql } from 'kysely'
import { textHash } from '../core/hash.ts'
import { cut, fold } from '../core/text.ts'

/** Field id under which the tags of an entity are searched in `field_values`. */
export const TAGS_FIELD = 0

/** The columns that make a name findable, exactly and without case. */
export function nameCells(name: string): { name: string; name_hash: number; name_folded: string } {
  return { name, name_hash: textHash(name), name_folded: fold(name) }
}

/** Characters of a text that an index holds: names and values may be longer than an entry of an index. */
export const PREFIX_LENGTH = 200

/** The beginning of a folded text, which is what indexes hold of it. */
export const prefixOf = (folded: string): string => cut(folded, PREFIX_LENGTH)

/** The same of a column, in the words of its indexes. */
export const prefixPredicate = (column: string): RawBuilder<string> =>
  sql<string>`substr(${sql.ref(column)}, 1, ${sql.lit(PREFIX_LENGTH)})`

/**
 * Cells with everything that is kept beside them for searching: the hash of a name, and folded copies of the texts in
 * these columns, which are compared without case.
 */
export function withFolded(cells: Record<string, unknown>, folded: readonly string[]): Record<string, unknown> {
  const complete = { ...cells }
  if (typeof cells.name === 'string') Object.assign(complete, nameCells(cells.name))
  for (const column of folded) {
    const value = cells[column]
    if (value !== undefined) complete[`${column}_folded`] = typeof value === 'string' ? fold(value) : null
  }
  return complete
}
