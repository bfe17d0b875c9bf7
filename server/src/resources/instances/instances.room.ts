import { MAX_BULK } from '../../core/limits.ts'
import { asListing, BY_ID, whereIds } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import { documented, type Filter, idsFilter, nameFilters, type Room } from '../../engine/room.ts'
import { listRows, showRow } from '../../engine/show-rows.ts'
import { UPDATED_BY } from '../../features/entities/named-entity.ts'
import { CRITERIA_OF_SETS } from '../filters/criteria.ts'
import { createInstances, deleteInstance, updateInstance } from './instances.actions.ts'
import { BDD_PARAMETERS, instances } from './instances.resource.ts'

const PATH = '/projects/:project_id/instances'

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

export const instancesRoom: Room = {
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
  ],
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'tests_view',
      summary: 'List instances',
      handle: async (context) => ({ page: await listRows(instancesRoom, context) }),
    },
    {
      method: 'POST',
      path: PATH,
      access: 'runs',
      summary: `Create one instance, or up to ${MAX_BULK}`,
      bulk: true,
      attributes: BDD_PARAMETERS,
      handle: createInstances,
    },
    {
      method: 'GET',
      path: `${PATH}/:id`,
      access: 'tests_view',
      summary: 'Show an instance',
      handle: (context) => showRow(instancesRoom, context),
    },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: 'runs',
      summary: 'Update an instance',
      attributes: { ...BDD_PARAMETERS, ...UPDATED_BY },
      handle: updateInstance,
    },
    {
      method: 'DELETE',
      path: `${PATH}/:id`,
      access: 'runs_admin',
      summary: 'Delete an instance and its runs',
      handle: deleteInstance,
    },
  ],
}
