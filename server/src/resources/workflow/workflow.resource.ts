import { MAX_SHORT_TEXT } from '../../core/limits.ts'
import { filled, flag, id, int, json, name, shortText } from '../../core/resource/define-resource.ts'
import { SHAPES } from '../../core/resource/json-schema.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** Contract §7.8. What depends on the other statuses is read by the action. */
export const workflowStatuses = defineResource({
  type: 'workflow-statuses',
  path: 'workflow/statuses',
  noun: 'status',
  table: 'issue_statuses',
  scope: 'project',
  attributes: {
    name: name('C*U', { max: MAX_SHORT_TEXT }),
    resolution: shortText('CU'),
    initial: flag('CU', false),
    closed: flag('CU', false),
    position: int('CU', { byAction: true, ...filled }),
  },
})

/** Contract §7.8. No groups: everybody may take the transition. */
export const workflowTransitions = defineResource({
  type: 'workflow-transitions',
  path: 'workflow/transitions',
  noun: 'transition',
  table: 'issue_transitions',
  scope: 'project',
  attributes: {
    'from-id': id('C*U', filled),
    'to-id': id('C*U', filled),
    'group-ids': json('CU', '[]', { schema: SHAPES.ids }),
  },
})
