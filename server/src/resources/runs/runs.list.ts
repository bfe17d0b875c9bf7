import { invalidParameter } from '../../core/problems.ts'
import { toNumber } from '../../core/scalars.ts'
import { shownValue } from '../../core/shown-value.ts'
import { fold } from '../../core/text.ts'
import { BY_ID_DESCENDING, shownOf, whereIn } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { documented, type Filter, idsFilter } from '../../engine/resource-list.ts'
import { CRITERIA_OF_SETS } from '../filters/criteria.ts'
import { RUN_TYPES, runs } from './runs.resource.ts'

const HOUR = 3_600_000

/** Case-insensitive, comma list; an unknown value matches nothing. */
const runType: Filter = (listing, { query }) => {
  const types = query.list('run-type')?.flatMap((word) => RUN_TYPES.filter((type) => fold(type) === fold(word)))
  return types === undefined ? listing : whereIn(listing, 't.run_type', types)
}

const updatedHoursAgo: Filter = (listing, { query, now, reader, project }) => {
  const text = query.get('updated-hours-ago')
  if (text === undefined) return listing
  const hours = toNumber(text)
  if (hours === undefined || hours < 0) {
    throw invalidParameter(
      'updated-hours-ago',
      `updated-hours-ago must be a number of hours; ${shownValue(text)} is not`,
    )
  }
  // A subquery of its own, so that it is read from the index by update: as a plain condition it tempts the planner to
  // walk all runs newest first, for the order.
  const updated = reader.db
    .selectFrom('runs')
    .select('id')
    .where('project_id', '=', project.id)
    .where('updated_at', '>=', Math.ceil(Math.max(0, now - hours * HOUR)))
  return listing.where('t.id', 'in', updated as never)
}

export const runsList: ResourceList = {
  resource: runs,
  order: BY_ID_DESCENDING,
  sortable: {},
  counted: 'runs',
  criteria: CRITERIA_OF_SETS,
  select: shownOf(runs),
  filters: [
    idsFilter('t.test_id', 'test-ids', 'test-id'),
    idsFilter('t.set_id', 'set-ids', 'set-id'),
    idsFilter('t.instance_id', 'instance-ids', 'instance-id'),
    idsFilter('t.build_id', 'build-ids', 'build-id'),
    idsFilter('t.failure_id', 'failure-ids', 'failure-id'),
    documented(runType, parameter('run-type', 'Only runs of these types, separated by commas')),
    documented(
      updatedHoursAgo,
      parameter('updated-hours-ago', 'Only runs updated within so many hours', { type: 'number' }),
    ),
  ],
}
