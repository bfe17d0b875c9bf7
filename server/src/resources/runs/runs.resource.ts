import { naming } from '../../core/kinds.ts'
import {
  duration,
  fieldValues,
  filled,
  id,
  int,
  longText,
  oneOf,
  shortText,
  timestamp,
} from '../../core/resource/define-resource.ts'
import { RUN_STATUSES } from '../../core/run-statuses.ts'
import { defineResource } from '../../engine/define-resource.ts'

export const RUN_TYPES = ['AutomatedRun', 'ManualRun'] as const

/** Contract §4.13. */
export const runs = defineResource({
  ...naming('run'),
  scope: 'project',
  attributes: {
    'project-id': id('-', filled),
    status: shortText('-', {
      ...filled,
      words: RUN_STATUSES,
      about: ['Status, from its steps or exit-code', 'FAILED'],
    }),
    'tester-id': id('C', { byAction: true, names: 'user' }),
    'instance-id': id('C*', { byAction: true, ...filled }),
    preconditions: longText('-'),
    version: shortText('CU'),
    'test-id': id('-', filled),
    'run-type': oneOf(RUN_TYPES, 'AutomatedRun', 'C'),
    'custom-fields': fieldValues('C'),
    'automated-execution-output': longText('C', { byAction: true }),
    'run-duration': duration('CU'),
    'run-date': timestamp('C', { byAction: true, ...filled }),
    'created-at': timestamp('-', filled),
    'updated-at': timestamp('-', filled),
    'build-id': id('-', { about: ['The build that it came with; null for runs that no report brought', 900] }),
    'import-id': id('-', { about: ['The import that brought it', 905] }),
    attempt: int('-', { about: ['Which attempt of its test it was, within one report', 1] }),
    'failure-id': id('-', { about: ['The failure that it is an occurrence of', 810] }),
    'duration-ms': int('-', { about: ['Its duration in milliseconds, where a report says so', 1250] }),
  },
})
