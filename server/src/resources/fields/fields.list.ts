import { sql } from 'kysely'
import type { Reader } from '../../db/handle.ts'
import { ascending, asListing, type Listing } from '../../db/list.ts'

/** System fields first, each kind by id (contract §4.5). */
export const SYSTEM_FIRST = ascending('t.is_custom', 't.id')

/** The ids of all fields of a project. */
export function fieldIds({ db }: Pick<Reader, 'db'>, projectId: number): Listing {
  const ids = sql<{ is_custom: number; id: number }>`(
    select 0 as is_custom, id from system_fields where project_id = ${projectId}
    union all select 1 as is_custom, id from custom_fields where project_id = ${projectId})`
  return asListing(db.selectFrom(ids.as('t')).select(['t.is_custom', 't.id']))
}
