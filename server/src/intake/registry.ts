import type { ResourceRoutes } from '../engine/resource-routes.ts'
import { buildsRoutes } from './builds/builds.routes.ts'
import { failuresRoutes } from './failures/failures.routes.ts'
import { flakyTestsRoutes } from './flaky/flaky-tests.routes.ts'
import { gatesRoutes } from './gates/gates.routes.ts'
import type { IntakeSettings } from './imports/delivery.ts'
import { importsRoutes } from './imports/imports.routes.ts'
import { quarantinesRoutes } from './quarantines/quarantines.routes.ts'
import { renamesRoutes } from './renames/renames.routes.ts'

/** The resources of reports and what follows from them, with the limits that an operator sets. */
export const intakeResources = (settings: IntakeSettings): readonly ResourceRoutes[] => [
  importsRoutes(settings),
  buildsRoutes(settings),
  renamesRoutes(settings),
  failuresRoutes,
  flakyTestsRoutes,
  quarantinesRoutes,
  gatesRoutes,
]
