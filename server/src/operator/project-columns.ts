import type { Schema } from '../db/schema.ts'
import type { ProjectTableName } from '../db/tables.ts'

/**
 * What a column of a project's row holds, as far as a copy of the project needs to know: `same` in every copy; an `id`
 * of the one sequence, whatever it names, users too; the row's `own` number, which a copy is given anew; a `secret`,
 * which no export holds. The others hold ids inside a text: see map-row.ts.
 */
export type Held =
  | 'same'
  | 'id'
  | 'own'
  | 'account'
  | 'secret'
  | 'id list'
  | 'custom fields'
  | 'changes'
  | 'query'
  | 'field value'
  | 'default'

/** What an export leaves out of a row: what belongs to one server alone. */
export const isLeftOut = (held: Held) => held === 'own' || held === 'account' || held === 'secret'

/** What another server needs to know of a user, to find or make them by their e-mail. */
export const OF_USERS = ['id', 'email', 'first_name', 'last_name', 'display_name', 'time_zone'] as const

/** Tables of a project that an export leaves out: what waits to be sent, and keys of requests, belong to one server. */
type LeftOut = 'webhook_messages' | 'idempotency_keys'

export type ExportedTable = Exclude<ProjectTableName, LeftOut> | 'projects'

type Columns<Row> = { [C in keyof Row]-?: Held }

const ROW = { project_id: 'id', id: 'id' } as const
const TIMES = { created_at: 'same', updated_at: 'same' } as const
const NAME = { name: 'same', name_folded: 'same' } as const
const LAST_RUN = { last_run_at: 'same', last_run_created_at: 'same', last_run_id: 'id', run_status: 'same' } as const
const TOTALS = {
  run_status: 'same',
  last_run_at: 'same',
  count_passed: 'same',
  count_failed: 'same',
  count_blocked: 'same',
  count_no_run: 'same',
  count_not_completed: 'same',
  instances_count: 'same',
} as const
const ASSIGNED = { assigned_to_id: 'id', assigned_to_type: 'same' } as const
const STEP = {
  ...ROW,
  ...NAME,
  ...TIMES,
  name_hash: 'same',
  description: 'same',
  expected_results: 'same',
  position: 'same',
} as const
const ENTITY = {
  ...ROW,
  ...NAME,
  ...TIMES,
  ...ASSIGNED,
  display_id: 'same',
  name_hash: 'same',
  description: 'same',
  description_folded: 'same',
  author_id: 'id',
  cloned_from_id: 'id',
  version: 'same',
  version_folded: 'same',
  priority: 'same',
  priority_folded: 'same',
  custom_fields: 'custom fields',
  tags: 'same',
  folder_id: 'id',
} as const

/**
 * Every column of every table of a project, in an order in which rows can be stored. The compiler asks for new ones:
 * say what it holds, and what holds ids finds its counterparts in a copy.
 */
export const PROJECT_COLUMNS: { [T in ExportedTable]: Columns<Schema[T]> } = {
  projects: {
    id: 'id',
    account_id: 'account',
    ...NAME,
    automation_support: 'same',
    enable_delete_issues: 'same',
    time_management_support: 'same',
    assign_to_group: 'same',
    deleted_at: 'same',
    created_at: 'same',
  },
  counters: { project_id: 'id', name: 'same', value: 'same' },
  groups: { ...ROW, ...NAME, is_default: 'same', permissions: 'same', created_at: 'same' },
  memberships: { project_id: 'id', group_id: 'id', user_id: 'id' },
  custom_fields: {
    ...ROW,
    ...NAME,
    ...TIMES,
    field_format: 'same',
    parent_list_id: 'id',
    borrows_from_id: 'id',
    entities: 'same',
    mandatory: 'same',
    strict: 'same',
    default_value: 'default',
  },
  field_options: {
    project_id: 'id',
    field_id: 'id',
    hash: 'same',
    parent_value: 'same',
    value: 'same',
    position: 'same',
  },
  system_fields: { ...ROW, entity: 'same', attribute: 'same', name: 'same', field_format: 'same' },
  issue_statuses: { ...ROW, ...NAME, resolution: 'same', initial: 'same', closed: 'same', position: 'same' },
  issue_transitions: { ...ROW, from_id: 'id', to_id: 'id', group_ids: 'id list' },
  folders: { ...ROW, ...NAME, ...TIMES, entity: 'same', parent_id: 'id', position: 'same' },
  filters: {
    ...ROW,
    ...NAME,
    ...TIMES,
    entity: 'same',
    parent_id: 'id',
    ptql: 'query',
    autofilter_fields: 'same',
    private: 'same',
    owner_id: 'id',
    position: 'same',
  },
  milestones: {
    ...ROW,
    ...NAME,
    ...TIMES,
    display_id: 'same',
    name_hash: 'same',
    description: 'same',
    description_folded: 'same',
    milestone_status: 'same',
    milestone_status_folded: 'same',
    milestone_type: 'same',
    milestone_type_folded: 'same',
    start_date: 'same',
    end_date: 'same',
    author_id: 'id',
    custom_fields: 'custom fields',
  },
  requirements: { ...ENTITY, ...TOTALS, parent_id: 'id' },
  tests: {
    ...ENTITY,
    ...LAST_RUN,
    preconditions: 'same',
    preconditions_folded: 'same',
    status_folded: 'same',
    steps_count: 'same',
    status: 'same',
    planned_execution: 'same',
    duration_estimate: 'same',
    test_type: 'same',
    scenario: 'same',
    automated_fields: 'same',
  },
  steps: { ...STEP, test_id: 'id', kind: 'same', test_to_call_id: 'id' },
  sets: {
    ...ENTITY,
    ...TOTALS,
    status: 'same',
    status_folded: 'same',
    planned_execution: 'same',
    milestone_id: 'id',
    duration_estimate: 'same',
    actual_duration: 'same',
    last_instance_number: 'same',
  },
  instances: {
    ...ROW,
    ...TIMES,
    ...LAST_RUN,
    ...ASSIGNED,
    set_id: 'id',
    test_id: 'id',
    number: 'same',
    custom_fields: 'custom fields',
    tester_id: 'id',
    priority: 'same',
    version: 'same',
    last_run_duration: 'same',
    planned_execution: 'same',
    parameters: 'same',
    due_at: 'same',
    claimed_until: 'same',
  },
  runs: {
    ...ROW,
    ...TIMES,
    instance_id: 'id',
    set_id: 'id',
    test_id: 'id',
    status: 'same',
    exit_status: 'same',
    steps_decide: 'same',
    tester_id: 'id',
    preconditions: 'same',
    version: 'same',
    run_type: 'same',
    custom_fields: 'custom fields',
    automated_execution_output: 'same',
    run_duration: 'same',
    run_date: 'same',
  },
  step_runs: { ...STEP, run_id: 'id', actual_results: 'same', status: 'same' },
  issues: {
    ...ENTITY,
    issue_type: 'same',
    issue_type_folded: 'same',
    status_id: 'id',
    external_id: 'same',
    external_id_folded: 'same',
    external_status: 'same',
    closed_at: 'same',
    closed_by_id: 'id',
  },
  links: { project_id: 'id', from_kind: 'same', from_id: 'id', to_kind: 'same', to_id: 'id', via: 'id' },
  field_values: {
    project_id: 'id',
    kind: 'same',
    entity_id: 'id',
    field_id: 'id',
    position: 'same',
    value: 'field value',
    value_folded: 'field value',
    number: 'same',
  },
  comments: { ...ROW, entity: 'same', entity_id: 'id', body: 'same', author_id: 'id', created_at: 'same' },
  attachments: {
    ...ROW,
    entity: 'same',
    entity_id: 'id',
    name: 'same',
    size: 'same',
    content_type: 'same',
    hash: 'same',
    created_at: 'same',
  },
  webhooks: {
    ...ROW,
    ...TIMES,
    name: 'same',
    url: 'same',
    events: 'same',
    enabled: 'same',
    disabled_reason: 'same',
    secret: 'secret',
    old_secret: 'secret',
    old_secret_until: 'secret',
  },
  webhook_deliveries: {
    project_id: 'id',
    id: 'own',
    webhook_id: 'id',
    event: 'same',
    attempt: 'same',
    state: 'same',
    response_code: 'same',
    error: 'same',
    created_at: 'same',
  },
  history_events: {
    project_id: 'id',
    id: 'own',
    account_id: 'account',
    entity: 'same',
    entity_id: 'id',
    entity_display_id: 'same',
    action: 'same',
    user_id: 'id',
    token_kind: 'same',
    changes: 'changes',
    created_at: 'same',
  },
  removals: { project_id: 'id', kind: 'same', id: 'id', created_at: 'same' },
}
