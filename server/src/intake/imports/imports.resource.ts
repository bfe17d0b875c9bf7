import {
  derived,
  filled,
  flag,
  id,
  int,
  json,
  type Row,
  shortText,
  timestamp,
} from '../../core/resource/define-resource.ts'
import { array, closed, nullableText, text, whole } from '../../core/resource/json-schema.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** `receiving` while it is stored, `cut` when it ended early, `refused` when nothing of it was stored. */
export const IMPORT_STATES = ['receiving', 'stored', 'cut', 'refused'] as const
export type ImportState = (typeof IMPORT_STATES)[number]

export const SCOPES = ['full', 'partial'] as const

/** What became of one file of an import. */
export interface FileReceipt {
  name: string
  format: string | null
  cases: number
  stored: number
  refused: number
  problem: string | null
}

const FILES = array(
  closed({ name: text, format: nullableText, cases: whole, stored: whole, refused: whole, problem: nullableText }),
)

const number = (about: string, example = 0) => int('-', { ...filled, initial: 0, about: [about, example] })

/** Contract §10.1. */
export const imports = defineResource({
  type: 'imports',
  path: 'imports',
  noun: 'import',
  table: 'imports',
  scope: 'project',
  attributes: {
    'project-id': id('-', filled),
    'build-id': id('-', { about: ['The build that it belongs to', 900] }),
    'set-id': id('-', { about: ['The test set that its results are stored in', 50] }),
    variant: shortText('-', { ...filled, about: ['Environment that its tests ran in; "" = none is named', 'linux'] }),
    shard: shortText('-', { about: ['Which part of the tests of the build it is', '2/5'] }),
    attempt: int('-', { ...filled, about: ['Attempt of the CI job', 1] }),
    scope: shortText('-', { ...filled, about: ['full, or partial when only some tests were chosen', 'full'] }),
    state: shortText('-', { ...filled, about: ['receiving, stored, cut or refused', 'stored'] }),
    files: json('-', '[]', { schema: FILES, about: ['Every file of the body, and what became of it', []] }),
    received: number('Cases that were read; those stored and those refused together', 3),
    stored: number('Cases that were stored', 3),
    refused: number('Cases that were not stored, each with its reason in the list of refusals'),
    runs: number('Runs that were stored, every attempt of every case', 3),
    passed: number('Cases that passed', 3),
    failed: number('Cases that failed'),
    blocked: number('Cases that were blocked'),
    skipped: number('Cases that were skipped'),
    flaky: number('Cases that passed after an attempt that failed'),
    'created-tests': number('Tests that were made'),
    'created-instances': number('Instances that were made'),
    'moved-tests': number('Tests whose file changed'),
    infrastructure: flag('CU', false, {
      byAction: true,
      about: ['Whether it is set aside because not the tests but something around them failed', false],
    }),
    'wanted-files': derived((row) => row.wanted_files, {
      ...filled,
      schema: array(closed({ path: text, 'run-id': whole })),
      about: ['Files that the reports name and the body lacks, the first 1,000', []],
    }),
    bytes: number('Bytes of its files, unpacked', 1024),
    'user-id': id('-', { about: ['Who sent it; null for an account token', 21] }),
    source: shortText('-', { about: ['What sent it: the User-Agent', 'curl/8.5.0'] }),
    'started-at': timestamp('-', { ...filled, about: ['When it began to arrive', '2026-11-24T12:00:00Z'] }),
    'finished-at': timestamp('-', { about: ['When it was stored; null while it is', '2026-11-24T12:00:02Z'] }),
    'created-at': timestamp('-', filled),
  },
})

/** The receipt of an import that stored nothing, as it would have been. */
export type ImportRow = Row & { wanted_files: { path: string; 'run-id': number }[] }
