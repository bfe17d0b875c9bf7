import { naming } from '../../core/kinds.ts'
import { filled, id, int, longText, shortText, stepName, timestamp } from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** Contract §4.14. */
export const stepRuns = defineResource({
  ...naming('step-run'),
  scope: 'project',
  attributes: {
    'project-id': id('-', filled),
    'run-id': id('-', filled),
    name: stepName('U'),
    description: longText('U'),
    'expected-results': longText('U'),
    'actual-results': longText('U'),
    status: shortText('U', {
      byAction: true,
      ...filled,
      about: ['PASSED, FAILED, BLOCKED, NO RUN or N/A', 'FAILED'],
    }),
    position: int('-', filled),
    'created-at': timestamp('-', filled),
    'updated-at': timestamp('-', filled),
  },
})
