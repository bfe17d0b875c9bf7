import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { Cell } from '../../core/resource/kinds.ts'
import { asListing, type Order } from '../../db/list.ts'
import { idsFilter, type ResourceList, sortOrder, textsFilter } from '../../engine/resource-list.ts'
import type { Context } from '../../engine/route.ts'
import { ownerFilter, previousOf } from '../builds/results.list.ts'
import { flakyTests } from './flaky-tests.resource.ts'

const WORST_FIRST: Order = { columns: ['t.rank', 't.score', 't.id'], direction: 'desc' }

const SORTS: Readonly<Record<string, string | RawBuilder<Cell>>> = {
  score: 't.score',
  signals: 't.signals',
  'changes-hit': 't.changes_hit',
  'last-signal-at': sql<Cell>`coalesce(t.last_signal_at, 0)`,
}

/** The order that a request asks for: the worst first, unless it says otherwise. */
export const flakyOrder = (context: Pick<Context, 'query'>): Order => sortOrder(context, SORTS, WORST_FIRST)

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
    textsFilter('state', 't.state', 'Only those in these states: healthy, flaky, broken'),
    textsFilter('variant', 't.variant', 'Only those of these variants'),
    ownerFilter,
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
