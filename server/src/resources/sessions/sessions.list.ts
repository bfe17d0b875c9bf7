import { sql } from 'kysely'
import { isOverBefore } from '../../auth/session.ts'
import { BY_ID_DESCENDING } from '../../db/list.ts'
import type { Filter, ResourceList } from '../../engine/resource-list.ts'
import { sessions } from './sessions.resource.ts'

/** The caller's own sessions that are not over, and which of them this request belongs to. */
const own: Filter = (listing, { caller, now }) => {
  const { expired, idle } = isOverBefore(now)
  return listing
    .select(sql<number>`case when t.id = ${caller.sessionId ?? 0} then 1 else 0 end`.as('current'))
    .where('t.user_id', '=', caller.userId)
    .where('t.expires_at', '>', expired)
    .where(sql<boolean>`(t.remember = 1 or t.last_seen_at > ${idle})`)
}

export const sessionsList: ResourceList = { resource: sessions, order: BY_ID_DESCENDING, filters: [], visible: own }
