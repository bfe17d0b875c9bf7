import {
  answering,
  array,
  closed,
  type JsonSchema,
  nullableText,
  ref,
  text,
  whole,
} from '../../core/resource/json-schema.ts'
import type { ResourceRoutes } from '../../engine/resource-routes.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { createStatus, deleteStatus, updateStatus } from './statuses.actions.ts'
import { createTransition, deleteTransition, updateTransition } from './transitions.actions.ts'
import { workflowStatusesList, workflowTransitionsList } from './workflow.list.ts'
import { loadStatuses, loadTransitions } from './workflow.store.ts'

const PATH = '/projects/:project_id/workflow'

const WORKFLOW: JsonSchema = closed({
  id: text,
  type: { const: 'workflows' },
  attributes: closed({
    statuses: array(
      closed({
        id: whole,
        name: text,
        resolution: nullableText,
        initial: { type: 'boolean' },
        closed: { type: 'boolean' },
        position: whole,
      }),
    ),
    transitions: array(closed({ id: whole, 'from-id': whole, 'to-id': whole, 'group-ids': array(whole) })),
  }),
})

/** `GET workflow.json`: all statuses in their order and all transitions, flat (contract §7.8). */
async function showWorkflow({ reader, project }: Context): Promise<Answer> {
  const statuses = (await loadStatuses(reader, project.id)).map(
    ({ id, name, resolution, initial, closed, position }) => ({
      id,
      name,
      resolution,
      initial: initial === 1,
      closed: closed === 1,
      position,
    }),
  )
  const transitions = (await loadTransitions(reader, project.id)).map((row) => ({
    id: row.id,
    'from-id': row.from_id,
    'to-id': row.to_id,
    'group-ids': JSON.parse(row.group_ids) as number[],
  }))
  return { body: { data: { id: String(project.id), type: 'workflows', attributes: { statuses, transitions } } } }
}

export const workflowStatusesRoutes: ResourceRoutes = {
  list: workflowStatusesList,
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'member',
      summary: 'Show the issue workflow: statuses and transitions',
      id: 'showWorkflow',
      answer: answering(ref('Workflow')),
      schemas: { Workflow: WORKFLOW },
      handle: showWorkflow,
    },
    {
      method: 'POST',
      path: `${PATH}/statuses`,
      access: 'workflow',
      summary: 'Add a status to the workflow',
      handle: createStatus,
    },
    {
      method: 'PUT',
      path: `${PATH}/statuses/:id`,
      access: 'workflow',
      summary: 'Change a status of the workflow',
      handle: updateStatus,
    },
    {
      method: 'DELETE',
      path: `${PATH}/statuses/:id`,
      access: 'workflow',
      summary: 'Delete an unused status and its transitions',
      handle: deleteStatus,
    },
  ],
}

export const workflowTransitionsRoutes: ResourceRoutes = {
  list: workflowTransitionsList,
  routes: [
    {
      method: 'POST',
      path: `${PATH}/transitions`,
      access: 'workflow',
      summary: 'Add a transition to the workflow',
      handle: createTransition,
    },
    {
      method: 'PUT',
      path: `${PATH}/transitions/:id`,
      access: 'workflow',
      summary: 'Change a transition of the workflow',
      handle: updateTransition,
    },
    {
      method: 'DELETE',
      path: `${PATH}/transitions/:id`,
      access: 'workflow',
      summary: 'Delete a transition of the workflow',
      handle: deleteTransition,
    },
  ],
}
