import type { Generated } from 'kysely'

/**
 * The tables, as Kysely sees them. Ids and times (milliseconds since the epoch, UTC) are integers, booleans 0/1,
 * JSON is text; the same on both databases. Project-scoped tables lead their key with `project_id`.
 */
export interface Schema {
  settings: { name: string; value: string }
  accounts: {
    id: number
    name: string
    /** 1: people who have no second factor may set one up, and nothing else. */
    require_second_factor: number
    created_at: number
  }
  users: {
    id: number
    account_id: number
    email: string
    first_name: string | null
    last_name: string | null
    display_name: string
    display_name_folded: string | null
    time_zone: string | null
    is_owner: number
    /** 0: may not sign in, and neither session nor personal token count. */
    active: number
    last_activity: number | null
    created_at: number
  }
  passwords: {
    user_id: number
    account_id: number
    hash: string
    changed_at: number
  }
  sessions: {
    id: number
    account_id: number
    user_id: number
    hash: string
    device: string
    address: string
    /** What let them in: `password`, or the identity `provider`. */
    via: string
    remember: number
    created_at: number
    last_seen_at: number
    expires_at: number
  }
  totp_secrets: {
    user_id: number
    account_id: number
    secret: string
    /** 0: no code of it was seen yet, so it does not count. */
    confirmed: number
    /** The step of time of the last code that was accepted. */
    last_step: number
    created_at: number
  }
  recovery_codes: {
    hash: string
    account_id: number
    user_id: number
    created_at: number
  }
  identities: {
    /** Of the issuer and its subject. */
    hash: string
    account_id: number
    user_id: number
    created_at: number
  }
  welcome_codes: {
    hash: string
    account_id: number
    user_id: number
    created_at: number
    expires_at: number
  }
  tokens: {
    id: number
    account_id: number
    /** null: an account token. */
    user_id: number | null
    name: string
    hash: string
    enabled: number
    impersonation: number
    last_used_at: number | null
    created_at: number
  }
  projects: {
    id: number
    account_id: number
    name: string
    name_folded: string
    automation_support: number
    enable_delete_issues: number
    time_management_support: number
    assign_to_group: number
    mainline_branches: string | null
    queue_branches: string | null
    codeowners: string | null
    deleted_at: number | null
    created_at: number
  }
  counters: { project_id: number; name: string; value: number }
  groups: {
    project_id: number
    id: number
    name: string
    name_folded: string
    is_default: number
    permissions: string
    created_at: number
  }
  memberships: { project_id: number; group_id: number; user_id: number }
  custom_fields: {
    project_id: number
    id: number
    name: string
    name_folded: string
    field_format: string
    parent_list_id: number | null
    borrows_from_id: number | null
    entities: string
    mandatory: number
    strict: number
    default_value: string | null
    created_at: number
    updated_at: number
  }
  field_options: {
    project_id: number
    field_id: number
    hash: string
    parent_value: string
    value: string
    position: number
  }
  issue_statuses: {
    project_id: number
    id: number
    name: string
    name_folded: string
    resolution: string | null
    initial: number
    closed: number
    position: number
  }
  issue_transitions: { project_id: number; id: number; from_id: number; to_id: number; group_ids: string }
  tests: TestRow
  steps: {
    project_id: number
    id: number
    test_id: number
    kind: string
    test_to_call_id: number | null
    name: string
    name_hash: number
    name_folded: string
    description: string
    expected_results: string
    position: number
    created_at: number
    updated_at: number
  }
  sets: SetRow
  instances: InstanceRow
  runs: RunRow
  step_runs: StepRunRow
  issues: IssueRow
  requirements: RequirementRow
  milestones: MilestoneRow
  links: {
    project_id: number
    from_kind: string
    from_id: number
    to_kind: string
    to_id: number
    /** The step-run that caused it; 0 for a link that a client made. */
    via: number
  }
  /** Tags (field 0) and custom-field values of entities, one row per element: what PTQL searches. */
  field_values: {
    project_id: number
    kind: string
    entity_id: number
    field_id: number
    position: number
    value: string
    value_folded: string
    number: number | null
  }
  folders: {
    project_id: number
    id: number
    entity: string
    parent_id: number | null
    name: string
    name_folded: string
    position: number
    created_at: number
    updated_at: number
  }
  filters: FilterRow
  comments: {
    project_id: number
    id: number
    entity: string
    entity_id: number
    body: string
    author_id: number | null
    created_at: number
  }
  system_fields: {
    project_id: number
    id: number
    entity: string
    attribute: string
    name: string
    field_format: string
  }
  /** What was deleted but is still referred to: hidden from readers at once, removed in the background. */
  removals: { project_id: number; kind: string; id: number; created_at: number }
  history_events: {
    id: Generated<number>
    account_id: number
    /** 0: of the account. */
    project_id: number
    entity: string
    entity_id: number
    entity_display_id: string | null
    action: string
    user_id: number | null
    token_kind: string
    changes: string
    created_at: number
  }
  webhooks: {
    project_id: number
    id: number
    name: string
    url: string
    events: string
    enabled: number
    disabled_reason: string | null
    secret: string
    old_secret: string | null
    old_secret_until: number | null
    created_at: number
    updated_at: number
  }
  /** The outbox: events that wait to be delivered. */
  webhook_messages: {
    id: Generated<number>
    project_id: number
    webhook_id: number
    message_id: string
    event: string
    payload: string
    attempts: number
    /** When it is tried next; moved ahead by the node that is trying it, so that no other does meanwhile. */
    next_attempt_at: number
    /** The row of `webhook_deliveries` that a ping has shown already; null from its first attempt on. */
    delivery_id: number | null
    created_at: number
  }
  /** Attempts that were made, and pings that are about to be. */
  webhook_deliveries: {
    id: Generated<number>
    project_id: number
    webhook_id: number
    event: string
    attempt: number
    state: string
    response_code: number | null
    error: string | null
    created_at: number
  }
  attachments: {
    project_id: number
    id: number
    entity: string
    entity_id: number
    name: string
    size: number
    content_type: string
    hash: string
    created_at: number
  }
  automation_keys: {
    project_id: number
    hash: string
    test_id: number
    file: string
    format: string
    /** What the report called it when it got the key; null of keys from before that was kept. */
    name: string | null
    class_name: string | null
    created_at: number
  }
  builds: {
    project_id: number
    id: number
    display_id: number
    key: string
    name: string | null
    /** null where the name is blank. */
    name_folded: string | null
    pipeline: string
    kind: string
    branch: string | null
    commit_id: string | null
    base_commit: string | null
    pull_request: string | null
    url: string | null
    environment: string
    state: string
    state_set: string | null
    scope: string
    gate: string
    expected_shards: string | null
    shards: string
    missing_shards: string
    variants: string
    set_ids: string
    passed: number
    failed: number
    blocked: number
    no_run: number
    flaky: number
    new_failures: number
    still_failing: number
    fixed: number
    new_tests: number
    moved_tests: number
    missing: number
    duration_ms: number
    infrastructure: number
    infrastructure_set: number | null
    /** Whether its new tests are still to be compared with those that are missing. */
    renames_due: number
    /** Whether more could have been compared than was. */
    renames_limited: number
    started_at: number
    last_import_at: number | null
    finished_at: number | null
    created_at: number
    updated_at: number
  }
  /** A test that is missing in a build and one that is new there, which may be one. */
  renames: {
    project_id: number
    id: number
    build_id: number
    from_test_id: number
    /** Of a pair that is joined there is no such test, until they are parted. */
    to_test_id: number
    from_name: string
    to_name: string
    reason: string
    state: string
    /** When people parted them: then they are never joined without being asked. */
    parted_at: number | null
    created_at: number
    updated_at: number
  }
  /** Rows as they were before a pair was joined. */
  rename_moves: {
    project_id: number
    rename_id: number
    position: number
    change: string
    of_table: string
    row: string
  }
  imports: {
    project_id: number
    id: number
    build_id: number
    set_id: number
    variant: string
    shard: string | null
    attempt: number
    scope: string
    state: string
    files: string
    received: number
    stored: number
    refused: number
    runs: number
    passed: number
    failed: number
    blocked: number
    skipped: number
    flaky: number
    created_tests: number
    created_instances: number
    moved_tests: number
    infrastructure: number
    infrastructure_set: number | null
    notes: string
    bytes: number
    user_id: number | null
    source: string | null
    parameters: string
    content_hash: string
    token_id: number | null
    key: string | null
    owner: string | null
    lease_until: number
    done: number
    started_at: number
    finished_at: number | null
    created_at: number
    updated_at: number
  }
  import_refusals: {
    project_id: number
    import_id: number
    position: number
    file: string
    line: number
    name: string
    reason: string
  }
  /** Files that reports name and no import brought yet; `hash` of one that came. */
  wanted_files: {
    project_id: number
    import_id: number
    position: number
    run_id: number
    path: string
    name: string
    hash: string | null
  }
  failures: {
    project_id: number
    id: number
    display_id: number
    signature: string
    cause: string
    kind: string | null
    title: string
    title_folded: string
    sample: string
    state: string
    issue_id: number | null
    assigned_to_id: number | null
    note: string | null
    occurrences: number
    tests_count: number
    builds_count: number
    first_seen_at: number
    last_seen_at: number
    first_build_id: number
    last_build_id: number
    created_at: number
    updated_at: number
  }
  failure_tests: {
    project_id: number
    failure_id: number
    test_id: number
  }
  failure_builds: {
    project_id: number
    failure_id: number
    build_id: number
    occurrences: number
    seen_at: number
  }
  results: {
    project_id: number
    build_id: number
    instance_id: number
    test_id: number
    set_id: number
    run_id: number | null
    import_id: number
    shard: string
    variant: string
    status: string
    change: string | null
    flaky: number
    job_attempt: number
    attempts: number
    duration_ms: number
    run_date: number
    message: string | null
    failure_id: number | null
    cause: string | null
    owner: string | null
    attachments_count: number
    mainline: number
    counts: number
    rank: number
    build_started_at: number
    base_build_id: number | null
    failing_since_id: number | null
  }
  flaky_tests: {
    project_id: number
    instance_id: number
    test_id: number
    set_id: number
    variant: string
    owner: string | null
    state: string
    rank: number
    score: number
    builds: number
    signals: number
    changes_hit: number
    last_signal_at: number | null
    failing_since_id: number | null
    window_from: number
    updated_at: number
  }
  quarantines: {
    project_id: number
    id: number
    instance_id: number | null
    test_id: number
    reason: string
    until: number
    owner_id: number | null
    causes: string
    created_by_id: number | null
    ended_at: number | null
    ended_reason: string | null
    created_at: number
    updated_at: number
  }
  gates: {
    project_id: number
    id: number
    name: string
    name_folded: string
    pipelines: string
    kinds: string
    set_ids: string
    branches: string
    rules: string
    created_at: number
    updated_at: number
  }
  idempotency_keys: {
    project_id: number
    token_id: number
    key: string
    request_hash: string
    answer: string
    created_at: number
  }
}

interface Named {
  project_id: number
  id: number
  display_id: number
  name: string
  name_hash: number
  name_folded: string
  description: string | null
  description_folded: string | null
  author_id: number | null
  assigned_to_id: number | null
  assigned_to_type: string | null
  cloned_from_id: number | null
  version: string | null
  version_folded: string | null
  priority: string | null
  priority_folded: string | null
  custom_fields: string
  tags: string
  folder_id: number | null
  created_at: number
  updated_at: number
}

/** The latest run of an instance or test: kept with it, so that a later run is compared without looking for it. */
interface LastRun {
  last_run_at: number | null
  last_run_created_at: number | null
  last_run_id: number | null
  run_status: string
}

export interface TestRow extends Named, LastRun {
  preconditions: string | null
  preconditions_folded: string | null
  status_folded: string | null
  steps_count: number
  status: string
  planned_execution: number | null
  duration_estimate: number
  test_type: string
  scenario: string | null
  automated_fields: string
  file: string | null
  provisional: number
}

/** How many parts of a whole have each status, and what that makes of the whole. */
export interface StatusTotals {
  run_status: string
  last_run_at: number | null
  count_passed: number
  count_failed: number
  count_blocked: number
  count_no_run: number
  count_not_completed: number
}

export interface SetRow extends Named, StatusTotals {
  status: string | null
  status_folded: string | null
  planned_execution: number | null
  milestone_id: number | null
  instances_count: number
  duration_estimate: number
  actual_duration: number
  last_instance_number: number
}

export interface InstanceRow extends LastRun {
  project_id: number
  id: number
  set_id: number
  test_id: number
  number: number
  custom_fields: string
  tester_id: number | null
  priority: string | null
  version: string | null
  last_run_duration: number
  planned_execution: number | null
  assigned_to_id: number | null
  assigned_to_type: string | null
  parameters: string
  /** When an agent shall run it; null when it need not, or no more (contract §6.4). */
  due_at: number | null
  claimed_until: number | null
  variant: string | null
  created_at: number
  updated_at: number
}

export interface RunRow {
  project_id: number
  id: number
  instance_id: number
  set_id: number
  test_id: number
  status: string
  /** The verdict of `exit-code` as sent with the run; what recomputation uses until a step-run's status is sent. */
  exit_status: string
  steps_decide: number
  tester_id: number | null
  preconditions: string | null
  version: string | null
  run_type: string
  custom_fields: string
  automated_execution_output: string | null
  run_duration: number
  run_date: number
  build_id: number | null
  import_id: number | null
  attempt: number | null
  failure_id: number | null
  duration_ms: number | null
  created_at: number
  updated_at: number
}

export interface StepRunRow {
  project_id: number
  id: number
  run_id: number
  name: string
  name_hash: number
  name_folded: string
  description: string | null
  expected_results: string | null
  actual_results: string | null
  status: string
  position: number
  created_at: number
  updated_at: number
}

export interface RequirementRow extends Named, StatusTotals {
  parent_id: number | null
  instances_count: number
}

export interface MilestoneRow {
  project_id: number
  id: number
  display_id: number
  name: string
  name_hash: number
  name_folded: string
  description: string | null
  description_folded: string | null
  milestone_status: string
  milestone_status_folded: string | null
  milestone_type: string | null
  milestone_type_folded: string | null
  start_date: string | null
  end_date: string | null
  author_id: number | null
  custom_fields: string
  created_at: number
  updated_at: number
}

export interface FilterRow {
  project_id: number
  id: number
  entity: string
  parent_id: number | null
  name: string
  name_folded: string
  /** Criteria; null selects everything. */
  ptql: string | null
  autofilter_fields: string | null
  private: number
  owner_id: number | null
  position: number
  created_at: number
  updated_at: number
}

export interface IssueRow extends Named {
  issue_type: string
  issue_type_folded: string | null
  status_id: number
  external_id: string | null
  external_id_folded: string | null
  external_status: string | null
  closed_at: number | null
  closed_by_id: number | null
}

export type TableName = keyof Schema

export type StatusRow = Schema['issue_statuses']
export type TransitionRow = Schema['issue_transitions']
