import type { KindType } from '../core/kinds.ts'
import type { Room } from '../engine/room.ts'
import type { Route } from '../engine/route.ts'
import { attachmentsRoom } from './attachments/attachments.room.ts'
import { commentsRoom } from './comments/comments.room.ts'
import { customFieldsRoom } from './custom-fields/custom-fields.room.ts'
import { FIELDS_ROUTES } from './fields/fields.routes.ts'
import { filtersRoom } from './filters/filters.room.ts'
import { foldersRoom } from './folders/folders.room.ts'
import { groupsRoom } from './groups/groups.room.ts'
import { historyRoom } from './history/history.room.ts'
import { instancesRoom } from './instances/instances.room.ts'
import { issuesRoom } from './issues/issues.room.ts'
import { milestonesRoom } from './milestones/milestones.room.ts'
import { projectsRoom } from './projects/projects.room.ts'
import { requirementsRoom } from './requirements/requirements.room.ts'
import { runsRoom } from './runs/runs.room.ts'
import { setsRoom } from './sets/sets.room.ts'
import { stepRunsRoom } from './step-runs/step-runs.room.ts'
import { stepsRoom } from './steps/steps.room.ts'
import { testsRoom } from './tests/tests.room.ts'
import { personalTokensRoom, tokensRoom } from './tokens/tokens.room.ts'
import { TRACEABILITY_ROUTES } from './traceability/traceability.routes.ts'
import { usersRoom } from './users/users.room.ts'
import { webhookDeliveriesRoom, webhooksRoom } from './webhooks/webhooks.room.ts'
import { workflowStatusesRoom, workflowTransitionsRoom } from './workflow/workflow.room.ts'

/** The rooms of the kinds of entity; webhooks show what happened as these do. */
export const KIND_ROOMS: Record<KindType, Room> = {
  requirements: requirementsRoom,
  tests: testsRoom,
  steps: stepsRoom,
  sets: setsRoom,
  instances: instancesRoom,
  runs: runsRoom,
  'step-runs': stepRunsRoom,
  issues: issuesRoom,
  milestones: milestonesRoom,
}

const { issues, milestones, ...others } = KIND_ROOMS

/** Every resource: adding one is a folder and one line here. */
export const ROOMS: readonly Room[] = [
  projectsRoom,
  usersRoom,
  tokensRoom,
  personalTokensRoom,
  groupsRoom,
  workflowStatusesRoom,
  workflowTransitionsRoom,
  customFieldsRoom,
  ...Object.values(others),
  attachmentsRoom,
  issues,
  milestones,
  foldersRoom,
  filtersRoom,
  commentsRoom,
  historyRoom,
  webhooksRoom,
  webhookDeliveriesRoom,
]

/** Every route below /api: those of the rooms, and those that belong to no resource of their own. */
export const ROUTES: readonly Route[] = [
  ...ROOMS.flatMap((room) => room.routes),
  ...FIELDS_ROUTES,
  ...TRACEABILITY_ROUTES,
]
