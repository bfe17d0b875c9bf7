import { type RawBuilder, sql } from 'kysely'
import type { Range, TextTest } from '../../core/ptql/condition.ts'
import type { Cell } from '../../core/resource/kinds.ts'
import { lengthOf } from '../../core/text.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { PREFIX_LENGTH, prefixOf } from '../search-columns.ts'

// biome-ignore lint/suspicious/noExplicitAny: an expression of any type
export type Predicate = RawBuilder<any>

/**
 * A condition that no row meets. Not `1 = 0`: planners drop the table that such a branch reads, and with it the project,
 * by which a cluster finds the node.
 */
export const noRow = (column: Predicate): RawBuilder<boolean> => sql`${column} <> ${column}`

/** `column in (…)`; of no value at all: never. */
export function valuesIn(column: Predicate, values: readonly Cell[]): Predicate {
  return values.length === 0 ? noRow(column) : sql`${column} in (${sql.join([...new Set(values)])})`
}

function within(column: Predicate, { from, to, above, below }: Range): Predicate {
  const ends = [
    ...(from === undefined ? [] : [sql`${column} ${sql.raw(above ? '>' : '>=')} ${from}`]),
    ...(to === undefined ? [] : [sql`${column} ${sql.raw(below ? '<' : '<=')} ${to}`]),
  ]
  return ends.length === 0 ? sql`${column} is not null` : sql`(${sql.join(ends, sql` and `)})`
}

/** In one of the ranges. */
export function rangesOver(column: Predicate, ranges: readonly Range[]): Predicate {
  if (ranges.length === 0) return noRow(column)
  return sql`(${sql.join(
    ranges.map((range) => within(column, range)),
    sql` or `,
  )})`
}

/** A test on a column of folded texts; an empty text passes none. `prefix`: that of the column, where it is indexed. */
export function textOver(dialect: Dialect, column: string, test: TextTest, prefix?: Predicate): Predicate {
  const reference = sql.ref(column)
  switch (test.op) {
    case 'equals': {
      const values = test.values.filter((value) => value !== '')
      const whole = valuesIn(reference, values)
      if (prefix === undefined || values.length === 0) return whole
      const prefixes = values.map(prefixOf)
      // A text shorter than a prefix is all of it, so the index alone answers.
      if (values.every((value) => lengthOf(value) < PREFIX_LENGTH)) return valuesIn(prefix, prefixes)
      return sql`(${valuesIn(prefix, prefixes)} and ${whole})`
    }
    case 'contains':
      return sql`(${reference} <> '' and ${dialect.contains(column, test.value)})`
    case 'like':
      return sql`(${reference} <> '' and ${dialect.like(column, test.pattern)})`
    case 'order':
      return sql`(${reference} <> '' and ${within(reference, test.range)})`
  }
}

/** Rows of another table whose key is what a row points at. */
export interface Membership {
  from: Predicate
  /** Column that holds the row's target. */
  key: string
  where: readonly Predicate[]
  target: string
  /** The row. */
  alias: string
}

/**
 * Whether there is such a row: asked as IN, so that the other table may lead the way; its opposite as NOT EXISTS, so
 * that each row is looked up by key.
 */
export function member({ from, key, where, target, alias }: Membership, negated: boolean): RawBuilder<boolean> {
  const column = sql.ref(`${alias}.${target}`)
  const conditions = sql.join(where, sql` and `)
  if (!negated) return sql`${column} in (select ${sql.ref(key)} from ${from} where ${conditions})`
  return sql`not exists (select 1 from ${from} where ${conditions} and ${sql.ref(key)} = ${column})`
}
