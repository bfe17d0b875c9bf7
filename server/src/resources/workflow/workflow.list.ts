import { BY_ID } from '../../db/list.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { workflowStatuses, workflowTransitions } from './workflow.resource.ts'

/** The statuses of issues, and the workflow as a whole. */
export const workflowStatusesList: ResourceList = {
  resource: workflowStatuses,
  order: BY_ID,
  filters: [],
}

/** The ways from one status to another. */
export const workflowTransitionsList: ResourceList = {
  resource: workflowTransitions,
  order: BY_ID,
  filters: [],
}
