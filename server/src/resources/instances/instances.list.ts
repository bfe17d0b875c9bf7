import type { SelectQueryBuilder } from 'kysely'
import { inOrderOfNames } from '../../db/comparisons.ts'
import type { Reader } from '../../db/handle.ts'
import { asListing, BY_ID, type Listing, whereIds } from '../../db/list.ts'
import type { Schema } from '../../db/schema.ts'
import { parameter } from '../../engine/parameter.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { documented, type Filter, idsFilter, nameFilters, textsFilter } from '../../engine/resource-list.ts'
import { CRITERIA_OF_SETS } from '../filters/criteria.ts'
import { instances } from './instances.resource.ts'

const READ = ['display-id', 'display-ids', 'instance-display-id'] as const

/** `display-id=117:19,117:20`: set display-id and number within the set; a malformed member matches nothing. */
const displayIds: Filter = (listing, { query, reader }) => {
  const members = query.list(...READ)
  if (members === undefined) return listing
  const pairs = members.flatMap((member) => {
    const match = /^(\d{1,15}):(\d{1,15})$/.exec(member)
    return match ? [[Number(match[1]), Number(match[2])] as const] : []
  })
  if (pairs.length === 0) return whereIds(listing, reader, 't.id', [])
  return listing.where(reader.dialect.onePairOf(['s.display_id', 't.number'], pairs))
}

/** Instances with what they show of their set and test. */
type Joined = SelectQueryBuilder<
  Schema & Record<'t', Schema['instances']> & Record<'s', Schema['sets']> & Record<'test', Schema['tests']>,
  't' | 's' | 'test',
  object
>

const shown = (joined: object): Listing =>
  asListing(
    (joined as Joined)
      .selectAll('t')
      .select([
        'test.name as test_name',
        'test.display_id as test_display_id',
        'test.test_type',
        's.display_id as set_display_id',
      ]),
  )

/** As the select of the list, beginning with the sets or tests, which an index has in order. */
const beginningWith =
  (first: 'sets' | 'tests') =>
  ({ db }: Pick<Reader, 'db'>, projectId: number): Listing => {
    const [leader, follower] =
      first === 'sets' ? (['sets as s', 'tests as test'] as const) : (['tests as test', 'sets as s'] as const)
    return shown(
      db
        .selectFrom(leader as 'sets as s')
        .crossJoin('instances as t')
        .crossJoin(follower as 'tests as test')
        .where('s.project_id', '=', projectId)
        .where('test.project_id', '=', projectId)
        .whereRef('s.id', '=', 't.set_id')
        .whereRef('test.id', '=', 't.test_id'),
    )
  }

export const instancesList: ResourceList = {
  resource: instances,
  order: BY_ID,
  sortable: {
    attributes: {
      name: {
        as: 'text',
        mayBeEmpty: false,
        value: 'test.name',
        by: inOrderOfNames('test.name_folded'),
        quick: true,
        select: beginningWith('tests'),
      },
      'set-display-id': { as: 'number', mayBeEmpty: false, value: 's.display_id' },
      'test-display-id': { as: 'number', mayBeEmpty: false, value: 'test.display_id' },
      'display-id': {
        as: 'text',
        mayBeEmpty: false,
        value: 's.display_id',
        by: ['s.display_id', 't.number'],
        quick: true,
        select: beginningWith('sets'),
      },
    },
  },
  counted: 'instances',
  criteria: CRITERIA_OF_SETS,
  select: ({ db }) =>
    shown(
      db
        .selectFrom('instances as t')
        .innerJoin('sets as s', (join) =>
          join.onRef('s.project_id', '=', 't.project_id').onRef('s.id', '=', 't.set_id'),
        )
        .innerJoin('tests as test', (join) =>
          join.onRef('test.project_id', '=', 't.project_id').onRef('test.id', '=', 't.test_id'),
        ),
    ),
  filters: [
    idsFilter('t.test_id', 'test-ids', 'test-id'),
    idsFilter('t.set_id', 'set-ids', 'set-id'),
    idsFilter('test.display_id', 'test-display-ids'),
    ...nameFilters({ alias: 'test', trigrams: 'tests' }, 'name'),
    documented(
      Object.assign(displayIds, { reads: READ }),
      parameter('display-id', 'Only those with these display-ids such as 117:19, separated by commas'),
    ),
    textsFilter('variant', 't.variant', 'Only those of these variants, separated by commas'),
  ],
}
