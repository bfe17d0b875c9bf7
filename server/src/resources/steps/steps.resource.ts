import { naming } from '../../core/kinds.ts'
import { filled, filledText, id, int, oneOf, stepName, timestamp } from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** Contract §4.10. */
export const steps = defineResource({
  ...naming('step'),
  scope: 'project',
  attributes: {
    'project-id': id('-', filled),
    kind: oneOf(['ManualStep', 'CallToTest'], 'ManualStep', 'C'),
    'test-id': id('C*', { byAction: true, ...filled }),
    'test-to-call-id': id('CU', { byAction: true }),
    name: stepName('CU', { byAction: true }),
    description: filledText('CU'),
    'expected-results': filledText('CU'),
    position: int('U', { byAction: true, ...filled }),
    'created-at': timestamp('-', filled),
    'updated-at': timestamp('-', filled),
  },
})
