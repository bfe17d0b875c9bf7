import { type WordWith, wordsWith } from '../../core/kinds.ts'
import {
  filled,
  flag,
  id,
  int,
  json,
  longText,
  name,
  shortText,
  timestamp,
} from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** The kinds of entity that filters select (contract §7.5). */
export const FILTERED = wordsWith('filters')
export type Filtered = WordWith<'filters'>

/** Contract §7.5. */
export const filters = defineResource({
  type: 'filters',
  path: 'filters',
  noun: 'filter',
  table: 'filters',
  scope: 'project',
  attributes: {
    'project-id': id('-', filled),
    name: name('C*U'),
    entity: shortText('C*', { byAction: true, ...filled }),
    'parent-id': id('CU', { byAction: true }),
    ptql: longText('CU'),
    'autofilter-fields': json('CU', null, { schema: { type: ['array', 'null'], items: { type: 'string' } } }),
    private: flag('CU', false),
    'owner-id': id('-'),
    position: int('CU', filled),
    'created-at': timestamp('-', filled),
    'updated-at': timestamp('-', filled),
  },
})
