import { filled, id, int, longText, shortText, timestamp } from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'

export const FAILURE_STATES = ['open', 'known', 'fixed'] as const

const count = (about: string, example: number) => int('-', { ...filled, initial: 0, about: [about, example] })

/** Contract §11.1. */
export const failures = defineResource({
  type: 'failures',
  path: 'failures',
  noun: 'failure',
  table: 'failures',
  scope: 'project',
  attributes: {
    'project-id': id('-', filled),
    'display-id': int('-', filled),
    signature: shortText('-', { ...filled, about: ['What its occurrences have in common', '9c0f61d2ab34e870'] }),
    cause: shortText('-', { ...filled, about: ['What failures of one cause have in common', '3f9a1c0b7e55d210'] }),
    kind: shortText('-', { about: ['Type of the exception', 'AssertionError'] }),
    title: shortText('-', { ...filled, about: ['First telling line', 'expected 3, got 2'] }),
    sample: longText('-', { ...filled, about: ['How it was reported first', 'expected 3, got 2\nat cart.ts:3'] }),
    state: shortText('U', {
      byAction: true,
      ...filled,
      words: FAILURE_STATES,
      about: ['open, known or fixed', 'open'],
    }),
    'issue-id': id('U', { byAction: true, about: ['The issue about it', 610] }),
    'assigned-to-id': id('U', { byAction: true, names: 'user', about: ['User who looks after it', 21] }),
    note: longText('U', { about: ['What people should know of it', 'Only with the new card provider'] }),
    occurrences: count('Runs that failed so', 12),
    'tests-count': count('Tests that failed so', 3),
    'builds-count': count('Builds that it was seen in', 4),
    'first-seen-at': timestamp('-', { ...filled, about: ['When it was seen first', '2026-11-20T12:00:00Z'] }),
    'last-seen-at': timestamp('-', { ...filled, about: ['When it was seen last', '2026-11-24T12:00:00Z'] }),
    'first-build-id': id('-', { ...filled, about: ['The build that it was seen in first', 880] }),
    'last-build-id': id('-', { ...filled, about: ['The build that it was seen in last', 900] }),
    'created-at': timestamp('-', filled),
    'updated-at': timestamp('-', filled),
  },
})
