import { wordsWith } from '../../core/kinds.ts'
import { filled, id, int, name, shortText, timestamp } from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** The kinds of entity that folders hold (contract §7.6). */
export const FOLDER_ENTITIES = wordsWith('folder')

/** Contract §7.6. */
export const folders = defineResource({
  type: 'folders',
  path: 'folders',
  noun: 'folder',
  table: 'folders',
  scope: 'project',
  attributes: {
    'project-id': id('-', filled),
    // Decides who may write, so the actions read it before anything else.
    entity: shortText('C*', { byAction: true, ...filled }),
    name: name('C*U'),
    'parent-id': id('CU', { byAction: true }),
    position: int('CU', { byAction: true, ...filled }),
    'created-at': timestamp('-', filled),
    'updated-at': timestamp('-', filled),
  },
})
