import type { KindType } from '../core/kinds.ts'
import type { ResourceList } from '../engine/resource-list.ts'
import { instancesList } from './instances/instances.list.ts'
import { issuesList } from './issues/issues.list.ts'
import { milestonesList } from './milestones/milestones.list.ts'
import { requirementsList } from './requirements/requirements.list.ts'
import { runsList } from './runs/runs.list.ts'
import { setsList } from './sets/sets.list.ts'
import { stepRunsList } from './step-runs/step-runs.list.ts'
import { stepsList } from './steps/steps.list.ts'
import { testsList } from './tests/tests.list.ts'

/** The lists of the kinds of entity; webhooks show what happened as these do. */
export const KIND_LISTS: Record<KindType, ResourceList> = {
  requirements: requirementsList,
  tests: testsList,
  steps: stepsList,
  sets: setsList,
  instances: instancesList,
  runs: runsList,
  'step-runs': stepRunsList,
  issues: issuesList,
  milestones: milestonesList,
}
