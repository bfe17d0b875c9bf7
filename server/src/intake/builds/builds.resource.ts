import {
  derived,
  filled,
  flag,
  id,
  int,
  json,
  keptText,
  shortText,
  timestamp,
} from '../../core/resource/define-resource.ts'
import { array, closed, nullableText, text, whole } from '../../core/resource/json-schema.ts'
import { defineResource } from '../../engine/define-resource.ts'

export const BUILD_KINDS = ['mainline', 'queue', 'change'] as const
export type BuildKind = (typeof BUILD_KINDS)[number]

export const BUILD_STATES = ['receiving', 'incomplete', 'complete', 'cut'] as const
export type BuildState = (typeof BUILD_STATES)[number]

const SHARD = closed({ variant: text, shard: nullableText, attempt: whole, state: text })

const count = (about: string, example = 0) => int('-', { ...filled, initial: 0, about: [about, example] })

/** Contract §10.2. */
export const builds = defineResource({
  type: 'builds',
  path: 'builds',
  noun: 'build',
  table: 'builds',
  scope: 'project',
  columns: { commit: 'commit_id', duration: 'duration_ms' },
  attributes: {
    'project-id': id('-', filled),
    'display-id': int('-', filled),
    key: shortText('C', {
      about: ['What names it: everything sent under one key is one build', 'pr-482-1'],
      ...filled,
    }),
    name: shortText('CU', { about: ['Name for people', 'PR 482, attempt 1'] }),
    pipeline: keptText('', 'CU', { about: ['What runs again and again under one name', 'pr'] }),
    kind: shortText('-', { ...filled, words: BUILD_KINDS, about: ['mainline, queue or change', 'change'] }),
    branch: shortText('CU', { about: ['Branch that was tested', 'feature/cart'] }),
    commit: shortText('CU', { about: ['Commit that was tested', '9fceb02'] }),
    'base-commit': shortText('CU', { about: ['Commit that the change started from', '4c1ab0e'] }),
    'pull-request': shortText('CU', { about: ['Number of the pull request', '482'] }),
    url: shortText('CU', { byAction: true, about: ['Page of the CI system', 'https://ci.example.org/job/7'] }),
    environment: json('CU', '{}', {
      schema: { type: 'object', additionalProperties: text },
      about: ['Where it ran', { os: 'linux' }],
    }),
    state: shortText('U', {
      byAction: true,
      ...filled,
      words: BUILD_STATES,
      about: ['receiving, incomplete, complete or cut', 'complete'],
    }),
    scope: shortText('-', {
      ...filled,
      words: ['full', 'partial'],
      about: ['full, or partial when only some tests were chosen', 'full'],
    }),
    'expected-shards': json('CU', null, {
      schema: { oneOf: [{ type: 'integer' }, { type: 'array', items: text }, { type: 'null' }] },
      about: ['How many shards it waits for, or their names; null = as the last complete one', 5],
    }),
    shards: json('-', '[]', {
      schema: array(SHARD),
      about: ['The shards that came, each with its newest attempt', []],
    }),
    'missing-shards': json('-', '[]', { schema: array(text), about: ['Shards that did not come', []] }),
    variants: json('-', '[]', { schema: array(text), about: ['Environments that its tests ran in', ['linux']] }),
    'set-ids': json('-', '[]', { schema: array(whole), about: ['Test sets that hold its results', [50]] }),
    results: derived((row) => Number(row.passed) + Number(row.failed) + Number(row.blocked) + Number(row.no_run), {
      ...filled,
      schema: whole,
      about: ['Verdicts that it has', 3],
    }),
    passed: count('Verdicts that passed', 3),
    failed: count('Verdicts that failed'),
    blocked: count('Verdicts that are blocked'),
    'no-run': count('Tests that were skipped'),
    flaky: count('Tests that passed after an attempt that failed'),
    'new-failures': count('Failures that were not there before'),
    'still-failing': count('Failures that were there before'),
    fixed: count('Tests that failed before and pass now'),
    'new-tests': count('Tests that it made'),
    'moved-tests': count('Tests that moved or were renamed'),
    missing: count('Tests that the build before had and it has not'),
    quarantined: derived((row) => row.quarantined, { ...filled, schema: whole, about: ['Failures in quarantine', 0] }),
    unexplained: derived((row) => row.unexplained, {
      ...filled,
      schema: whole,
      about: ['Failures that are not in quarantine, not known and have no open issue', 0],
    }),
    duration: int('-', { ...filled, initial: 0, about: ['Milliseconds of its verdicts together', 12_500] }),
    elapsed: derived(elapsedOf, {
      schema: { type: ['integer', 'null'] },
      about: ['Milliseconds from start to end', 9_000],
    }),
    infrastructure: flag('-', false, {
      about: ['Whether an import of it is set aside because not the tests but something around them failed', false],
    }),
    gate: derived((row) => row.gate, { ...filled, schema: text, about: ['passed, failed or pending', 'passed'] }),
    'started-at': timestamp('-', { ...filled, about: ['When its first import began', '2026-11-24T12:00:00Z'] }),
    'finished-at': timestamp('-', { about: ['When its last import was stored', '2026-11-24T12:00:09Z'] }),
    'created-at': timestamp('-', filled),
    'updated-at': timestamp('-', filled),
  },
})

function elapsedOf({ started_at: from, finished_at: to }: Record<string, unknown>): number | null {
  return to === null || to === undefined ? null : Math.max(0, Number(to) - Number(from))
}
