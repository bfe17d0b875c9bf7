import { sql } from 'kysely'
import type { EntityName } from '../../core/kinds.ts'
import type { Condition } from '../../core/ptql/condition.ts'
import type { Dialect } from '../../db/dialects/dialect.ts'
import type { Listing } from '../../db/list.ts'
import { compileCondition } from '../../db/ptql/compile.ts'

interface Where {
  dialect: Dialect
  projectId: number
}

/** Only the entities that meet a condition. */
export const whereMeets = (listing: Listing, condition: Condition, where: Where & { entity: EntityName }): Listing =>
  listing.where(compileCondition(condition, { ...where, alias: 't' }))

/** Only what lies in the test sets that meet a condition. */
export function whereSetMeets(listing: Listing, condition: Condition, where: Where): Listing {
  const compiled = compileCondition(condition, { ...where, entity: 'TestSet', alias: 'chosen' })
  return listing.where(
    sql<boolean>`t.set_id in (select chosen.id from sets as chosen
      where chosen.project_id = ${where.projectId} and ${compiled})`,
  )
}
