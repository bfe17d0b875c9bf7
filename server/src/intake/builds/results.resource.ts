import { derived, filled, flag, id, int, shortText, timestamp } from '../../core/resource/define-resource.ts'
import { nullableText, text } from '../../core/resource/json-schema.ts'
import { RUN_STATUSES } from '../../core/run-statuses.ts'
import { formatDuration } from '../../core/scalars.ts'
import { defineResource } from '../../engine/define-resource.ts'

export const CHANGES = ['new-failure', 'still-failing', 'fixed', 'new-test'] as const

/** The verdict of an instance in a build (contract §10.2). */
export const results = defineResource({
  type: 'results',
  path: 'results',
  noun: 'result',
  table: 'results',
  scope: 'project',
  columns: { 'failing-since': 'failing_since_id' },
  joined: ['set_name', 'test_display_id', 'test_name'],
  attributes: {
    'run-id': id('-', { about: ['The run that is the verdict; null for a skipped test', 700] }),
    'instance-id': id('-', filled),
    'set-id': id('-', filled),
    'set-name': shortText('-', { ...filled, about: ['Name of the set', 'pr'] }),
    'test-id': id('-', filled),
    'test-display-id': int('-', filled),
    'test-name': shortText('-', { ...filled, about: ['Name of the test', 'cart › adds'] }),
    variant: shortText('-', { ...filled, about: ['Environment that it ran in; "" = none is named', 'linux'] }),
    status: shortText('-', { ...filled, words: RUN_STATUSES, about: ['PASSED, FAILED, BLOCKED or NO RUN', 'FAILED'] }),
    change: shortText('-', {
      words: CHANGES,
      about: ['new-failure, still-failing, fixed or new-test, against its base', 'new-failure'],
    }),
    flaky: flag('-', false, { about: ['Whether it passed after an attempt that failed', false] }),
    quarantined: derived((row) => row.quarantined === true, {
      ...filled,
      schema: { type: 'boolean' },
      about: ['Whether it is in quarantine', false],
    }),
    'explained-by': derived((row) => row.explained_by ?? null, {
      schema: nullableText,
      about: ['Why its failure is no news: quarantine, known or issue', null],
    }),
    attempts: int('-', { ...filled, about: ['Runs of it in the build', 1] }),
    'run-duration': derived((row) => formatDuration(Math.ceil(Number(row.duration_ms) / 1000)), {
      ...filled,
      schema: text,
      about: ['Duration of its last run', '00:00:02'],
    }),
    'duration-ms': int('-', { ...filled, about: ['The same in milliseconds', 1250] }),
    'run-date': timestamp('-', filled),
    message: shortText('-', { about: ['First characters of what it says of its failure', 'expected 3, got 2'] }),
    'failure-id': id('-', { about: ['The failure that it is an occurrence of', 810] }),
    cause: shortText('-', { about: ['What failures of one cause have in common', '3f9a1c0b7e55d210'] }),
    owner: shortText('-', { about: ['Who owns the test, by CODEOWNERS', '@shop/cart'] }),
    'attachments-count': int('-', { ...filled, about: ['Files of its runs', 0] }),
    previous: derived((row) => row.previous ?? '', {
      ...filled,
      schema: text,
      about: ['Earlier verdicts on mainline, newest first: P, F, B or N', 'PPPF'],
    }),
    'failing-since': id('-', { about: ['The first build of the failures in a row', 880] }),
  },
})
