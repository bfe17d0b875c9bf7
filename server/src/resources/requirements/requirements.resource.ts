import { ASSIGNEE_TYPES, naming } from '../../core/kinds.ts'
import {
  count,
  derived,
  fieldValues,
  filled,
  folderId,
  id,
  int,
  longText,
  name,
  ptql,
  ptqlWords,
  shortText,
  tags,
  timestamp,
} from '../../core/resource/define-resource.ts'
import { RUN_STATUSES } from '../../core/run-statuses.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** Contract §4.8. */
export const requirements = defineResource({
  ...naming('requirement'),
  scope: 'project',
  columns: { 'last-run': 'last_run_at' },
  attributes: {
    'project-id': id('-', filled),
    'display-id': int('-', { ...filled, ...ptql('integer', 'ID', 'Display ID') }),
    name: name('C*U', ptql('text', 'Name', 'Title')),
    description: longText('CU', ptql('text', 'Description')),
    'instances-count': count(ptql('integer', 'Instances Count')),
    'run-status': shortText('-', { ...filled, ...ptqlWords(RUN_STATUSES, 'Run Status', 'Status') }),
    'last-run': timestamp('-', { ...ptql('timestamp', 'Last Run') }),
    'author-id': id('C', { byAction: true, ...ptql('user', 'Author', 'Created By') }),
    'assigned-to-id': id('CU', { byAction: true, ...ptql('assignee', 'Assigned To') }),
    'assigned-to-type': shortText('CU', { byAction: true, words: ASSIGNEE_TYPES }),
    // Only printed by the documented samples; always null (contract §4.8).
    'planned-execution': derived(() => null, { schema: { type: 'null' }, about: ['Always null', null] }),
    version: shortText('CU', ptql('version', 'Version')),
    priority: shortText('CU', ptql('text', 'Priority')),
    'custom-fields': fieldValues('CU'),
    'parent-id': id('CU', { byAction: true, ...ptql('parent', 'Parent') }),
    tags: tags('CU', ptql('multi', 'Tags')),
    'folder-id': folderId('CU', ptql('folder', 'Folder')),
    'cloned-from-id': id('-'),
    'created-at': timestamp('-', { ...filled, ...ptql('timestamp', 'Created At') }),
    'updated-at': timestamp('-', { ...filled, ...ptql('timestamp', 'Updated At') }),
  },
})
