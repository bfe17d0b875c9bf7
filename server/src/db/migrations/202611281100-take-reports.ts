import type { Kysely } from 'kysely'
import type { ColumnTypes } from './schema-builder.ts'
import { schemaBuilder } from './schema-builder.ts'

const NUMBERED = ['builds', 'failures']

/** Imports, builds, and what is known of tests across builds (contract §§ 10–12). */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const { table, addColumns, index, inProject } = schemaBuilder(db, types)
  await addColumns('projects', 'mainline_branches text, queue_branches text, codeowners text')
  await addColumns('tests', 'file text, provisional integer! 0')
  await index('tests_provisional', 'tests (updated_at)', { where: 'provisional = 1' })
  await addColumns('instances', 'variant text')
  await addColumns(
    'runs',
    'build_id integer, import_id integer, attempt integer, failure_id integer, duration_ms integer',
  )
  await index('runs_by_build', 'runs (project_id, build_id, id)', { where: 'build_id is not null' })
  await index('runs_by_failure', 'runs (project_id, failure_id, id)', { where: 'failure_id is not null' })

  await table(
    'automation_keys',
    'project_id integer!, hash text!, test_id integer!, file text!, format text!, created_at integer!',
    'project_id, hash, test_id',
    inProject('test_id', 'tests'),
  )
  await index('automation_keys_by_test', 'automation_keys (project_id, test_id)')

  await table(
    'builds',
    `project_id integer!, id integer!, display_id integer!, key text!, name text, pipeline text!, kind text!, branch text,
     commit_id text, base_commit text, pull_request text, url text, environment text!, state text!, state_set text,
     scope text!, gate text!, expected_shards text, shards text!, missing_shards text!, variants text!, set_ids text!,
     passed integer!, failed integer!, blocked integer!, no_run integer!, flaky integer!, new_failures integer!,
     still_failing integer!, fixed integer!, new_tests integer!, moved_tests integer!, missing integer!,
     duration_ms integer!, infrastructure integer!, infrastructure_set integer, started_at integer!,
     last_import_at integer, finished_at integer, created_at integer!, updated_at integer!`,
    'project_id, id',
  )
  await index('builds_by_key', 'builds (project_id, key)', { unique: true })
  await index('builds_by_start', 'builds (project_id, started_at, id)')
  await index('builds_by_pipeline', 'builds (project_id, pipeline, started_at, id)')
  await index('builds_by_kind', 'builds (project_id, kind, started_at, id)')
  await index('builds_by_branch', 'builds (project_id, branch, started_at, id)')
  await index('builds_by_commit', 'builds (project_id, commit_id, id)')
  await index('builds_waiting', 'builds (last_import_at)', { where: `state = 'receiving'` })
  await index('builds_by_pull_request', 'builds (project_id, pull_request, id)')

  await table(
    'imports',
    `project_id integer!, id integer!, build_id integer!, set_id integer!, variant text!, shard text, attempt integer!,
     scope text!, state text!, files text!, received integer!, stored integer!, refused integer!, runs integer!,
     passed integer!, failed integer!, blocked integer!, skipped integer!, flaky integer!, created_tests integer!,
     created_instances integer!, moved_tests integer!, infrastructure integer!, infrastructure_set integer,
     notes text!, bytes integer!, user_id integer, source text, parameters text!, content_hash text!,
     token_id integer, key text, owner text, lease_until integer!, done integer!, started_at integer!,
     finished_at integer, created_at integer!, updated_at integer!`,
    'project_id, id',
    inProject('build_id', 'builds'),
  )
  await index('imports_by_build', 'imports (project_id, build_id, id)')
  await index('imports_by_set', 'imports (project_id, set_id, id)')
  await index('imports_by_key', 'imports (project_id, token_id, key)', { where: 'key is not null' })
  await index('imports_receiving', 'imports (updated_at)', { where: `state = 'receiving'` })
  await table(
    'import_refusals',
    'project_id integer!, import_id integer!, position integer!, file text!, line integer!, name text!, reason text!',
    'project_id, import_id, position',
    inProject('import_id', 'imports'),
  )
  await table(
    'wanted_files',
    'project_id integer!, import_id integer!, position integer!, run_id integer!, path text!, name text!, hash text',
    'project_id, import_id, position',
    inProject('import_id', 'imports'),
  )

  await table(
    'failures',
    `project_id integer!, id integer!, display_id integer!, signature text!, cause text!, kind text, title text!,
     title_folded text!, sample text!, state text!, issue_id integer, assigned_to_id integer, note text,
     occurrences integer!, tests_count integer!, builds_count integer!, first_seen_at integer!, last_seen_at integer!,
     first_build_id integer!, last_build_id integer!, created_at integer!, updated_at integer!`,
    'project_id, id',
  )
  await index('failures_by_signature', 'failures (project_id, signature)', { unique: true })
  await index('failures_by_cause', 'failures (project_id, cause, id)')
  await index('failures_by_state', 'failures (project_id, state, last_seen_at, id)')
  await index('failures_by_last_seen', 'failures (project_id, last_seen_at, id)')
  await index('failures_by_first_build', 'failures (project_id, first_build_id, id)')
  await index('failures_by_issue', 'failures (project_id, issue_id)', { where: 'issue_id is not null' })
  await table(
    'failure_tests',
    'project_id integer!, failure_id integer!, test_id integer!',
    'project_id, failure_id, test_id',
    inProject('failure_id', 'failures'),
  )
  await index('failure_tests_by_test', 'failure_tests (project_id, test_id, failure_id)')
  await table(
    'failure_builds',
    'project_id integer!, failure_id integer!, build_id integer!, occurrences integer!, seen_at integer!',
    'project_id, failure_id, build_id',
    inProject('failure_id', 'failures'),
  )
  await index('failure_builds_by_build', 'failure_builds (project_id, build_id, failure_id)')

  // The verdicts of builds. `mainline` and `build_started_at` are the build's, so that one index finds what came before.
  await table(
    'results',
    `project_id integer!, build_id integer!, instance_id integer!, test_id integer!, set_id integer!, run_id integer,
     import_id integer!, shard text!, variant text!, status text!, change text, flaky integer!, job_attempt integer!,
     attempts integer!, duration_ms integer!, run_date integer!, message text, failure_id integer, cause text, owner text,
     attachments_count integer!, mainline integer!, counts integer!, rank integer!,
     build_started_at integer!,
     base_build_id integer, failing_since_id integer`,
    'project_id, build_id, instance_id',
    inProject('build_id', 'builds'),
    inProject('instance_id', 'instances'),
  )
  await index('results_of_instance', 'results (project_id, instance_id, mainline, counts, build_started_at, build_id)')
  await index('results_by_rank', 'results (project_id, build_id, rank, instance_id)')
  await index('results_by_failure', 'results (project_id, failure_id, build_id)', { where: 'failure_id is not null' })

  // What is known of instances that are not healthy, or lately were not (contract §11.2).
  await table(
    'flaky_tests',
    `project_id integer!, instance_id integer!, test_id integer!, set_id integer!, variant text!, owner text, state text!,
     rank integer!, score double!, builds integer!, signals integer!, changes_hit integer!, last_signal_at integer, failing_since_id integer,
     window_from integer!, updated_at integer!`,
    'project_id, instance_id',
    inProject('instance_id', 'instances'),
  )
  await index('flaky_tests_by_test', 'flaky_tests (project_id, test_id)')
  await index('flaky_tests_by_score', 'flaky_tests (project_id, rank, score, instance_id)')

  await table(
    'quarantines',
    `project_id integer!, id integer!, instance_id integer, test_id integer!, reason text!, until integer!, owner_id integer,
     causes text!, created_by_id integer, ended_at integer, ended_reason text, created_at integer!, updated_at integer!`,
    'project_id, id',
    inProject('test_id', 'tests'),
  )
  await index('quarantines_by_test', 'quarantines (project_id, test_id, id)')
  await index('quarantines_by_end', 'quarantines (until)', { where: 'ended_at is null' })

  await table(
    'gates',
    `project_id integer!, id integer!, name text!, name_folded text!, pipelines text!, kinds text!, set_ids text!,
     branches text!, rules text!, created_at integer!, updated_at integer!`,
    'project_id, id',
  )

  const projects = await db.selectFrom('projects').select('id').execute()
  for (const { id } of projects) {
    const rows = NUMBERED.map((kind) => ({ project_id: id, name: `${kind}.display-id`, value: 0 }))
    await db
      .insertInto('counters')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}
