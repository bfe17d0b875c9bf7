import type { Kysely } from 'kysely'
import type { ColumnTypes } from './schema-builder.ts'
import { schemaBuilder } from './schema-builder.ts'

/** What a test was called when it got a key, and the pairs of tests that may be one under another name. */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const { table, addColumns, index, inProject } = schemaBuilder(db, types)
  await addColumns('automation_keys', 'name text, class_name text')
  await addColumns('builds', 'renames_due integer! 0, renames_limited integer! 0')
  await index('builds_renames_due', 'builds (updated_at)', { where: 'renames_due = 1' })

  await table(
    'renames',
    `project_id integer!, id integer!, build_id integer!, from_test_id integer!, to_test_id integer!, from_name text!,
     to_name text!, reason text!, state text!, parted_at integer, created_at integer!, updated_at integer!`,
    'project_id, id',
    inProject('build_id', 'builds'),
    inProject('from_test_id', 'tests'),
  )
  await index('renames_of_build', 'renames (project_id, build_id, from_test_id, to_test_id)', { unique: true })
  await index('renames_by_old_test', 'renames (project_id, from_test_id)')
  // What parting them takes: rows as they were before.
  await table(
    'rename_moves',
    'project_id integer!, rename_id integer!, position integer!, change text!, of_table text!, row text!',
    'project_id, rename_id, position',
    inProject('rename_id', 'renames'),
  )
}
