import { DatabaseSync } from 'node:sqlite'
import { textHash } from '../server/src/core/hash.ts'
import { openDatabase } from '../server/src/db/database.ts'
import type { Database } from '../server/src/db/handle.ts'
import { withSearchColumns } from '../server/src/features/entities/entity-store.ts'
import { bootstrap } from '../server/src/operator/bootstrap.ts'
import { requirements as requirementsResource } from '../server/src/resources/requirements/requirements.resource.ts'
import { sets as setsResource } from '../server/src/resources/sets/sets.resource.ts'
import { tests as testsResource } from '../server/src/resources/tests/tests.resource.ts'

/** How much a seeded project holds. */
export interface Size {
  tests: number
  sets: number
  instances: number
  runs: number
}

/** The sizes of the bench: what its table is measured on, what CI looks at, and what growth is compared with. */
export const SIZES = {
  full: { tests: 1_000_000, sets: 1_000, instances: 100_000, runs: 1_000_000 },
  smoke: { tests: 10_000, sets: 100, instances: 1_000, runs: 10_000 },
  small: { tests: 1_000, sets: 10, instances: 100, runs: 1_000 },
} as const satisfies Record<string, Size>

/** What the load needs to know of a seeded database. */
export interface Seeded {
  dataDir: string
  token: string
  projectId: number
  ownerId: number
  size: Size
  /** First id of a kind; the others follow without a gap. */
  first: { tests: number; sets: number; instances: number; runs: number }
  /** Custom field of tests; a hundred share each value (`Part 0`, `Part 1`, …). */
  fieldId: number
}

/** One test in a tenth of all, and one in so many of a requirement's. */
const STEPS_PER_RUN = 3
const REQUIREMENTS = 1_000
const TESTS_PER_REQUIREMENT = 10
/** Tests that share a value of the custom field, and those that wait for repair, however large the project is. */
const SHARING = 100
const BATCH = 100_000

const AREAS = ['Checkout', 'Search', 'Login', 'Basket', 'Invoice', 'Profile', 'Delivery', 'Refund', 'Report', 'Import']
const ACTS = ['accepts', 'rejects', 'shows', 'keeps', 'sends', 'stores', 'counts']
const THINGS = ['an expired card', 'a long name', 'the last page', 'two currencies', 'an empty list', 'a late answer']

/** Name of test `n`, from 0: real words, so that a search by letters meets what it meets in a real project. */
export const testName = (n: number): string =>
  `${AREAS[n % AREAS.length]} ${ACTS[n % ACTS.length]} ${THINGS[n % THINGS.length]} in case ${String(n).padStart(7, '0')}`

/** Cells of one row, every column of its table. */
type Cells = Record<string, string | number | null>

/**
 * Inserts rows with prepared statements. Secondary indexes of the table are dropped before and made again after, which
 * is how a million rows take seconds and not minutes.
 */
function load(database: DatabaseSync, table: string, count: number, row: (n: number) => Cells): void {
  const indexes = database
    .prepare("select name, sql from sqlite_schema where type = 'index' and tbl_name = ? and sql is not null")
    .all(table) as { name: string; sql: string }[]
  const triggers = database
    .prepare("select name, sql from sqlite_schema where type = 'trigger' and tbl_name = ?")
    .all(table) as { name: string; sql: string }[]
  for (const { name } of indexes) database.exec(`drop index "${name}"`)
  for (const { name } of triggers) database.exec(`drop trigger "${name}"`)
  const columns = Object.keys(row(0))
  const insert = database.prepare(
    `insert into "${table}" (${columns.map((name) => `"${name}"`).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  )
  for (let from = 0; from < count; from += BATCH) {
    database.exec('begin')
    for (let n = from; n < Math.min(count, from + BATCH); n++) insert.run(...Object.values(row(n)))
    database.exec('commit')
  }
  for (const { sql } of [...indexes, ...triggers]) database.exec(sql)
  const letters = `${table}_letters`
  if (triggers.length > 0) {
    database.exec(`insert into "${letters}" (rowid, name_folded) select id, name_folded from "${table}"`)
  }
}

const NAMED = {
  description: null,
  assigned_to_id: null,
  assigned_to_type: null,
  cloned_from_id: null,
  version: null,
  folder_id: null,
}

/** Makes a database file of that size, with statuses, counters and links that agree with each other. */
export async function seed(dataDir: string, size: Size): Promise<Seeded> {
  const database = openDatabase({ dataDir })
  await database.migrate()
  const now = Date.UTC(2026, 0, 1)
  const made = await bootstrap(database, { ownerEmail: 'owner@localhost', token: undefined, now })
  if (made === undefined) throw new Error(`${dataDir} holds a database already`)
  const ids = await reserve(database, 2 + size.tests + size.sets + size.instances + size.runs * 2 + REQUIREMENTS)
  await database.close()

  const file = new DatabaseSync(`${dataDir}/assay.db`)
  file.exec('pragma journal_mode = wal; pragma synchronous = off; pragma cache_size = -400000')
  file.exec('pragma temp_store = memory; pragma foreign_keys = off')
  const seeded = fill(file, { dataDir, size, made, ids, now })
  file.exec('pragma wal_checkpoint(truncate)')
  file.close()
  return seeded
}

/** Takes ids out of the one sequence and returns the first. */
async function reserve(database: Database, count: number): Promise<number> {
  return database.write(1, async ({ db, nextId }) => {
    const first = nextId() + 1_000_000
    await db
      .updateTable('id_sequence' as never)
      .set({ value: first + count } as never)
      .execute()
    return first
  })
}

const STATUS_OF = (n: number) => (n % 10 === 0 ? 'FAILED' : 'PASSED')

function fill(
  file: DatabaseSync,
  o: {
    dataDir: string
    size: Size
    made: { projectId: number; ownerId: number; token: string }
    ids: number
    now: number
  },
): Seeded {
  const { size, now } = o
  const { projectId, ownerId, token } = o.made
  const fieldId = o.ids
  const first = { tests: 0, sets: 0, instances: 0, runs: 0 }
  let next = fieldId + 1
  for (const kind of ['tests', 'sets', 'instances', 'runs'] as const) {
    first[kind] = next
    next += size[kind]
  }
  const [firstStepRun, firstRequirement] = [next, next + size.runs]
  const inProject = { project_id: projectId }
  const times = { created_at: now, updated_at: now }
  const runsPerInstance = size.runs / size.instances
  const perSet = size.instances / size.sets
  /** The last of the runs of instance `n`: runs go round the instances. */
  const lastRun = (n: number) => first.runs + n + (runsPerInstance - 1) * size.instances
  const lastRunCells = (n: number) => ({
    last_run_at: now + (runsPerInstance - 1) * 1000,
    last_run_created_at: now,
    last_run_id: lastRun(n),
    run_status: STATUS_OF(n),
  })
  const noRun = { last_run_at: null, last_run_created_at: null, last_run_id: null, run_status: 'NO RUN' }
  const part = (n: number) => `Part ${n % (size.tests / SHARING)}`
  const customFields = (n: number) => JSON.stringify({ [`---f-${fieldId}`]: part(n) })

  const insertOne = (table: string, cells: Cells) => load(file, table, 1, () => cells)
  insertOne('custom_fields', {
    ...inProject,
    id: fieldId,
    name: 'Component',
    name_folded: 'component',
    field_format: 'text',
    parent_list_id: null,
    borrows_from_id: null,
    entities: JSON.stringify(['Test']),
    mandatory: 0,
    strict: 0,
    default_value: null,
    ...times,
  })
  load(
    file,
    'tests',
    size.tests,
    (n) =>
      withSearchColumns(testsResource, {
        ...inProject,
        id: first.tests + n,
        display_id: n + 1,
        ...NAMED,
        name: testName(n),
        author_id: ownerId,
        description: `Opens the ${AREAS[n % AREAS.length]} page, does what the name says and looks at the answer.`,
        priority: ['High', 'Medium', 'Low'][n % 3] as string,
        custom_fields: customFields(n),
        tags: '[]',
        ...times,
        ...(n < size.instances ? lastRunCells(n) : noRun),
        preconditions: null,
        steps_count: 0,
        status: n % (size.tests / SHARING) === 7 ? 'To Repair' : 'Ready',
        planned_execution: null,
        duration_estimate: 60,
        test_type: 'ApiTest',
        scenario: null,
        automated_fields: '{}',
      }) as Cells,
  )
  load(file, 'field_values', size.tests, (n) => ({
    ...inProject,
    kind: 'tests',
    entity_id: first.tests + n,
    field_id: fieldId,
    position: 0,
    value: part(n),
    value_folded: part(n).toLowerCase(),
    number: null,
  }))
  load(file, 'sets', size.sets, (n) => {
    const failed = Array.from({ length: perSet }, (_, i) => STATUS_OF(n * perSet + i)).filter(
      (s) => s === 'FAILED',
    ).length
    return withSearchColumns(setsResource, {
      ...inProject,
      id: first.sets + n,
      display_id: n + 1,
      ...NAMED,
      name: `Nightly ${String(n).padStart(4, '0')}`,
      author_id: ownerId,
      priority: null,
      custom_fields: '{}',
      tags: '[]',
      ...times,
      status: 'Ready',
      run_status: failed > 0 ? 'FAILED' : 'PASSED',
      last_run_at: lastRunCells(0).last_run_at,
      planned_execution: null,
      milestone_id: null,
      instances_count: perSet,
      count_passed: perSet - failed,
      count_failed: failed,
      count_blocked: 0,
      count_no_run: 0,
      count_not_completed: 0,
      duration_estimate: 60 * perSet,
      actual_duration: 2 * perSet,
      last_instance_number: perSet,
    }) as Cells
  })
  load(file, 'instances', size.instances, (n) => ({
    ...inProject,
    id: first.instances + n,
    set_id: first.sets + Math.floor(n / perSet),
    test_id: first.tests + n,
    number: (n % perSet) + 1,
    custom_fields: '{}',
    tester_id: null,
    priority: null,
    version: null,
    last_run_duration: 2,
    planned_execution: null,
    assigned_to_id: null,
    assigned_to_type: null,
    parameters: '{}',
    ...lastRunCells(n),
    ...times,
    due_at: null,
    claimed_until: null,
  }))
  load(file, 'runs', size.runs, (n) => {
    const instance = n % size.instances
    return {
      ...inProject,
      id: first.runs + n,
      instance_id: first.instances + instance,
      set_id: first.sets + Math.floor(instance / perSet),
      test_id: first.tests + instance,
      status: STATUS_OF(instance),
      exit_status: STATUS_OF(instance),
      steps_decide: n % 10 === 0 ? 1 : 0,
      tester_id: null,
      preconditions: null,
      version: null,
      run_type: 'AutomatedRun',
      custom_fields: '{}',
      automated_execution_output: 'ok: 12 assertions in 1.8 s',
      run_duration: 2,
      run_date: now + Math.floor(n / size.instances) * 1000,
      ...times,
    }
  })
  load(file, 'step_runs', (size.runs / 10) * STEPS_PER_RUN, (n) => {
    const run = Math.floor(n / STEPS_PER_RUN) * 10
    const position = (n % STEPS_PER_RUN) + 1
    const name = `Step ${position}`
    return {
      ...inProject,
      id: firstStepRun + n,
      run_id: first.runs + run,
      name,
      name_hash: textHash(name),
      name_folded: name.toLowerCase(),
      description: null,
      expected_results: null,
      actual_results: null,
      status: STATUS_OF(run % size.instances),
      position,
      ...times,
    }
  })
  const requirements = Math.min(REQUIREMENTS, size.tests / TESTS_PER_REQUIREMENT)
  /** Ten are urgent. */
  const isUrgent = (n: number) => n % (requirements / 10) === 3
  load(file, 'requirements', requirements, (n) => requirementRow(n))
  const links = requirements * TESTS_PER_REQUIREMENT
  const ends = (n: number) => ({
    test: first.tests + (n % size.tests),
    requirement: firstRequirement + (n % requirements),
  })
  load(file, 'links', links * 2, (n) => {
    const { test, requirement } = ends(Math.floor(n / 2))
    const forward = n % 2 === 0
    return {
      ...inProject,
      from_kind: forward ? 'requirements' : 'tests',
      from_id: forward ? requirement : test,
      to_kind: forward ? 'tests' : 'requirements',
      to_id: forward ? test : requirement,
      via: 0,
    }
  })
  const counts: Record<string, number> = {
    tests: size.tests,
    sets: size.sets,
    instances: size.instances,
    runs: size.runs,
    step_runs: (size.runs / 10) * STEPS_PER_RUN,
    requirements,
  }
  const count = file.prepare('update counters set value = ? where project_id = ? and name = ?')
  for (const [kind, value] of Object.entries(counts)) {
    count.run(value, projectId, `${kind}.count`)
    count.run(value, projectId, `${kind}.display-id`)
  }
  return { dataDir: o.dataDir, token, projectId, ownerId, size, first, fieldId }

  function requirementRow(n: number): Cells {
    const covered = Array.from({ length: TESTS_PER_REQUIREMENT }, (_, i) => (n + i * requirements) % size.tests)
    const statuses = covered.map((test) => (test < size.instances ? STATUS_OF(test) : 'NO RUN'))
    const of = (status: string) => statuses.filter((each) => each === status).length
    return withSearchColumns(requirementsResource, {
      ...inProject,
      id: firstRequirement + n,
      display_id: n + 1,
      ...NAMED,
      name: `Requirement ${n}`,
      author_id: ownerId,
      priority: isUrgent(n) ? 'Urgent' : 'Low',
      custom_fields: '{}',
      tags: '[]',
      parent_id: null,
      instances_count: statuses.filter((status) => status !== 'NO RUN').length,
      count_passed: of('PASSED'),
      count_failed: of('FAILED'),
      count_blocked: 0,
      count_no_run: of('NO RUN'),
      count_not_completed: 0,
      run_status: of('FAILED') > 0 ? 'FAILED' : of('NO RUN') > 0 ? 'NO RUN' : 'PASSED',
      last_run_at: lastRunCells(0).last_run_at,
      ...times,
    }) as Cells
  }
}
