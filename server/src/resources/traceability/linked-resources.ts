import type { KindTable, LinkKind } from '../../core/kinds.ts'
import type { Resource } from '../../core/resource/define-resource.ts'
import { issues } from '../issues/issues.resource.ts'
import { milestones } from '../milestones/milestones.resource.ts'
import { requirements } from '../requirements/requirements.resource.ts'
import { sets } from '../sets/sets.resource.ts'
import { stepRuns } from '../step-runs/step-runs.resource.ts'
import { tests } from '../tests/tests.resource.ts'

/** What a link can join, by the kind's JSON:API type. */
export const LINKED: Record<LinkKind, Resource & { table: KindTable }> = {
  requirements,
  tests,
  issues,
  milestones,
  'step-runs': stepRuns,
  sets,
}
