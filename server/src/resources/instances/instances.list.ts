import { asListing, BY_ID, whereIds } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { documented, type Filter, idsFilter, nameFilters, textsFilter } from '../../engine/resource-list.ts'
import { CRITERIA_OF_SETS } from '../filters/criteria.ts'
import { instances } from './instances.resource.ts'

/** `display-id=117:19,117:20`: set display-id and number within the set; a malformed member matches nothing. */
const displayIds: Filter = (listing, { query, reader }) => {
  const members = query.list('display-id', 'display-ids', 'instance-display-id')
  if (members === undefined) return listing
  const pairs = members.flatMap((member) => {
    const match = /^(\d{1,15}):(\d{1,15})$/.exec(member)
    return match ? [[Number(match[1]), Number(match[2])] as const] : []
  })
  if (pairs.length === 0) return whereIds(listing, reader, 't.id', [])
  return listing.where(reader.dialect.onePairOf(['s.display_id', 't.number'], pairs))
}

export const instancesList: ResourceList = {
  resource: instances,
  order: BY_ID,
  counted: 'instances',
  criteria: CRITERIA_OF_SETS,
  select: ({ db }) =>
    asListing(
      db
        .selectFrom('instances as t')
        .innerJoin('sets as s', (join) =>
          join.onRef('s.project_id', '=', 't.project_id').onRef('s.id', '=', 't.set_id'),
        )
        .innerJoin('tests as test', (join) =>
          join.onRef('test.project_id', '=', 't.project_id').onRef('test.id', '=', 't.test_id'),
        )
        .selectAll('t')
        .select([
          'test.name as test_name',
          'test.display_id as test_display_id',
          'test.test_type',
          's.display_id as set_display_id',
        ]),
    ),
  filters: [
    idsFilter('t.test_id', 'test-ids', 'test-id'),
    idsFilter('t.set_id', 'set-ids', 'set-id'),
    idsFilter('test.display_id', 'test-display-ids'),
    ...nameFilters({ alias: 'test', trigrams: 'tests' }, 'name'),
    documented(
      displayIds,
      parameter('display-id', 'Only those with these display-ids such as 117:19, separated by commas'),
    ),
    textsFilter('variant', 't.variant', 'Only those of these variants, separated by commas'),
  ],
}
