import { sql } from 'kysely'
import { invalidParameter } from '../../core/problems.ts'
import { parseTimestamp } from '../../core/scalars.ts'
import { shownValue } from '../../core/shown-value.ts'
import { descending } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import { documented, type Filter, type ResourceList, textsFilter } from '../../engine/resource-list.ts'
import { gateVerdicts } from '../gates/judge-builds.ts'
import { builds } from './builds.resource.ts'
import { explainedCounts } from './explained.list.ts'

function moment(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = parseTimestamp(text)
  if (ms !== undefined) return ms
  throw invalidParameter(
    name,
    `${name} must be an ISO 8601 date or time such as 2026-03-01T12:43:31Z; ${shownValue(text)} is not`,
  )
}

const since: Filter = (listing, { query }) => {
  const from = moment('since', query.get('since'))
  return from === undefined ? listing : listing.where('t.started_at', '>=', from)
}

const until: Filter = (listing, { query }) => {
  const to = moment('until', query.get('until'))
  return to === undefined ? listing : listing.where('t.started_at', '<', to)
}

/** Builds with an import into one of some sets, or of some variant. */
const withImport = (
  name: string,
  column: 'set_id' | 'variant',
  read: (text: string) => string | number,
  about: string,
) =>
  documented(
    (listing, context) => {
      const values = context.query.list(name)?.map(read)
      if (values === undefined) return listing
      const imported = context.reader.db
        .selectFrom('imports')
        .select('build_id')
        .where('project_id', '=', context.project.id)
        .where(context.reader.dialect.oneText(sql`${sql.ref(column)} || ''`, values.map(String)))
      return listing.where('t.id', 'in', imported as never)
    },
    parameter(name, about),
  )

export const buildsList: ResourceList = {
  resource: builds,
  order: descending('t.started_at', 't.id'),
  sortable: {
    attributes: {
      name: { as: 'text', mayBeEmpty: true, value: 't.name', by: ['t.name_folded'], quick: true },
      results: {
        as: 'number',
        mayBeEmpty: false,
        value: sql`(t.passed + t.failed + t.blocked + t.no_run)`,
      },
      elapsed: { as: 'number', mayBeEmpty: true, value: sql`(t.finished_at - t.started_at)` },
    },
  },
  filters: [
    textsFilter('key', 't.key', 'Only the builds with these keys'),
    textsFilter('pipeline', 't.pipeline', 'Only builds of these pipelines'),
    textsFilter('kind', 't.kind', 'Only builds of these kinds: mainline, queue, change'),
    textsFilter('branch', 't.branch', 'Only builds of these branches'),
    textsFilter('commit', 't.commit_id', 'Only builds of these commits'),
    textsFilter('pull-request', 't.pull_request', 'Only builds of these pull requests'),
    textsFilter('state', 't.state', 'Only builds in these states: receiving, incomplete, complete, cut'),
    textsFilter('gate', 't.gate', 'Only builds whose gate was so when they were judged last: passed, failed, pending'),
    withImport('set-ids', 'set_id', Number, 'Only builds with results in these test sets'),
    withImport('variant', 'variant', String, 'Only builds with results of these variants'),
    documented(since, parameter('since', 'Only builds that started at this time or later')),
    documented(until, parameter('until', 'Only builds that started before this time')),
  ],
  async complete(reader, rows) {
    const [first] = rows
    if (first === undefined) return
    const projectId = Number(first.project_id)
    const now = Date.now()
    const ids = rows.map((row) => Number(row.id))
    const explained = await explainedCounts(reader, projectId, ids, now)
    for (const row of rows) Object.assign(row, explained.get(Number(row.id)) ?? { quarantined: 0, unexplained: 0 })
    const verdicts = await gateVerdicts(reader, projectId, rows as never)
    for (const row of rows) row.gate = verdicts.get(Number(row.id)) ?? row.gate
  },
}
