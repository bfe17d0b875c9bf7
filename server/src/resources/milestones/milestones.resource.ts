import { naming } from '../../core/kinds.ts'
import { MAX_NAME } from '../../core/limits.ts'
import {
  date,
  fieldValues,
  filled,
  id,
  int,
  keptText,
  longText,
  name,
  ptql,
  shortText,
  timestamp,
} from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** Contract §4.15. */
export const milestones = defineResource({
  ...naming('milestone'),
  scope: 'project',
  attributes: {
    'project-id': id('-', filled),
    'display-id': int('-', { ...filled, ...ptql('integer', 'ID', 'Display ID') }),
    name: name('C*U', ptql('text', 'Name', 'Title')),
    description: longText('CU', ptql('text', 'Description')),
    'milestone-status': keptText('Planned', 'CU', { max: MAX_NAME, ...ptql('text', 'Status') }),
    'milestone-type': shortText('CU', { max: MAX_NAME, ...ptql('text', 'Type', 'Milestone Type') }),
    'start-date': date('CU', ptql('date', 'Start Date')),
    'end-date': date('CU', ptql('date', 'End Date')),
    'author-id': id('C', { byAction: true, ...ptql('user', 'Author', 'Created By') }),
    'custom-fields': fieldValues('CU'),
    'created-at': timestamp('-', { ...filled, ...ptql('timestamp', 'Created At') }),
    'updated-at': timestamp('-', { ...filled, ...ptql('timestamp', 'Updated At') }),
  },
})
