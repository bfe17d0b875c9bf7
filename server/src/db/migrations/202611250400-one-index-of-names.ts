import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from './schema-builder.ts'
import { schemaBuilder } from './schema-builder.ts'

/**
 * One index finds whole names with and without case. That of hashes alone put each new name somewhere else, so a
 * hundred new tests wrote a hundred pages; in the order of their beginnings, the tests of one suite are neighbours.
 */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const { index } = schemaBuilder(db, types)
  for (const table of ['requirements', 'tests', 'sets', 'issues', 'milestones']) {
    for (const old of [`${table}_by_name`, `${table}_by_folded_name`]) {
      await sql.raw(`drop index "${old}"`).execute(db)
    }
    // Behind the first characters, which long names may share, the hash leads to the one that is meant.
    await index(`${table}_by_name`, `${table} (project_id, substr(name_folded, 1, 200), name_hash, id)`)
  }
}
