import type { SelectQueryBuilder } from 'kysely'
import { asListing, descending } from '../../db/list.ts'
import { idsFilter, type ResourceList, textsFilter } from '../../engine/resource-list.ts'
import { ownerFilter, previousOf } from '../builds/results.list.ts'
import { flakyTests } from './flaky-tests.resource.ts'

export const flakyTestsList: ResourceList = {
  resource: flakyTests,
  order: descending('t.rank', 't.score', 't.id'),
  sortable: {
    attributes: {
      'test-name': { as: 'text', mayBeEmpty: true, value: 't.test_name', by: ['t.test_name_folded'] },
      score: { as: 'decimal', mayBeEmpty: false, value: 't.score' },
    },
  },
  select: ({ db }, projectId) => {
    // Not joined as equals: the planner must begin with what is ordered.
    const numbered = db
      .selectFrom('flaky_tests as f')
      .leftJoin('tests as test', (join) =>
        join.onRef('test.project_id', '=', 'f.project_id').onRef('test.id', '=', 'f.test_id'),
      )
      .selectAll('f')
      .select(['f.instance_id as id', 'test.name as test_name', 'test.name_folded as test_name_folded'])
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
