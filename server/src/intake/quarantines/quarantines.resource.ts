import { filled, id, json, longText, timestamp } from '../../core/resource/define-resource.ts'
import { array, text } from '../../core/resource/json-schema.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** Contract §11.4. */
export const quarantines = defineResource({
  type: 'quarantines',
  path: 'quarantines',
  noun: 'quarantine',
  table: 'quarantines',
  scope: 'project',
  attributes: {
    'project-id': id('-', filled),
    'instance-id': id('C', { byAction: true, about: ['The instance; null = every instance of the test', 100] }),
    'test-id': id('C', { byAction: true, ...filled, about: ['The test', 70] }),
    reason: longText('C*U', { ...filled, about: ['Why its failures are no news', 'Races with the mail queue'] }),
    until: timestamp('CU', {
      ...filled,
      about: ['When it ends; 30 days from now unless it is said, 180 at most', '2026-12-24T12:00:00Z'],
    }),
    'owner-id': id('CU', { byAction: true, about: ['User who looks after it', 21] }),
    causes: json('CU', '[]', {
      schema: array(text),
      about: ['Causes that it holds for; * = all. Left out: those seen in the last 30 days', ['3f9a1c0b7e55d210']],
    }),
    'created-by-id': id('-', { about: ['User who made it', 21] }),
    'ended-at': timestamp('-', { about: ['When it ended; null while it holds', null] }),
    'created-at': timestamp('-', filled),
    'updated-at': timestamp('-', filled),
  },
})
