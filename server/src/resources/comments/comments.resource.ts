import { ENTITY_WORDS, type EntityWord, listKinds } from '../../core/kinds.ts'
import { filled, id, longText, shortText, timestamp } from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'
import { CARRIERS } from '../attachments/attachments.rules.ts'

/** The kinds of entity that can be commented on (contract §9): all, those with attachments first. */
export const COMMENTED: readonly EntityWord[] = [...new Set<EntityWord>([...CARRIERS, ...ENTITY_WORDS])]

/** Contract §7.11. */
export const comments = defineResource({
  type: 'comments',
  path: 'comments',
  noun: 'comment',
  table: 'comments',
  scope: 'project',
  attributes: {
    'project-id': id('-', filled),
    // Which entity decides who may, so the action reads it before anything else.
    entity: shortText('C*', {
      byAction: true,
      ...filled,
      about: [`Kind of the entity: ${listKinds(COMMENTED)}`, 'test'],
    }),
    'entity-id': id('C*', { byAction: true, ...filled }),
    body: longText('C*', filled),
    'author-id': id('C', { byAction: true, names: 'user' }),
    'created-at': timestamp('-', filled),
  },
})
