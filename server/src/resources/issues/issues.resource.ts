import { ASSIGNEE_TYPES, naming } from '../../core/kinds.ts'
import { MAX_NAME } from '../../core/limits.ts'
import {
  derived,
  fieldValues,
  filled,
  folderId,
  id,
  int,
  keptText,
  longText,
  name,
  ptql,
  shortText,
  tags,
  timestamp,
} from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** Contract §4.16. Status name and resolution come from the joined workflow status. */
export const issues = defineResource({
  ...naming('issue'),
  scope: 'project',
  columns: { title: 'name' },
  joined: ['status_name', 'status_resolution'],
  attributes: {
    'project-id': id('-', filled),
    'display-id': int('-', { ...filled, ...ptql('integer', 'ID', 'Display ID') }),
    title: name('C*U', { ...ptql('text', 'Name', 'Title') }),
    'issue-type': keptText('defect', 'CU', ptql('text', 'Type', 'Issue Type')),
    description: longText('CU', ptql('text', 'Description')),
    'status-name': shortText('-', { ...filled, ptql: { type: 'word', names: ['Status'], column: 'status_id' } }),
    'status-resolution': shortText('-', { ptql: { type: 'word', names: ['Resolution'], column: 'status_id' } }),
    'author-id': id('C', { byAction: true, ...ptql('user', 'Author', 'Created By') }),
    'assigned-to-id': id('CU', { byAction: true, ...ptql('assignee', 'Assigned To') }),
    'assigned-to-type': shortText('CU', { byAction: true, words: ASSIGNEE_TYPES }),
    version: shortText('CU', ptql('version', 'Version')),
    priority: shortText('CU', ptql('text', 'Priority')),
    'closed-at': timestamp('-', ptql('timestamp', 'Closed At')),
    'closed-by-id': id('-', ptql('user', 'Closed By')),
    'cloned-from-id': id('-'),
    'external-id': shortText('CU', { max: MAX_NAME, ...ptql('text', 'External ID') }),
    'external-status': shortText('-'),
    // Constants that the documented samples print (contract §4.16).
    'instances-count': derived(() => 0, { ...filled, schema: { const: 0 }, about: ['Always 0', 0] }),
    'run-status': derived(() => 'NO RUN', {
      ...filled,
      schema: { const: 'NO RUN' },
      about: ['Always NO RUN', 'NO RUN'],
    }),
    'last-run': derived(() => null, { schema: { type: 'null' }, about: ['Always null', null] }),
    'planned-execution': derived(() => null, { schema: { type: 'null' }, about: ['Always null', null] }),
    'custom-fields': fieldValues('CU'),
    tags: tags('CU', ptql('multi', 'Tags')),
    'folder-id': folderId('CU', ptql('folder', 'Folder')),
    'created-at': timestamp('-', { ...filled, ...ptql('timestamp', 'Created At') }),
    'updated-at': timestamp('-', { ...filled, ...ptql('timestamp', 'Updated At') }),
  },
})
