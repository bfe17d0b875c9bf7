import { MAX_BULK } from '../../core/limits.ts'
import { listing, type ResourceRoutes, showing } from '../../engine/resource-routes.ts'
import { deleteRun, updateRun } from './change-run.ts'
import { nextTest } from './next-test.ts'
import { autoCreateRun, createRuns } from './runs.actions.ts'
import {
  AUTO_CREATE,
  BY_WHOM_AND_WHEN,
  EXIT_CODE,
  NEXT_TEST,
  RESULTS,
  STEP_RUN_SCHEMAS,
  V1_UPLOAD,
} from './runs.bodies.ts'
import { runsList } from './runs.list.ts'
import { uploadTestResult } from './v1-upload.ts'

const PATH = '/projects/:project_id/runs'
/** What they need of the server. */
export interface RunSettings {
  /** How long an agent may take for one test, in seconds. */
  agentTimeout: number
}

export const runsRoutes = ({ agentTimeout }: RunSettings): ResourceRoutes => ({
  list: runsList,
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'tests_view',
      summary: 'List runs',
      handle: listing(runsList),
    },
    {
      method: 'POST',
      path: PATH,
      access: 'runs',
      summary: `Upload one run, or up to ${MAX_BULK}`,
      bulk: true,
      attributes: EXIT_CODE,
      beside: RESULTS,
      schemas: STEP_RUN_SCHEMAS,
      handle: createRuns,
    },
    {
      method: 'POST',
      path: `${PATH}/auto_create`,
      access: 'runs',
      summary: 'Find or create test and instance, then create a run',
      ...AUTO_CREATE,
      handle: autoCreateRun,
    },
    {
      method: 'GET',
      path: `${PATH}/:id`,
      access: 'tests_view',
      summary: 'Show a run',
      handle: showing(runsList),
    },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: 'runs',
      summary: 'Update a run',
      attributes: BY_WHOM_AND_WHEN,
      handle: updateRun,
    },
    { method: 'DELETE', path: `${PATH}/:id`, access: 'runs_admin', summary: 'Delete a run', handle: deleteRun },
    // Served under both spellings of the v1 root (contract §6.2).
    ...['/api/v1', '/api'].map((root) => ({
      method: 'POST' as const,
      path: `${root}/automated_tests/upload_test_result`,
      atRoot: true,
      tokenInBody: true,
      access: 'any' as const,
      takesForm: true,
      summary: 'v1 upload of an automated result',
      undocumented: root === '/api',
      ...V1_UPLOAD,
      handle: uploadTestResult,
    })),
    ...['/api/v1', '/api'].map((root) => ({
      method: 'GET' as const,
      path: `${root}/automated_tests/next_test`,
      atRoot: true,
      tokenInBody: true,
      takesWork: true,
      access: 'any' as const,
      summary: 'Choose and claim the next test that is due, for an agent',
      undocumented: root === '/api',
      ...NEXT_TEST,
      handle: nextTest(agentTimeout),
    })),
  ],
})
