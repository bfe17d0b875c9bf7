import { type RawBuilder, sql } from 'kysely'
import { textHash } from '../core/hash.ts'
import type { TableWith } from '../core/kinds.ts'
import { cut, fold } from '../core/text.ts'
import type { Schema, TableName } from './schema.ts'

/** The columns of a table that have a folded copy beside them, names apart. */
type FoldedColumn<T extends TableName> = {
  [C in keyof Schema[T] & string]: `${C}_folded` extends keyof Schema[T] ? Exclude<C, 'name'> : never
}[keyof Schema[T] & string]

/** The tables that PTQL searches and the columns that carry a folded copy beside them. */
const FOLDED = {
  requirements: { description: true, version: true, priority: true },
  tests: { description: true, preconditions: true, status: true, version: true, priority: true },
  sets: { description: true, status: true, version: true, priority: true },
  issues: { description: true, issue_type: true, external_id: true, version: true, priority: true },
  milestones: { description: true, milestone_status: true, milestone_type: true },
  users: { display_name: true },
} as const satisfies { [T in TableWith<'ptql'> | 'users']: Record<FoldedColumn<T>, true> }

/** Field id under which the tags of an entity are searched in `field_values`. */
export const TAGS_FIELD = 0

export type SearchedTable = keyof typeof FOLDED

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
 * Cells with everything that is kept beside them for searching: the hash of a name, and folded copies of texts that
 * are compared without case.
 */
export function withSearchColumns(table: string, cells: Record<string, unknown>): Record<string, unknown> {
  const complete = { ...cells }
  if (typeof cells.name === 'string') Object.assign(complete, nameCells(cells.name))
  for (const column of Object.keys(FOLDED[table as SearchedTable] ?? {})) {
    const value = cells[column]
    if (value !== undefined) complete[`${column}_folded`] = typeof value === 'string' ? fold(value) : null
  }
  return complete
}
