import { derived, filled, id, int, shortText, timestamp } from '../../core/resource/define-resource.ts'
import { text, whole } from '../../core/resource/json-schema.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** Contract §11.2. */
export const flakyTests = defineResource({
  type: 'flaky-tests',
  path: 'flaky_tests',
  noun: 'flaky test',
  table: 'flaky_tests',
  scope: 'project',
  joined: ['test_name'],
  columns: { 'failing-since': 'failing_since_id' },
  attributes: {
    'instance-id': id('-', filled),
    'test-id': id('-', filled),
    'test-name': shortText('-', { ...filled, about: ['Name of the test', 'cart › adds'] }),
    'set-id': id('-', filled),
    variant: shortText('-', { ...filled, about: ['Environment that it ran in; "" = none is named', 'linux'] }),
    owner: shortText('-', { about: ['Who owns the test, by CODEOWNERS', '@shop/cart'] }),
    state: shortText('-', {
      ...filled,
      words: ['healthy', 'flaky', 'broken'],
      about: ['healthy, flaky or broken', 'flaky'],
    }),
    score: derived((row) => Number(row.score), {
      ...filled,
      schema: { type: 'number' },
      about: ['Share of the builds of the window with a signal', 0.1],
    }),
    builds: int('-', { ...filled, about: ['Builds of the window', 30] }),
    signals: int('-', { ...filled, about: ['Signals in the window', 3] }),
    'changes-hit': int('-', { ...filled, about: ['Pull requests it failed in while mainline passed', 2] }),
    'last-signal-at': timestamp('-', { about: ['When a build with a signal started last', '2026-11-23T12:00:00Z'] }),
    'failing-since': id('-', { about: ['The first build of the failures in a row on mainline', 880] }),
    quarantine: derived((row) => row.quarantine ?? null, {
      schema: { oneOf: [whole, { type: 'null' }] },
      about: ['The quarantine that holds for it', null],
    }),
    previous: derived((row) => row.previous ?? '', {
      ...filled,
      schema: text,
      about: ['Verdicts on mainline, newest first: P, F, B or N', 'PFPPP'],
    }),
  },
})
