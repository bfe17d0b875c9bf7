import type { Kysely } from 'kysely'
import type { ColumnTypes } from './schema-builder.ts'
import { schemaBuilder } from './schema-builder.ts'

/** Names by any letters in them, and whole names without case; both were found by walking a project before. */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const { index } = schemaBuilder(db, types)
  for (const table of ['requirements', 'tests', 'sets', 'issues', 'milestones']) {
    await types.indexLetters(db, table)
    // Names may be longer than an index entry holds: the first characters narrow, the whole is compared.
    await index(`${table}_by_folded_name`, `${table} (project_id, substr(name_folded, 1, 200), id)`)
  }
  await types.indexLetters(db, 'steps')
}
