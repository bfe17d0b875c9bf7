import {
  defineResource,
  duration,
  id,
  json,
  longText,
  oneOf,
  shortText,
  timestamp,
} from '../../core/resource/define-resource.ts'

export const RUN_TYPES = ['AutomatedRun', 'ManualRun'] as const

/** Contract §4.13. */
export const runs = defineResource({
  type: 'runs',
  path: 'runs',
  noun: 'run',
  table: 'runs',
  scope: 'project',
  fieldEntity: 'Run',
  attributes: {
    'project-id': id('-'),
    status: shortText('-'),
    'tester-id': id('C', { byAction: true }),
    'instance-id': id('C', { byAction: true }),
    preconditions: longText('-'),
    version: shortText('CU'),
    'test-id': id('-'),
    'run-type': oneOf(RUN_TYPES, 'AutomatedRun', 'C'),
    'custom-fields': json('C', '{}'),
    'automated-execution-output': longText('C', { byAction: true }),
    'run-duration': duration('CU'),
    'run-date': timestamp('C', { byAction: true }),
    'created-at': timestamp('-'),
    'updated-at': timestamp('-'),
  },
})
