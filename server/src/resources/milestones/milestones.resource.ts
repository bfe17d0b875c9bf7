import {
  date,
  defineResource,
  id,
  int,
  json,
  keptText,
  longText,
  name,
  shortText,
  timestamp,
} from '../../core/resource/define-resource.ts'

/** Contract §4.15. */
export const milestones = defineResource({
  type: 'milestones',
  path: 'milestones',
  noun: 'milestone',
  table: 'milestones',
  scope: 'project',
  fieldEntity: 'Milestone',
  relationships: ['requirements', 'issues', 'suites'],
  attributes: {
    'project-id': id('-'),
    'display-id': int('-'),
    name: name('C*U'),
    description: longText('CU'),
    'milestone-status': keptText('Planned', 'CU', { max: 1000 }),
    'milestone-type': shortText('CU', { max: 1000 }),
    'start-date': date('CU'),
    'end-date': date('CU'),
    'author-id': id('C', { byAction: true }),
    'custom-fields': json('CU', '{}'),
    'created-at': timestamp('-'),
    'updated-at': timestamp('-'),
  },
})
