import { fold } from '../../core/text.ts'
import type { Schema } from '../../db/schema.ts'

/** The workflow of a new project (contract §4.16): name, resolution, closed, and the statuses it leads to. */
const WORKFLOW: [name: string, resolution: string | null, closed: boolean, next: string[]][] = [
  ['new', null, false, ['open', 'fixed', 'rejected']],
  ['open', null, false, ['fixed', 'rejected']],
  ['fixed', null, false, ['closed', 'reopened']],
  ['reopened', null, false, ['open', 'fixed', 'rejected']],
  ['rejected', 'rejected', true, ['reopened']],
  ['closed', 'done', true, ['reopened']],
]

/** Rows of the default workflow; the first status is the initial one, transitions are open to all groups. */
export function defaultWorkflow(projectId: number, nextId: () => number) {
  const statuses: Schema['issue_statuses'][] = WORKFLOW.map(([name, resolution, closed], index) => ({
    project_id: projectId,
    id: nextId(),
    name,
    name_folded: fold(name),
    resolution,
    initial: index === 0 ? 1 : 0,
    closed: closed ? 1 : 0,
    position: index + 1,
  }))
  const idOf = (name: string) => statuses.find((status) => status.name === name)?.id as number
  const transitions: Schema['issue_transitions'][] = WORKFLOW.flatMap(([name, , , next]) =>
    next.map((target) => ({
      project_id: projectId,
      id: nextId(),
      from_id: idOf(name),
      to_id: idOf(target),
      group_ids: '[]',
    })),
  )
  return { statuses, transitions }
}
