import { type SelectQueryBuilder, sql } from 'kysely'
import { invalidParameter } from '../../core/problems.ts'
import type { Cell } from '../../core/resource/kinds.ts'
import { shownValue } from '../../core/shown-value.ts'
import { asListing, type Order, whereTexts } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import { documented, type Filter, idsFilter, type ResourceList } from '../../engine/resource-list.ts'
import type { Context } from '../../engine/route.ts'
import { previousOf } from '../builds/results.list.ts'
import { flakyTests } from './flaky-tests.resource.ts'

const WORST_FIRST: Order = { columns: ['t.rank', 't.score', 't.id'], direction: 'desc' }

const textsOf = (name: string, column: string, about: string): Filter =>
  documented(
    (listing, { query, reader }) => {
      const texts = query.list(name)
      return texts === undefined ? listing : whereTexts(listing, reader, column, texts)
    },
    parameter(name, about),
  )

const withOwner: Filter = documented(
  (listing, { query }) => {
    const owner = query.get('owner')
    return owner === undefined ? listing : listing.where(sql<boolean>`(' ' || t.owner || ' ') like ${`% ${owner} %`}`)
  },
  parameter('owner', 'Only those of this owner'),
)

const SORTS: Readonly<Record<string, string>> = {
  score: 't.score',
  signals: 't.signals',
  'changes-hit': 't.changes_hit',
  'last-signal-at': 't.last_signal_at',
}

/** The order that a request asks for: the worst first, unless it says otherwise. */
export function flakyOrder({ query }: Pick<Context, 'query'>): Order {
  const text = query.get('sort')?.trim().toLowerCase()
  if (text === undefined) return WORST_FIRST
  const column = SORTS[text.replace(/^[-+]/, '')]
  if (column === undefined) {
    throw invalidParameter(
      'sort',
      `sort must be one of: ${Object.keys(SORTS).join(', ')}, with - in front for the other way round; it is ${shownValue(text)}`,
    )
  }
  const never = column === 't.last_signal_at' ? sql<Cell>`coalesce(t.last_signal_at, 0)` : column
  return { columns: [never, 't.id'], direction: text.startsWith('-') ? 'desc' : 'asc' }
}

export const flakyTestsList: ResourceList = {
  resource: flakyTests,
  order: WORST_FIRST,
  select: ({ db }, projectId) => {
    // Not joined as equals: the planner must begin with what is ordered.
    const numbered = db
      .selectFrom('flaky_tests as f')
      .leftJoin('tests as test', (join) =>
        join.onRef('test.project_id', '=', 'f.project_id').onRef('test.id', '=', 'f.test_id'),
      )
      .selectAll('f')
      .select(['f.instance_id as id', 'test.name as test_name'])
      .where('f.project_id', '=', projectId)
    return asListing(
      db.selectFrom((numbered as SelectQueryBuilder<never, never, object>).as('t')).selectAll('t' as never),
    )
  },
  filters: [
    textsOf('state', 't.state', 'Only those in these states: healthy, flaky, broken'),
    textsOf('variant', 't.variant', 'Only those of these variants'),
    withOwner,
    idsFilter('t.set_id', 'set-ids', 'set-id'),
  ],
  async complete(reader, rows) {
    const [first] = rows
    if (first === undefined) return
    const projectId = Number(first.project_id)
    const ids = rows.map((row) => Number(row.instance_id))
    const previous = await previousOf(reader, projectId, ids, Number.MAX_SAFE_INTEGER)
    const held = await reader.db
      .selectFrom('quarantines')
      .select(['id', 'test_id', 'instance_id'])
      .where('project_id', '=', projectId)
      .where(reader.dialect.oneOf('test_id', [...new Set(rows.map((row) => Number(row.test_id)))]))
      .where('ended_at', 'is', null)
      .where('until', '>', Date.now())
      .execute()
    for (const row of rows) {
      const id = Number(row.instance_id)
      row.previous = previous.get(id) ?? ''
      const own = held.find(
        (each) => each.test_id === row.test_id && (each.instance_id === null || each.instance_id === id),
      )
      row.quarantine = own?.id ?? null
    }
  },
}
