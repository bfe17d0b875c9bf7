import { sql } from 'kysely'
import { parseIdMember } from '../../core/jsonapi/query.ts'
import { invalidParameter } from '../../core/problems.ts'
import { parseTimestamp } from '../../core/scalars.ts'
import { shownValue } from '../../core/shown-value.ts'
import { descending } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import { documented, type Filter, type ResourceList, textsFilter } from '../../engine/resource-list.ts'
import { failures } from './failures.resource.ts'

/** Failures seen with something, by the table that keeps it. */
const seenWith = (name: string, table: 'failure_builds' | 'failure_tests', column: string, about: string): Filter =>
  documented(
    (listing, context) => {
      const ids = context.query.ids(name)
      if (ids === undefined) return listing
      const seen = context.reader.db
        .selectFrom(table as 'failure_builds')
        .select('failure_id')
        .where('project_id', '=', context.project.id)
        .where(context.reader.dialect.oneOf(column, ids))
      return listing.where('t.id', 'in', seen as never)
    },
    parameter(name, about),
  )

const newIn: Filter = documented(
  (listing, { query }) => {
    const text = query.get('new-in')
    if (text === undefined) return listing
    const id = parseIdMember(text)
    if (id === undefined) throw invalidParameter('new-in', 'new-in must be the id of a build')
    return listing.where('t.first_build_id', '=', id)
  },
  parameter('new-in', 'Only those that were seen in this build for the first time', { type: 'integer' }),
)

const since: Filter = documented(
  (listing, { query }) => {
    const text = query.get('since')
    if (text === undefined) return listing
    const ms = parseTimestamp(text)
    if (ms === undefined)
      throw invalidParameter('since', `since must be an ISO 8601 date or time; ${shownValue(text)} is not`)
    return listing.where('t.last_seen_at', '>=', ms)
  },
  parameter('since', 'Only those that were seen at this time or later'),
)

/** Of failures of one cause only the one that was seen last. */
export const onePerCause: Filter = (listing, { project }) =>
  listing.where(sql<boolean>`not exists (
    select 1 from failures o where o.project_id = ${project.id} and o.cause = t.cause
      and (o.last_seen_at > t.last_seen_at or (o.last_seen_at = t.last_seen_at and o.id > t.id)))`)

export const failuresList: ResourceList = {
  resource: failures,
  order: descending('t.last_seen_at', 't.id'),
  sortable: {
    attributes: { title: { as: 'text', mayBeEmpty: true, value: 't.title', by: [sql`nullif(t.title_folded, '')`] } },
  },
  filters: [
    textsFilter('state', 't.state', 'Only those in these states: open, known, fixed'),
    textsFilter('cause', 't.cause', 'Only those of these causes'),
    seenWith('build-ids', 'failure_builds', 'build_id', 'Only those that were seen in these builds'),
    seenWith('test-ids', 'failure_tests', 'test_id', 'Only those of these tests'),
    newIn,
    since,
  ],
}
