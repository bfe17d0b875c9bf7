import type { ResourceRoutes } from '../engine/resource-routes.ts'
import type { Route } from '../engine/route.ts'
import type { IntakeSettings } from '../intake/imports/delivery.ts'
import { intakeResources } from '../intake/registry.ts'
import { createPeople, type People } from '../people/people.ts'
import { ACCOUNT_ROUTES } from '../resources/account/account.routes.ts'
import { type AttachmentSettings, attachmentsRoutes } from '../resources/attachments/attachments.routes.ts'
import { commentsRoutes } from '../resources/comments/comments.routes.ts'
import { customFieldsRoutes } from '../resources/custom-fields/custom-fields.routes.ts'
import { FIELDS_ROUTES } from '../resources/fields/fields.routes.ts'
import { filtersRoutes } from '../resources/filters/filters.routes.ts'
import { foldersRoutes } from '../resources/folders/folders.routes.ts'
import { groupsRoutes } from '../resources/groups/groups.routes.ts'
import { historyRoutes } from '../resources/history/history.routes.ts'
import { instancesRoutes } from '../resources/instances/instances.routes.ts'
import { issuesRoutes } from '../resources/issues/issues.routes.ts'
import { milestonesRoutes } from '../resources/milestones/milestones.routes.ts'
import { projectsRoutes } from '../resources/projects/projects.routes.ts'
import { requirementsRoutes } from '../resources/requirements/requirements.routes.ts'
import { type RunSettings, runsRoutes } from '../resources/runs/runs.routes.ts'
import { sessionsRoutes } from '../resources/sessions/sessions.routes.ts'
import { setsRoutes } from '../resources/sets/sets.routes.ts'
import { stepRunsRoutes } from '../resources/step-runs/step-runs.routes.ts'
import { stepsRoutes } from '../resources/steps/steps.routes.ts'
import { testsRoutes } from '../resources/tests/tests.routes.ts'
import { personalTokensRoutes, tokensRoutes } from '../resources/tokens/tokens.routes.ts'
import { TRACEABILITY_ROUTES } from '../resources/traceability/traceability.routes.ts'
import { usersRoutes } from '../resources/users/users.routes.ts'
import { webhookDeliveriesRoutes, webhooksRoutes } from '../resources/webhooks/webhooks.routes.ts'
import { workflowStatusesRoutes, workflowTransitionsRoutes } from '../resources/workflow/workflow.routes.ts'

/** What resources need to know of the server that serves them. */
export type ResourceSettings = AttachmentSettings & RunSettings & IntakeSettings & { people: People }

/** Every resource: adding one is a folder and one line here. */
const resourcesFor = (settings: ResourceSettings): readonly ResourceRoutes[] => [
  projectsRoutes,
  usersRoutes(settings.people),
  sessionsRoutes(settings.people),
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
  ...intakeResources(settings),
]

/** Every resource, and every route below /api: those of resources, and those that belong to none. */
export function createResources(settings: ResourceSettings): {
  resources: readonly ResourceRoutes[]
  routes: readonly Route[]
} {
  const resources = resourcesFor(settings)
  const routes = [
    ...resources.flatMap((resource) => resource.routes),
    ...ACCOUNT_ROUTES,
    ...FIELDS_ROUTES,
    ...TRACEABILITY_ROUTES,
  ]
  return { resources, routes }
}

/** The same for those who read about them and serve none: the document, checks and tests. */
export const { resources: RESOURCES, routes: ROUTES } = createResources({
  signingKey: '',
  agentTimeout: 0,
  maxImportBytes: 0,
  shardTimeout: 0,
  people: createPeople({ warn: () => {} }),
})

/** The lists of all resources: an answer may show one of any. */
export const LISTS = RESOURCES.map(({ list }) => list)
