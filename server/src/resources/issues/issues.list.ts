import { asListing, BY_ID, shownColumns } from '../../db/list.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { idsFilter, nameFilters } from '../../engine/resource-list.ts'
import { relationshipsOf } from '../../features/links/relationships.ts'
import { criteriaOf } from '../filters/criteria.ts'
import { issues } from './issues.resource.ts'

const COLUMNS = shownColumns(issues)

export const issuesList: ResourceList = {
  resource: issues,
  order: BY_ID,
  sortable: {
    attributes: {
      // Statuses are in the order of the workflow.
      'status-name': { as: 'text', mayBeEmpty: false, value: 'status.name', by: ['status.position', 'status.id'] },
      'status-resolution': { as: 'text', mayBeEmpty: true, value: 'status.resolution' },
    },
  },
  counted: 'issues',
  criteria: criteriaOf('issue'),
  select: ({ db }) =>
    asListing(
      db
        .selectFrom('issues as t')
        .innerJoin('issue_statuses as status', (join) =>
          join.onRef('status.project_id', '=', 't.project_id').onRef('status.id', '=', 't.status_id'),
        )
        .select(COLUMNS)
        .select(['status.name as status_name', 'status.resolution as status_resolution']),
    ),
  filters: [...nameFilters({ trigrams: 'issues' }, 'title', 'name'), idsFilter('t.display_id', 'display-ids')],
  relationships: relationshipsOf(issues),
}
