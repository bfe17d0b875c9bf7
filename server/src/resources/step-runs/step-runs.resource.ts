import { defineResource, id, int, longText, name, shortText, timestamp } from '../../core/resource/define-resource.ts'

/** Contract §4.14. */
export const stepRuns = defineResource({
  type: 'step-runs',
  path: 'step_runs',
  noun: 'step-run',
  table: 'step_runs',
  scope: 'project',
  attributes: {
    'project-id': id('-'),
    'run-id': id('-'),
    name: name('U', { max: 65_535 }),
    description: longText('U'),
    'expected-results': longText('U'),
    'actual-results': longText('U'),
    status: shortText('U', { byAction: true }),
    position: int('-'),
    'created-at': timestamp('-'),
    'updated-at': timestamp('-'),
  },
})
