import type { Kysely } from 'kysely'
import type { ColumnTypes } from './schema-builder.ts'
import { schemaBuilder } from './schema-builder.ts'

/** Everything of the first release: accounts, projects, the entities of a project, runs and their attachments. */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const { table, index, inProject } = schemaBuilder(db, types)

  await table('settings', 'name text!, value text!', 'name')
  await table('accounts', 'id integer!, name text!, created_at integer!', 'id')
  await table(
    'users',
    `id integer!, account_id integer!, email text!, first_name text, last_name text, display_name text!,
     time_zone text, is_owner integer!, last_activity integer, created_at integer!`,
    'id',
  )
  await index('users_by_email', 'users (account_id, email)', { unique: true })
  await table(
    'tokens',
    `id integer!, account_id integer!, user_id integer, name text!, hash text!, enabled integer!,
     impersonation integer!, last_used_at integer, created_at integer!`,
    'id',
  )
  await index('tokens_by_hash', 'tokens (hash)', { unique: true })
  await index('tokens_by_account', 'tokens (account_id, id)')
  await index('personal_tokens', 'tokens (user_id)', { unique: true, where: 'user_id is not null' })
  await table(
    'projects',
    `id integer!, account_id integer!, name text!, name_folded text!, automation_support integer!,
     enable_delete_issues integer!, time_management_support integer!, assign_to_group integer!,
     deleted_at integer, created_at integer!`,
    'id',
  )
  await index('projects_by_account', 'projects (account_id, id)', { where: 'deleted_at is null' })
  await table('counters', 'project_id integer!, name text!, value integer!', 'project_id, name')
  await table(
    'groups',
    `project_id integer!, id integer!, name text!, name_folded text!, is_default integer!, permissions text!,
     created_at integer!`,
    'project_id, id',
  )
  await table(
    'memberships',
    'project_id integer!, group_id integer!, user_id integer!',
    'project_id, user_id, group_id',
    inProject('group_id', 'groups'),
  )
  await index('memberships_by_user', 'memberships (user_id, project_id)')
  await index('memberships_by_group', 'memberships (project_id, group_id)')
  await table(
    'custom_fields',
    `project_id integer!, id integer!, name text!, name_folded text!, field_format text!, parent_list_id integer,
     borrows_from_id integer, entities text!, mandatory integer!, strict integer!, default_value text,
     created_at integer!, updated_at integer!`,
    'project_id, id',
  )
  // Names may exceed what a B-tree entry holds, so the unique key is on a hash kept by the application.
  await table(
    'field_options',
    'project_id integer!, field_id integer!, hash text!, parent_value text!, value text!, position integer!',
    'project_id, field_id, hash',
    inProject('field_id', 'custom_fields'),
  )
  await index('field_options_in_order', 'field_options (project_id, field_id, position)')
  await table(
    'issue_statuses',
    `project_id integer!, id integer!, name text!, name_folded text!, resolution text, initial integer!,
     closed integer!, position integer!`,
    'project_id, id',
  )
  await table(
    'issue_transitions',
    'project_id integer!, id integer!, from_id integer!, to_id integer!, group_ids text!',
    'project_id, id',
  )

  const named = `project_id integer!, id integer!, display_id integer!, name text!, name_hash integer!,
    name_folded text!, description text, author_id integer, assigned_to_id integer, assigned_to_type text,
    cloned_from_id integer, version text, priority text, custom_fields text!, tags text!, folder_id integer,
    created_at integer!, updated_at integer!`
  const lastRun = 'last_run_at integer, last_run_created_at integer, last_run_id integer, run_status text!'
  const namedIndexes = async (name: string) => {
    await index(`${name}_by_display_id`, `${name} (project_id, display_id)`, { unique: true })
    await index(`${name}_by_name`, `${name} (project_id, name_hash, id)`)
  }

  await table(
    'tests',
    `${named}, ${lastRun}, preconditions text, steps_count integer!, status text!, planned_execution integer,
     duration_estimate integer!, test_type text!, scenario text, automated_fields text!`,
    'project_id, id',
  )
  await namedIndexes('tests')
  await index('tests_by_run_status', 'tests (project_id, run_status)')
  await table(
    'steps',
    `project_id integer!, id integer!, test_id integer!, kind text!, test_to_call_id integer, name text!,
     name_hash integer!, name_folded text!, description text!, expected_results text!, position integer!,
     created_at integer!, updated_at integer!`,
    'project_id, id',
    inProject('test_id', 'tests'),
  )
  await index('steps_in_order', 'steps (project_id, test_id, position, id)')
  await index('steps_by_name', 'steps (project_id, name_hash, test_id, position, id)')
  await index('steps_calling_test', 'steps (project_id, test_to_call_id)', { where: 'test_to_call_id is not null' })
  await table(
    'sets',
    `${named}, status text, run_status text!, last_run_at integer, planned_execution integer, milestone_id integer,
     instances_count integer!, count_passed integer!, count_failed integer!, count_blocked integer!,
     count_no_run integer!, count_not_completed integer!, duration_estimate integer!, actual_duration integer!,
     last_instance_number integer!`,
    'project_id, id',
  )
  await namedIndexes('sets')
  await table(
    'instances',
    `project_id integer!, id integer!, set_id integer!, test_id integer!, number integer!, custom_fields text!,
     tester_id integer, priority text, version text, last_run_duration integer!, planned_execution integer,
     assigned_to_id integer, assigned_to_type text, parameters text!, ${lastRun},
     created_at integer!, updated_at integer!`,
    'project_id, id',
    inProject('set_id', 'sets'),
    inProject('test_id', 'tests'),
  )
  await index('instances_by_set', 'instances (project_id, set_id, id)')
  await index('instances_by_number', 'instances (project_id, set_id, number)', { unique: true })
  await index('instances_by_test', 'instances (project_id, test_id, set_id, id)')
  await index(
    'instances_latest_of_test',
    'instances (project_id, test_id, last_run_at, last_run_created_at, last_run_id)',
    {
      where: 'last_run_at is not null',
    },
  )
  await index('instances_latest_of_set', 'instances (project_id, set_id, last_run_at)', {
    where: 'last_run_at is not null',
  })
  await table(
    'runs',
    `project_id integer!, id integer!, instance_id integer!, set_id integer!, test_id integer!, status text!,
     exit_status text!, steps_decide integer!, tester_id integer, preconditions text, version text, run_type text!,
     custom_fields text!, automated_execution_output text, run_duration integer!, run_date integer!,
     created_at integer!, updated_at integer!`,
    'project_id, id',
    inProject('instance_id', 'instances'),
  )
  await index('runs_by_instance', 'runs (project_id, instance_id, run_date, created_at, id)')
  await index('runs_by_set', 'runs (project_id, set_id, id)')
  await index('runs_by_test', 'runs (project_id, test_id, id)')
  await index('runs_by_type', 'runs (project_id, run_type, id)')
  await index('runs_by_update', 'runs (project_id, updated_at)')
  await table(
    'step_runs',
    `project_id integer!, id integer!, run_id integer!, name text!, name_hash integer!, name_folded text!,
     description text, expected_results text, actual_results text, status text!, position integer!,
     created_at integer!, updated_at integer!`,
    'project_id, id',
    inProject('run_id', 'runs'),
  )
  await index('step_runs_in_order', 'step_runs (project_id, run_id, position, id)')
  await index('step_runs_by_name', 'step_runs (project_id, name_hash, run_id, position, id)')
  await index('step_runs_by_status', 'step_runs (project_id, status, run_id, position, id)')
  await table(
    'issues',
    `${named}, issue_type text!, status_id integer!, external_id text, closed_at integer, closed_by_id integer`,
    'project_id, id',
  )
  await namedIndexes('issues')
  await table(
    'links',
    'project_id integer!, from_kind text!, from_id integer!, to_kind text!, to_id integer!',
    'project_id, from_kind, from_id, to_kind, to_id',
  )
  await table(
    'attachments',
    `project_id integer!, id integer!, entity text!, entity_id integer!, name text!, size integer!,
     content_type text!, hash text!, created_at integer!`,
    'project_id, id',
  )
  await index('attachments_of_entity', 'attachments (project_id, entity, entity_id, id)')
  await index('attachments_by_hash', 'attachments (project_id, hash)')
  await table(
    'idempotency_keys',
    `project_id integer!, token_id integer!, key text!, request_hash text!, answer text!, created_at integer!`,
    'project_id, token_id, key',
  )
  await index('idempotency_keys_by_age', 'idempotency_keys (created_at)')
}
