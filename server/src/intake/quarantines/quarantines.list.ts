import { BY_ID } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import { documented, type Filter, idsFilter, type ResourceList } from '../../engine/resource-list.ts'
import { quarantines } from './quarantines.resource.ts'

const active: Filter = documented(
  (listing, { query, now }) => {
    if (query.get('active') === undefined) return listing
    return query.flag('active')
      ? listing.where('t.ended_at', 'is', null).where('t.until', '>', now)
      : listing.where(({ or, eb }) => or([eb('t.ended_at', 'is not', null), eb('t.until', '<=', now)]) as never)
  },
  parameter('active', 'Only those that hold, or those that ended', { type: 'boolean' }),
)

export const quarantinesList: ResourceList = {
  resource: quarantines,
  order: BY_ID,
  filters: [
    idsFilter('t.test_id', 'test-ids', 'test-id'),
    idsFilter('t.instance_id', 'instance-ids', 'instance-id'),
    active,
  ],
}
