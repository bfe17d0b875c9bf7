import type { ResourceRoutes } from '../engine/resource-routes.ts'
import type { Route } from '../engine/route.ts'
import { type AttachmentSettings, attachmentsRoutes } from './attachments/attachments.routes.ts'
import { commentsRoutes } from './comments/comments.routes.ts'
import { customFieldsRoutes } from './custom-fields/custom-fields.routes.ts'
import { FIELDS_ROUTES } from './fields/fields.routes.ts'
import { filtersRoutes } from './filters/filters.routes.ts'
import { foldersRoutes } from './folders/folders.routes.ts'
import { groupsRoutes } from './groups/groups.routes.ts'
import { historyRoutes } from './history/history.routes.ts'
import { instancesRoutes } from './instances/instances.routes.ts'
import { issuesRoutes } from './issues/issues.routes.ts'
import { milestonesRoutes } from './milestones/milestones.routes.ts'
import { projectsRoutes } from './projects/projects.routes.ts'
import { requirementsRoutes } from './requirements/requirements.routes.ts'
import { type RunSettings, runsRoutes } from './runs/runs.routes.ts'
import { setsRoutes } from './sets/sets.routes.ts'
import { stepRunsRoutes } from './step-runs/step-runs.routes.ts'
import { stepsRoutes } from './steps/steps.routes.ts'
import { testsRoutes } from './tests/tests.routes.ts'
import { personalTokensRoutes, tokensRoutes } from './tokens/tokens.routes.ts'
import { TRACEABILITY_ROUTES } from './traceability/traceability.routes.ts'
import { usersRoutes } from './users/users.routes.ts'
import { webhookDeliveriesRoutes, webhooksRoutes } from './webhooks/webhooks.routes.ts'
import { workflowStatusesRoutes, workflowTransitionsRoutes } from './workflow/workflow.routes.ts'

/** What resources need to know of the server that serves them. */
export type ResourceSettings = AttachmentSettings & RunSettings

/** Every resource: adding one is a folder and one line here. */
const resourcesFor = (settings: ResourceSettings): readonly ResourceRoutes[] => [
  projectsRoutes,
  usersRoutes,
  tokensRoutes,
  personalTokensRoutes,
  groupsRoutes,
  workflowStatusesRoutes,
  workflowTransitionsRoutes,
  customFieldsRoutes,
  requirementsRoutes,
  testsRoutes,
  stepsRoutes,
  setsRoutes,
  instancesRoutes,
  runsRoutes(settings),
  stepRunsRoutes,
  attachmentsRoutes(settings),
  issuesRoutes,
  milestonesRoutes,
  foldersRoutes,
  filtersRoutes,
  commentsRoutes,
  historyRoutes,
  webhooksRoutes,
  webhookDeliveriesRoutes,
]

/** Every resource, and every route below /api: those of resources, and those that belong to none. */
export function createResources(settings: ResourceSettings): {
  resources: readonly ResourceRoutes[]
  routes: readonly Route[]
} {
  const resources = resourcesFor(settings)
  const routes = [...resources.flatMap((resource) => resource.routes), ...FIELDS_ROUTES, ...TRACEABILITY_ROUTES]
  return { resources, routes }
}

/** The same for those who read about them and serve none: the document, checks and tests. */
export const { resources: RESOURCES, routes: ROUTES } = createResources({ signingKey: '', agentTimeout: 0 })

/** The lists of all resources: an answer may show one of any. */
export const LISTS = RESOURCES.map(({ list }) => list)
