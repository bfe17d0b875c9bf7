import { type RawBuilder, sql } from 'kysely'
import type { Reader } from './handle.ts'
import { noRow } from './ptql/predicates.ts'

/** More than so many numbers go into one parameter; fewer are listed, which planners know best. */
const LISTED = 1000

/** Values that one statement lists, each a parameter: databases take more, but not any number. */
export const PARAMETERS_AT_ONCE = 10_000

/** Whether a column holds one of some ids, of which there may be any number: a statement takes only so many parameters. */
export function among(
  { dialect }: Pick<Reader, 'dialect'>,
  column: string,
  ids: readonly number[],
): RawBuilder<boolean> {
  if (ids.length === 0) return noRow(sql.ref(column))
  return ids.length > LISTED ? dialect.oneOf(column, ids) : sql`${sql.ref(column)} in (${sql.join(ids)})`
}
