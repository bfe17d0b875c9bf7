import type { Kysely } from 'kysely'
import type { ColumnTypes } from './schema-builder.ts'
import { schemaBuilder } from './schema-builder.ts'

/** The word by which a foreign tracker calls the state of an issue. */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const { addColumns } = schemaBuilder(db, types)
  await addColumns('issues', 'external_status text')
}
