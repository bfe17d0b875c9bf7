import type { Kysely } from 'kysely'
import type { ColumnTypes } from './schema-builder.ts'
import { schemaBuilder } from './schema-builder.ts'

/** As names were folded when this was written. */
const fold = (text: string) => text.toLowerCase()

/** The system fields of that time, by entity. */
const ATTRIBUTES: Record<string, string> = {
  Requirement:
    'name description status run_status priority version author assigned_to tags planned_execution parent folder ' +
    'last_run created_at updated_at',
  Test:
    'name description preconditions status run_status test_type priority version author assigned_to tags ' +
    'planned_execution duration_estimate folder last_run created_at updated_at',
  TestSet:
    'name description status run_status priority version author assigned_to tags planned_execution milestone folder ' +
    'last_run created_at updated_at',
  Instance: 'name run_status priority version assigned_to planned_execution tester last_run created_at updated_at',
  Run: 'status version tester run_type run_duration run_date created_at updated_at',
  Issue:
    'title description issue_type status resolution priority version author assigned_to tags closed_at closed_by ' +
    'external_id folder planned_execution created_at updated_at',
  Milestone: 'name description status type author start_date end_date created_at updated_at',
}

const FORMATS: Record<string, string> = {
  status: 'list',
  priority: 'list',
  version: 'list',
  author: 'user',
  assigned_to: 'user',
  description: 'memo',
  created_at: 'date',
  updated_at: 'date',
  closed_at: 'date',
  last_run: 'date',
  planned_execution: 'date',
  run_date: 'date',
  start_date: 'date',
  end_date: 'date',
}

const titleCase = (attribute: string) =>
  attribute
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')

const SYSTEM_FIELDS = Object.entries(ATTRIBUTES).flatMap(([entity, attributes]) =>
  attributes.split(' ').map((attribute) => ({
    entity,
    attribute,
    name: titleCase(attribute),
    field_format: FORMATS[attribute] ?? 'text',
  })),
)

/** Columns that get a folded copy, for comparisons without case that both databases answer alike. */
const FOLDED: Record<string, string[]> = {
  tests: ['description', 'preconditions', 'status', 'version', 'priority'],
  sets: ['description', 'status', 'version', 'priority'],
  issues: ['description', 'issue_type', 'external_id', 'version', 'priority'],
}

const BATCH = 500

/** Rows of a table in key order, a batch at a time. */
async function* batches(db: Kysely<any>, table: string, columns: string[]) {
  let [projectId, id] = [-1, -1]
  for (;;) {
    const rows = await db
      .selectFrom(table)
      .select(['project_id', 'id', ...columns])
      .where(({ eb, or, and }) =>
        or([eb('project_id', '>', projectId), and([eb('project_id', '=', projectId), eb('id', '>', id)])]),
      )
      .orderBy('project_id')
      .orderBy('id')
      .limit(BATCH)
      .execute()
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows
    projectId = last.project_id
    id = last.id
  }
}

async function fillFoldedCopies(db: Kysely<any>): Promise<void> {
  for (const [table, columns] of Object.entries(FOLDED)) {
    for await (const rows of batches(db, table, columns)) {
      for (const row of rows) {
        const cells = columns.flatMap((column) =>
          typeof row[column] === 'string' ? [[`${column}_folded`, fold(row[column])]] : [],
        )
        if (cells.length === 0) continue
        await db
          .updateTable(table)
          .set(Object.fromEntries(cells))
          .where('project_id', '=', row.project_id)
          .where('id', '=', row.id)
          .execute()
      }
    }
  }
}

/** Rows of `field_values` for what entities hold already: tags under field 0, custom fields under their own id. */
async function fillFieldValues(db: Kysely<any>): Promise<void> {
  const numbers = new Set(
    (
      await db.selectFrom('custom_fields').select(['project_id', 'id']).where('field_format', '=', 'number').execute()
    ).map((field) => `${field.project_id}/${field.id}`),
  )
  for (const kind of ['tests', 'sets', 'issues']) {
    for await (const rows of batches(db, kind, ['custom_fields', 'tags'])) {
      const values = rows.flatMap((row) => {
        const fields: [number, unknown][] = [
          [0, JSON.parse(row.tags)],
          ...Object.entries(JSON.parse(row.custom_fields)).map(
            ([key, value]) => [Number(key.slice('---f-'.length)), value] as [number, unknown],
          ),
        ]
        return fields.flatMap(([fieldId, value]) =>
          [value].flat().map((member, position) => ({
            project_id: row.project_id,
            kind,
            entity_id: row.id,
            field_id: fieldId,
            position,
            value: String(member),
            value_folded: fold(String(member)),
            number: numbers.has(`${row.project_id}/${fieldId}`) ? Number(member) : null,
          })),
        )
      })
      for (let i = 0; i < values.length; i += BATCH) {
        await db
          .insertInto('field_values')
          .values(values.slice(i, i + BATCH))
          .execute()
      }
    }
  }
}

/** Requirements, milestones, links by cause, folders, filters, comments, history, webhooks; search columns. */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const { table, numberedTable, addColumns, index } = schemaBuilder(db, types)

  for (const [name, columns] of Object.entries(FOLDED)) {
    await addColumns(name, columns.map((column) => `${column}_folded text`).join(', '))
  }
  // External ids may be longer than an index entry holds.
  const indexed = (columns: string[]) =>
    columns.filter((column) => ['status', 'version', 'priority', 'issue_type'].includes(column))
  for (const [name, columns] of Object.entries(FOLDED)) {
    for (const column of indexed(columns)) {
      await index(`${name}_by_${column}`, `${name} (project_id, ${column}_folded, id)`, {
        where: `${column}_folded is not null`,
      })
    }
    await index(`${name}_by_folder`, `${name} (project_id, folder_id, id)`, { where: 'folder_id is not null' })
    await index(`${name}_by_update`, `${name} (project_id, updated_at, id)`)
    await index(`${name}_by_assignee`, `${name} (project_id, assigned_to_id, id)`, {
      where: 'assigned_to_id is not null',
    })
  }
  await index('tests_by_last_run', 'tests (project_id, last_run_at, id)', { where: 'last_run_at is not null' })
  await index('sets_by_run_status', 'sets (project_id, run_status, id)')
  await index('sets_by_milestone', 'sets (project_id, milestone_id, id)', { where: 'milestone_id is not null' })
  await index('issues_by_status', 'issues (project_id, status_id, id)')

  // When an instance is to be run by an agent, and until when one has claimed it (contract §6.4).
  await addColumns('instances', 'due_at integer, claimed_until integer')
  await index('instances_due', 'instances (project_id, due_at, set_id, id)', { where: 'due_at is not null' })

  await table(
    'requirements',
    `project_id integer!, id integer!, display_id integer!, name text!, name_hash integer!, name_folded text!,
     description text, description_folded text, author_id integer, assigned_to_id integer, assigned_to_type text,
     cloned_from_id integer, version text, version_folded text, priority text, priority_folded text,
     custom_fields text!, tags text!, folder_id integer, parent_id integer, instances_count integer!,
     count_passed integer!, count_failed integer!, count_blocked integer!, count_no_run integer!,
     count_not_completed integer!, run_status text!, last_run_at integer, created_at integer!, updated_at integer!`,
    'project_id, id',
  )
  await index('requirements_by_display_id', 'requirements (project_id, display_id)', { unique: true })
  await index('requirements_by_name', 'requirements (project_id, name_hash, id)')
  await index('requirements_by_parent', 'requirements (project_id, parent_id, id)', { where: 'parent_id is not null' })
  await index('requirements_by_run_status', 'requirements (project_id, run_status, id)')
  await index('requirements_by_folder', 'requirements (project_id, folder_id, id)', { where: 'folder_id is not null' })
  await index('requirements_by_update', 'requirements (project_id, updated_at, id)')
  await index('requirements_by_assignee', 'requirements (project_id, assigned_to_id, id)', {
    where: 'assigned_to_id is not null',
  })
  for (const column of ['version', 'priority']) {
    await index(`requirements_by_${column}`, `requirements (project_id, ${column}_folded, id)`, {
      where: `${column}_folded is not null`,
    })
  }

  await table(
    'milestones',
    `project_id integer!, id integer!, display_id integer!, name text!, name_hash integer!, name_folded text!,
     description text, description_folded text, milestone_status text!, milestone_status_folded text,
     milestone_type text, milestone_type_folded text, start_date text, end_date text, author_id integer,
     custom_fields text!, created_at integer!, updated_at integer!`,
    'project_id, id',
  )
  await index('milestones_by_display_id', 'milestones (project_id, display_id)', { unique: true })
  await index('milestones_by_name', 'milestones (project_id, name_hash, id)')

  // A link stands once from each end. `via` is the step-run that caused it, 0 for a link that a client made.
  await db.schema.dropTable('links').execute()
  await table(
    'links',
    'project_id integer!, from_kind text!, from_id integer!, to_kind text!, to_id integer!, via integer!',
    'project_id, from_kind, from_id, to_kind, to_id, via',
  )
  await index('links_to', 'links (project_id, to_kind, to_id, from_kind, from_id)')
  await index('links_via', 'links (project_id, via)', { where: 'via <> 0' })

  await table(
    'field_values',
    `project_id integer!, kind text!, entity_id integer!, field_id integer!, position integer!, value text!,
     value_folded text!, number double`,
    'project_id, kind, entity_id, field_id, position',
  )
  // Values may be longer than an index entry holds: its first characters narrow, the whole is compared.
  await index(
    'field_values_by_value',
    'field_values (project_id, kind, field_id, substr(value_folded, 1, 200), entity_id)',
  )
  await index('field_values_by_number', 'field_values (project_id, kind, field_id, number, entity_id)', {
    where: 'number is not null',
  })

  await table(
    'folders',
    `project_id integer!, id integer!, entity text!, parent_id integer, name text!, name_folded text!,
     position integer!, created_at integer!, updated_at integer!`,
    'project_id, id',
  )
  await index('folders_by_parent', 'folders (project_id, entity, parent_id)')
  await table(
    'filters',
    `project_id integer!, id integer!, entity text!, parent_id integer, name text!, name_folded text!, ptql text,
     autofilter_fields text, private integer!, owner_id integer, position integer!, created_at integer!,
     updated_at integer!`,
    'project_id, id',
  )
  await index('filters_by_parent', 'filters (project_id, entity, parent_id)')
  await table(
    'comments',
    `project_id integer!, id integer!, entity text!, entity_id integer!, body text!, author_id integer,
     created_at integer!`,
    'project_id, id',
  )
  await index('comments_of_entity', 'comments (project_id, entity, entity_id, id)')
  await table(
    'system_fields',
    'project_id integer!, id integer!, entity text!, attribute text!, name text!, field_format text!',
    'project_id, id',
  )
  // What was deleted but is still referred to: hidden from every reader at once, removed in the background.
  await table('removals', 'project_id integer!, kind text!, id integer!, created_at integer!', 'project_id, kind, id')

  await numberedTable(
    'history_events',
    `account_id integer!, project_id integer!, entity text!, entity_id integer!, entity_display_id text,
     action text!, user_id integer, token_kind text!, changes text!, created_at integer!`,
  )
  await index('history_in_order', 'history_events (project_id, created_at, id)')
  await index('history_of_entity', 'history_events (project_id, entity, entity_id, created_at, id)')
  await index('history_of_account', 'history_events (account_id, created_at, id)')

  await table(
    'webhooks',
    `project_id integer!, id integer!, name text!, url text!, events text!, enabled integer!, disabled_reason text,
     secret text!, old_secret text, old_secret_until integer, created_at integer!, updated_at integer!`,
    'project_id, id',
  )
  await numberedTable(
    'webhook_messages',
    `project_id integer!, webhook_id integer!, message_id text!, event text!, payload text!, attempts integer!,
     next_attempt_at integer!, created_at integer!`,
  )
  await index('webhook_messages_due', 'webhook_messages (next_attempt_at)')
  await index('webhook_messages_of_webhook', 'webhook_messages (project_id, webhook_id, id)')
  await numberedTable(
    'webhook_deliveries',
    `project_id integer!, webhook_id integer!, event text!, attempt integer!, state text!, response_code integer,
     error text, created_at integer!`,
  )
  await index('webhook_deliveries_of_webhook', 'webhook_deliveries (project_id, webhook_id, id)')

  await fillFoldedCopies(db)
  await fillFieldValues(db)
  await addCounters(db)
  await addSystemFields(db, types)
}

/** Counters of the kinds that are new. */
async function addCounters(db: Kysely<any>): Promise<void> {
  const names = ['requirements.count', 'milestones.count', 'requirements.display-id', 'milestones.display-id']
  for (const { id } of await db.selectFrom('projects').select('id').execute()) {
    const rows = names.map((name) => ({ project_id: id, name, value: 0 }))
    await db.insertInto('counters').values(rows).execute()
  }
}

/** The system fields of projects that are there already. */
async function addSystemFields(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const projects = await db.selectFrom('projects').select('id').execute()
  for (const { id: projectId } of projects) {
    const ids = await types.nextIds(db, SYSTEM_FIELDS.length)
    const rows = SYSTEM_FIELDS.map((field, i) => ({ project_id: projectId, id: ids[i], ...field }))
    await db.insertInto('system_fields').values(rows).execute()
  }
}
