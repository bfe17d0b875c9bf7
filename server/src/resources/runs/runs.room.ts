import { MAX_BULK } from '../../core/limits.ts'
import { invalidParameter } from '../../core/problems.ts'
import { toNumber } from '../../core/scalars.ts'
import { shownValue } from '../../core/shown-value.ts'
import { fold } from '../../core/text.ts'
import { BY_ID_DESCENDING, shownOf, whereIn } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import { documented, type Filter, idsFilter, type Room } from '../../engine/room.ts'
import { listRows, showRow } from '../../engine/show-rows.ts'
import { CRITERIA_OF_SETS } from '../filters/criteria.ts'
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
import { RUN_TYPES, runs } from './runs.resource.ts'
import { uploadTestResult } from './v1-upload.ts'

const PATH = '/projects/:project_id/runs'
const HOUR = 3_600_000

/** Case-insensitive, comma list; an unknown value matches nothing. */
const runType: Filter = (listing, { query }) => {
  const types = query.list('run-type')?.flatMap((word) => RUN_TYPES.filter((type) => fold(type) === fold(word)))
  return types === undefined ? listing : whereIn(listing, 't.run_type', types)
}

const updatedHoursAgo: Filter = (listing, { query, now, reader, project }) => {
  const text = query.get('updated-hours-ago')
  if (text === undefined) return listing
  const hours = toNumber(text)
  if (hours === undefined || hours < 0) {
    throw invalidParameter(
      'updated-hours-ago',
      `updated-hours-ago must be a number of hours; ${shownValue(text)} is not`,
    )
  }
  // A subquery of its own, so that it is read from the index by update: as a plain condition it tempts the planner to
  // walk all runs newest first, for the order.
  const updated = reader.db
    .selectFrom('runs')
    .select('id')
    .where('project_id', '=', project.id)
    .where('updated_at', '>=', Math.ceil(Math.max(0, now - hours * HOUR)))
  return listing.where('t.id', 'in', updated as never)
}

export const runsRoom: Room = {
  resource: runs,
  order: BY_ID_DESCENDING,
  counted: 'runs',
  criteria: CRITERIA_OF_SETS,
  select: shownOf(runs),
  filters: [
    idsFilter('t.test_id', 'test-ids', 'test-id'),
    idsFilter('t.set_id', 'set-ids', 'set-id'),
    idsFilter('t.instance_id', 'instance-ids', 'instance-id'),
    documented(runType, parameter('run-type', 'Only runs of these types, separated by commas')),
    documented(
      updatedHoursAgo,
      parameter('updated-hours-ago', 'Only runs updated within so many hours', { type: 'number' }),
    ),
  ],
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'tests_view',
      summary: 'List runs',
      handle: async (context) => ({ page: await listRows(runsRoom, context) }),
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
      handle: (context) => showRow(runsRoom, context),
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
      handle: nextTest,
    })),
  ],
}
