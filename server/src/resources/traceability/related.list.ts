import { sql } from 'kysely'
import type { Reader } from '../../db/handle.ts'
import { asListing, type Listing } from '../../db/list.ts'
import type { Pair } from '../../features/links/links.store.ts'

/** The related rows as a list of ids: what a step-run causes is among them once. */
export function related({ db }: Pick<Reader, 'db'>, projectId: number, id: number, { from, to }: Pair): Listing {
  if (to === 'sets') {
    return asListing(
      db.selectFrom('sets as t').select('t.id').where('t.project_id', '=', projectId).where('t.milestone_id', '=', id),
    )
  }
  const ids = sql<{ id: number }>`(select distinct to_id as id from links
    where project_id = ${projectId} and from_kind = ${from} and from_id = ${id} and to_kind = ${to})`
  return asListing(db.selectFrom(ids.as('t')).select('t.id'))
}
