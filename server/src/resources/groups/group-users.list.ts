import { sql } from 'kysely'
import type { Reader } from '../../db/handle.ts'
import { asListing, type Listing } from '../../db/list.ts'
import type { Schema } from '../../db/schema.ts'

/** Ids of the users in a group. */
export function usersOf({ db }: Pick<Reader, 'db'>, { project_id: projectId, id }: Schema['groups']): Listing {
  const ids = sql<{ id: number }>`(select user_id as id from memberships
    where project_id = ${projectId} and group_id = ${id})`
  return asListing(db.selectFrom(ids.as('t')).select('t.id'))
}
